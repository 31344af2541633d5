package scenario

import (
	"bytes"
	"encoding"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"

	"github.com/shopspring/decimal"

	"cariqamock/mockserver/internal/fault"
)

// A writer writes the structs of types.go as YAML: files, users, steps and
// free mappings with a line for each key, and everything in them in one line.
// The library's own encoder is not used: it writes texts with control
// characters as blocks that its parser refuses, and numbers as texts.
type writer struct {
	bytes.Buffer
	to      io.Writer // nil: nothing leaves the buffer
	written int64
	err     error
}

// chunk is how much is written at once, in bytes.
const chunk = 64 << 10

// flush writes what is in the buffer.
func (w *writer) flush() {
	if w.to == nil {
		return
	}
	if w.written += int64(w.Len()); w.err == nil && w.written > MaxBytes {
		w.err = &TooLargeError{w.written}
	}
	if w.err == nil {
		_, w.err = w.to.Write(w.Bytes())
	}
	w.Reset()
}

// decimalPlaces are those that a decimal is written with at least, by form. All
// others have three.
var decimalPlaces = map[string]int32{"money": 2, "percent": 0, "price": 4}

// An entry is a key of a struct or map that is written.
type entry struct {
	key   string
	value reflect.Value
	plain bool // the value needs no quotes

	places int32 // that a decimal is written with at least
}

func entriesOf(v reflect.Value) []entry {
	var out []entry
	if v.Kind() == reflect.Map {
		for _, k := range slices.SortedFunc(slices.Values(v.MapKeys()), func(a, b reflect.Value) int {
			return strings.Compare(a.String(), b.String())
		}) {
			out = append(out, entry{key: k.String(), value: value(v.MapIndex(k))})
		}
		return out
	}
	for _, f := range reflect.VisibleFields(v.Type()) {
		if field := v.FieldByIndex(f.Index); !field.IsZero() || f.Tag.Get("need") != "" {
			places, ok := decimalPlaces[f.Tag.Get("form")]
			if !ok {
				places = 3 // as the API writes energy
			}
			out = append(out, entry{fieldKey(f), value(field), f.Tag.Get("write") == "plain", places})
		}
	}
	return out
}

// value returns what pointers and interfaces hold, or an invalid value for nil.
func value(v reflect.Value) reflect.Value {
	for v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	return v
}

// isBlock reports whether a value is written with a line for each key.
func isBlock(v reflect.Value) bool {
	if v.Kind() == reflect.Map {
		return v.Len() > 0
	}
	if v.Kind() == reflect.Struct {
		switch v.Interface().(type) {
		case File, User, Station, Step, Want:
			return true
		}
	}
	return false
}

// block writes a struct or map with a line for each key. first is the beginning
// of the first line, indent that of the others.
func (w *writer) block(first, indent string, v reflect.Value) {
	for _, e := range entriesOf(v) {
		w.WriteString(first + plainOrQuoted(e.key) + ":")
		first = indent
		switch {
		case e.value.IsValid() && isBlock(e.value):
			w.WriteByte('\n')
			w.block(indent+"  ", indent+"  ", e.value)
		case e.value.Kind() == reflect.Slice && e.value.Len() > 0 && e.value.Type().Elem().Kind() == reflect.Struct:
			w.WriteByte('\n')
			w.items(indent, e.value)
		default:
			w.WriteByte(' ')
			w.line(e)
			w.WriteByte('\n')
		}
	}
}

func (w *writer) items(indent string, list reflect.Value) {
	for i := range list.Len() {
		if w.Len() > chunk {
			w.flush()
		}
		if item := list.Index(i); isBlock(item) {
			w.block(indent+"- ", indent+"  ", item)
		} else {
			w.WriteString(indent + "- ")
			w.line(entry{value: item})
			w.WriteByte('\n')
		}
	}
}

// line writes a value within one line.
func (w *writer) line(e entry) {
	v := e.value
	if !v.IsValid() {
		w.WriteString("null")
		return
	}
	switch x := v.Interface().(type) {
	case decimal.Decimal:
		w.WriteString(quoted(x.StringFixed(max(e.places, -x.Exponent()))))
		return
	case fault.Duration:
		w.WriteString(shortDuration(x.Duration))
		return
	case json.Number:
		w.WriteString(x.String())
		return
	case encoding.TextMarshaler:
		b, _ := x.MarshalText() // never fails for the types of this package
		w.Write(b)
		return
	}
	switch v.Kind() {
	case reflect.Struct, reflect.Map:
		w.mapping(v)
	case reflect.Slice:
		w.WriteByte('[')
		for i := range v.Len() {
			w.separate(i)
			w.line(entry{value: value(v.Index(i))})
		}
		w.WriteByte(']')
	case reflect.String:
		if s := v.String(); e.plain && !strings.HasSuffix(s, ":") {
			w.WriteString(s)
		} else {
			w.WriteString(plainOrQuoted(s))
		}
	case reflect.Float64:
		w.WriteString(strconv.FormatFloat(v.Float(), 'f', -1, 64))
	default:
		fmt.Fprint(w, v.Interface())
	}
}

func (w *writer) mapping(v reflect.Value) {
	w.WriteByte('{')
	for i, e := range entriesOf(v) {
		w.separate(i)
		if v.Kind() == reflect.Map {
			e.key = quoted(e.key)
		}
		w.WriteString(e.key + ": ")
		w.line(e)
	}
	w.WriteByte('}')
}

func (w *writer) separate(i int) {
	if i > 0 {
		w.WriteString(", ")
	}
}

var (
	// simpleWords matches texts that need no quotes, except otherValues.
	simpleWords = regexp.MustCompile(`^[a-zA-ZäöüÄÖÜß][a-zA-Z0-9äöüÄÖÜß_./@*-]*( [a-zA-Z0-9äöüÄÖÜß][a-zA-Z0-9äöüÄÖÜß_./@*-]*)*$`)
	// otherValues are words that YAML reads as something else, in any case.
	otherValues = []string{"null", "true", "false", "yes", "no", "on", "off", "y", "n", "inf", "nan"}
)

// plainOrQuoted quotes all texts except simple words.
func plainOrQuoted(s string) string {
	if simpleWords.MatchString(s) && !slices.Contains(otherValues, strings.ToLower(s)) {
		return s
	}
	return quoted(s)
}

// quoted escapes everything that is not printable.
func quoted(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range strings.ToValidUTF8(s, "\ufffd") { // as encoding/json does
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == unicode.ReplacementChar || !unicode.IsPrint(r):
			for _, unit := range utf16.Encode([]rune{r}) {
				fmt.Fprintf(&b, `\u%04X`, unit)
			}
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
