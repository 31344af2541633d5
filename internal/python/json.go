package python

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// maxDepth is how many values may be nested. Where Python gives up depends on its
// own stack.
const maxDepth = 960

// jsonNumber matches the number that Python reads at the beginning of a text.
var jsonNumber = regexp.MustCompile(`^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?`)

// A document is a JSON text that is being read.
type document struct {
	text  string
	at    int // bytes
	depth int
}

// ParseJSON returns the value of a JSON text as Python's json module (3.11) reads it,
// with its errors and those by which the vendor's framework refuses NaN and its
// kin. The types are those of encoding/json with UseNumber; lone surrogates
// become U+FFFD as there.
func ParseJSON(text string) (any, error) {
	d := &document{text: text}
	if strings.HasPrefix(text, bom) {
		return nil, d.fail("Unexpected UTF-8 BOM (decode using utf-8-sig)", 0)
	}
	d.space()
	v, err := d.value()
	if err != nil {
		return nil, err
	}
	if d.space(); d.at < len(text) {
		return nil, d.fail("Extra data", d.at)
	}
	return v, nil
}

// fail words an error with its place: line, column and character from the
// start, each counted in characters.
func (d *document) fail(text string, at int) error {
	before := d.text[:at]
	line := before[strings.LastIndexByte(before, '\n')+1:]
	return fmt.Errorf("%s: line %d column %d (char %d)", text,
		strings.Count(before, "\n")+1, utf8.RuneCountInString(line)+1, utf8.RuneCountInString(before))
}

func (d *document) space() {
	for d.at < len(d.text) && strings.IndexByte(" \t\n\r", d.text[d.at]) >= 0 {
		d.at++
	}
}

// next returns the next byte, or 0 at the end.
func (d *document) next() byte {
	if d.at == len(d.text) {
		return 0
	}
	return d.text[d.at]
}

// jsonWords are the values that have a name. Python knows three that JSON does not.
var jsonWords = []struct {
	text  string
	value any
	valid bool
}{
	{"null", nil, true}, {"true", true, true}, {"false", false, true},
	{"NaN", nil, false}, {"Infinity", nil, false}, {"-Infinity", nil, false},
}

func (d *document) value() (any, error) {
	switch d.next() {
	case '"':
		return d.string()
	case '{':
		return nest(d, "object", d.object)
	case '[':
		return nest(d, "array", d.array)
	}
	rest := d.text[d.at:]
	for _, w := range jsonWords {
		if !strings.HasPrefix(rest, w.text) {
			continue
		}
		if !w.valid {
			return nil, fmt.Errorf("Out of range float values are not JSON compliant: '%s'", w.text) // Python's text
		}
		d.at += len(w.text)
		return w.value, nil
	}
	number := jsonNumber.FindString(rest)
	if number == "" {
		return nil, d.fail("Expecting value", d.at)
	}
	if digits := len(strings.TrimPrefix(number, "-")); digits > maxDigits && !strings.ContainsAny(number, ".eE") {
		return nil, fmt.Errorf("Exceeds the limit (%d digits) for integer string conversion: "+ // Python's text
			"value has %d digits; use sys.set_int_max_str_digits() to increase the limit", maxDigits, digits)
	}
	d.at += len(number)
	return json.Number(strings.Clone(number)), nil
}

// nest reads an object or an array, whose depth is bounded.
func nest[T any](d *document, kind string, read func() (T, error)) (any, error) {
	if d.depth++; d.depth > maxDepth {
		return nil, errors.New("maximum recursion depth exceeded while decoding a JSON " + kind + " from a unicode string")
	}
	defer func() { d.depth-- }()
	d.at++
	d.space()
	return read()
}

func (d *document) object() (map[string]any, error) {
	object := map[string]any{}
	if d.next() == '}' {
		d.at++
		return object, nil
	}
	for {
		if d.next() != '"' {
			return nil, d.fail("Expecting property name enclosed in double quotes", d.at)
		}
		name, err := d.string()
		if err != nil {
			return nil, err
		}
		if d.space(); d.next() != ':' {
			return nil, d.fail("Expecting ':' delimiter", d.at)
		}
		d.at++
		d.space()
		if object[name], err = d.value(); err != nil {
			return nil, err
		}
		if done, err := d.separator('}'); done || err != nil {
			return object, err
		}
	}
}

func (d *document) array() ([]any, error) {
	array := []any{}
	if d.next() == ']' {
		d.at++
		return array, nil
	}
	for {
		v, err := d.value()
		if err != nil {
			return nil, err
		}
		array = append(array, v)
		if done, err := d.separator(']'); done || err != nil {
			return array, err
		}
	}
}

// separator reads what follows a value: a comma or the end.
func (d *document) separator(end byte) (done bool, err error) {
	d.space()
	switch d.next() {
	case end:
		d.at++
		return true, nil
	case ',':
		d.at++
		d.space()
		return false, nil
	}
	return false, d.fail("Expecting ',' delimiter", d.at)
}

// string reads a string from its first quote to its last.
func (d *document) string() (string, error) {
	begin := d.at
	var out strings.Builder
	for d.at++; ; {
		from := d.at
		for d.at < len(d.text) && d.text[d.at] != '"' && d.text[d.at] != '\\' {
			if d.text[d.at] < ' ' {
				return "", d.fail("Invalid control character at", d.at)
			}
			d.at++
		}
		out.WriteString(d.text[from:d.at])
		if d.at+1 >= len(d.text) && d.next() != '"' {
			return "", d.fail("Unterminated string starting at", begin)
		}
		d.at++
		if d.text[d.at-1] == '"' {
			return out.String(), nil
		}
		if err := d.escape(&out); err != nil {
			return "", err
		}
	}
}

// escape reads what follows a backslash.
func (d *document) escape(out *strings.Builder) error {
	const escapes, means = `"\/bfnrt`, "\"\\/\b\f\n\r\t"
	c := d.text[d.at]
	if c != 'u' {
		i := strings.IndexByte(escapes, c)
		if i < 0 {
			return d.fail(`Invalid \escape`, d.at-1)
		}
		out.WriteByte(means[i])
		d.at++
		return nil
	}
	r, err := d.hex()
	if err != nil {
		return err
	}
	if utf16.IsSurrogate(r) && r < 0xdc00 && strings.HasPrefix(d.text[d.at:], `\u`) {
		before := d.at
		d.at++
		low, err := d.hex()
		if err != nil {
			return err
		}
		if pair := utf16.DecodeRune(r, low); pair != utf8.RuneError {
			r = pair
		} else {
			d.at = before
		}
	}
	out.WriteRune(r)
	return nil
}

// hex reads the u of an escape and its four digits. Python wants one more
// character after them.
func (d *document) hex() (rune, error) {
	u := d.at
	if d.at += 5; d.at < len(d.text) {
		if r, err := strconv.ParseUint(d.text[u+1:d.at], 16, 16); err == nil {
			return rune(r), nil
		}
	}
	return 0, d.fail(`Invalid \uXXXX escape`, u)
}
