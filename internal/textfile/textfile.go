// Package textfile reads texts as editors and other tools leave them: with or
// without a byte order mark, and with any line endings.
package textfile

import (
	"bytes"
	"errors"
	"fmt"
	"os"
)

// ErrUTF16 is the error of a text in UTF-16, which Windows' PowerShell writes,
// or in UTF-32.
var ErrUTF16 = errors.New("the text is in UTF-16 or UTF-32, want UTF-8: save it again in that encoding")

const mark = "\ufeff" // the byte order mark

// Bare returns a text without the byte order mark of UTF-8. It fails with
// ErrUTF16 if the text begins with another one, or as UTF-16 does without one:
// every second byte of what is written in ASCII is zero.
func Bare(text []byte) ([]byte, error) {
	for _, other := range []string{"\xff\xfe", "\xfe\xff", "\x00\x00\xfe\xff"} {
		if bytes.HasPrefix(text, []byte(other)) {
			return nil, ErrUTF16
		}
	}
	if len(text) >= 2 && (text[0] == 0) != (text[1] == 0) {
		return nil, ErrUTF16
	}
	return bytes.TrimPrefix(text, []byte(mark)), nil
}

// Lines returns a text whose lines end with a line feed: YAML, for one, also
// lets them end with a carriage return, or with both.
func Lines(text []byte) []byte {
	text = bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))
	return bytes.ReplaceAll(text, []byte("\r"), []byte("\n"))
}

// Read returns the text of a file, see Bare. Its errors contain the path.
func Read(path string) ([]byte, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	if text, err = Bare(text); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return text, nil
}
