package wire

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"cariqamock/internal/python"
)

// maxNumber is the longest text, in characters, that the framework reads as a
// number.
const maxNumber = 1000

// one returns the value of a field of a query.
func (f *Fields) one(name string, required bool) (text string, ok bool) {
	v, ok := f.value(name, false, false, required)
	if !ok {
		return "", false
	}
	return f.str(name, v), true
}

// Integer reads an integer of a query, with a default for a missing one.
func (f *Fields) Integer(name string, required bool, def int) int {
	s, ok := f.one(name, required)
	if !ok {
		return def
	}
	n, bad := integer(s)
	if bad != "" {
		f.fail(name, bad)
		return def
	}
	return n
}

// noFraction is what the framework passes over at the end of an integer.
var noFraction = regexp.MustCompile(`\.0*[\p{Z}\x{9}-\x{d}\x{1c}-\x{1f}\x{85}]*$`)

// integer reads an integer as the framework does, which takes 10.0 for 10, or
// returns what is wrong.
func integer(s string) (n int, bad string) {
	if utf8.RuneCountInString(s) > maxNumber {
		return 0, textTooLarge
	}
	whole, ok := python.Int(noFraction.ReplaceAllString(s, ""))
	if !ok {
		return 0, textInteger
	}
	return int(whole), ""
}

// Number returns a number of a query, or nil if it is missing or wrong. It may be
// infinite or not a number, as in the framework.
func (f *Fields) Number(name string, required bool) *float64 {
	s, ok := f.one(name, required)
	if !ok {
		return nil
	}
	if utf8.RuneCountInString(s) > maxNumber {
		f.fail(name, textTooLarge)
		return nil
	}
	n, ok := python.Float(s)
	if !ok {
		f.fail(name, textNumber)
		return nil
	}
	return &n
}

// Boolean reads a boolean of a query in any of the framework's spellings; a
// missing one is false.
func (f *Fields) Boolean(name string) bool {
	s, ok := f.one(name, false)
	if !ok {
		return false
	}
	switch strings.ToLower(s) {
	case "t", "y", "yes", "true", "on", "1":
		return true
	case "f", "n", "no", "false", "off", "0":
		return false
	}
	f.fail(name, textBoolean)
	return false
}

// Choices reads a list of a query. An empty choices list accepts any text that is
// not blank.
func (f *Fields) Choices(name string, choices []string) []string {
	var out []string
	for i, v := range f.in.form.List(name) {
		path := fmt.Sprintf("%s.%d", name, i)
		switch {
		case choices != nil && (v.IsDict || !slices.Contains(choices, v.Text)):
			f.fail(path, notAChoice(v.String()))
		case choices != nil:
			out = append(out, v.Text)
		case v.IsDict:
			f.fail(path, textNotString)
		case python.Strip(v.Text) == "":
			f.fail(path, textBlank)
		case strings.ContainsRune(v.Text, 0):
			f.fail(path, textNUL)
		default:
			out = append(out, python.Strip(v.Text))
		}
	}
	return out
}

// Integers reads a list of integers of a query; the list is required.
func (f *Fields) Integers(name string) []int {
	var out []int
	items := f.in.form.List(name)
	if len(items) == 0 {
		f.fail(name, textRequired)
	}
	for i, v := range items {
		n, bad := integer(v.Text)
		if v.IsDict {
			bad = textInteger
		}
		if bad != "" {
			f.fail(fmt.Sprintf("%s.%d", name, i), bad)
			continue
		}
		out = append(out, n)
	}
	return out
}
