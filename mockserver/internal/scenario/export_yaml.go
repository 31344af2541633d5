package scenario

import (
	"bytes"
	"encoding"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
)

// writer writes the structs of the format as YAML. The library's own writer
// quotes less than its reader needs.
type writer struct{ out bytes.Buffer }

// block writes a struct as lines; first is what the first line begins with.
func (w *writer) block(first, indent string, v any) {
	s := reflect.Indirect(reflect.ValueOf(v))
	for _, f := range reflect.VisibleFields(s.Type()) {
		value := s.FieldByIndex(f.Index)
		if leftOut(f, value) {
			continue
		}
		w.out.WriteString(first + keyOf(f) + ":")
		first = indent
		if value.Kind() == reflect.Slice && value.Len() > 0 && value.Type().Elem().Kind() == reflect.Struct {
			w.out.WriteByte('\n')
			w.items(indent, value)
			continue
		}
		w.out.WriteByte(' ')
		w.flow(value)
		w.out.WriteByte('\n')
	}
}

func (w *writer) items(indent string, list reflect.Value) {
	for i := range list.Len() {
		if u, is := list.Index(i).Interface().(User); is {
			w.block(indent+"- ", indent+"  ", u)
			continue
		}
		w.out.WriteString(indent + "- ")
		w.flow(list.Index(i))
		w.out.WriteByte('\n')
	}
}

func leftOut(f reflect.StructField, v reflect.Value) bool {
	return v.IsZero() && f.Tag.Get("need") == ""
}

// flow writes a value within one line.
func (w *writer) flow(v reflect.Value) {
	if v.Kind() == reflect.Pointer {
		if id, is := v.Interface().(*ExternalID); is {
			w.externalID(id)
			return
		}
		v = v.Elem()
	}
	if m, is := v.Interface().(encoding.TextMarshaler); is {
		text, _ := m.MarshalText() // those of the format do not fail
		if _, is := m.(Decimal); is {
			w.out.WriteString(quoted(string(text)))
			return
		}
		w.out.Write(text)
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		w.object(v)
	case reflect.Slice:
		w.out.WriteByte('[')
		for i := range v.Len() {
			if i > 0 {
				w.out.WriteString(", ")
			}
			w.flow(v.Index(i))
		}
		w.out.WriteByte(']')
	case reflect.String:
		w.out.WriteString(scalar(v))
	case reflect.Float64:
		w.out.WriteString(strconv.FormatFloat(v.Float(), 'f', -1, 64))
	default:
		fmt.Fprint(&w.out, v.Interface())
	}
}

func (w *writer) object(v reflect.Value) {
	between := "{"
	for _, f := range reflect.VisibleFields(v.Type()) {
		value := v.FieldByIndex(f.Index)
		if leftOut(f, value) {
			continue
		}
		w.out.WriteString(between + keyOf(f) + ": ")
		between = ", "
		w.flow(value)
	}
	if between == "{" {
		w.out.WriteByte('{')
	}
	w.out.WriteByte('}')
}

func (w *writer) externalID(id *ExternalID) {
	if id.Value == nil {
		w.out.WriteString("null")
		return
	}
	w.out.WriteString(text(*id.Value))
}

// scalar leaves plain what cannot be taken for something else.
func scalar(v reflect.Value) string {
	if v.Type() == reflect.TypeFor[UUID]() {
		return v.String()
	}
	return text(v.String())
}

// text quotes all but texts of simple words.
func text(s string) string {
	if !unicode.IsLetter([]rune(s + " ")[0]) {
		return quoted(s)
	}
	for word := range strings.SplitSeq(s, " ") {
		if strings.Trim(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789äöüÄÖÜß_-./@*") != "" ||
			word == "" || strings.ContainsAny(word[:1], "-@*./_") {
			return quoted(s)
		}
	}
	switch strings.ToLower(s) {
	case "null", "true", "false", "yes", "no", "on", "off", "y", "n", "inf", "nan":
		return quoted(s)
	}
	return s
}

// quoted escapes all that does not print.
func quoted(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
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
