package wire

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"cariqamock/internal/python"
	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/limit"
)

// Texts of field errors, the framework's own (measured).
const (
	textRequired  = "This field is required."
	textNull      = "This field may not be null."
	textBlank     = "This field may not be blank."
	textNotString = "Not a valid string."
	textNUL       = "Null characters are not allowed."
	textEmail     = "Enter a valid email address."
	textNumber    = "A valid number is required."
	textInteger   = "A valid integer is required."
	textBoolean   = "Must be a valid boolean."
	textTooLarge  = "String value too large."
)

// Fields reads the fields of an input one by one and collects their errors.
type Fields struct {
	in     Input
	prefix string // of nested fields: "custom_properties."
	bad    *[]string
}

// Read returns the fields of an input. An input that is not an object is an
// error by itself.
func Read(in Input) *Fields {
	f := &Fields{in: in, bad: &[]string{}}
	switch in.notMap {
	case "":
	case "NoneType":
		f.fail("non_field_errors", "No data provided")
	default:
		f.fail("non_field_errors", "Invalid data. Expected a dictionary, but got "+in.notMap+".")
	}
	return f
}

// Err returns the errors of the fields read so far, or "". How the vendor turns
// field errors into the one string of error.details is not known; here it is
// "field: text" after "field: text", fields in order of reading, nested ones
// with dots (assumed).
func (f *Fields) Err() string { return strings.Join(*f.bad, " ") }

func (f *Fields) fail(name, text string) {
	*f.bad = append(*f.bad, f.prefix+name+": "+text)
}

// A Text describes what a text field accepts. Values are trimmed first.
type Text struct {
	Required bool
	Null     bool
	Blank    bool
	Max      int // characters; 0: limit.Text
	Email    bool
}

// Text reads a text field. It is unset if the field is missing or wrong.
func (f *Fields) Text(name string, t Text) (unset connect.Optional[*string]) {
	v, ok := f.value(name, t.Null, t.Blank, t.Required)
	if !ok {
		return unset
	}
	var s string
	switch v := v.(type) {
	case nil:
		return f.null(name, t.Null)
	case string:
		s = python.Strip(v)
	case json.Number:
		s = python.Number(v.String())
	case upload:
		if python.Strip(string(v)) != "" {
			f.fail(name, t.notText())
			return unset
		}
	default:
		f.fail(name, t.notText())
		return unset
	}
	if s == "" && !t.Blank {
		f.fail(name, textBlank)
		return unset
	}
	before := len(*f.bad)
	if most := cmp.Or(t.Max, limit.Text); utf8.RuneCountInString(s) > most {
		f.fail(name, fmt.Sprintf("Ensure this field has no more than %d characters.", most))
	}
	if strings.ContainsRune(s, 0) {
		f.fail(name, textNUL)
	}
	if strings.ContainsRune(s, utf8.RuneError) { // which Go has in the place of a surrogate
		if r, found := python.Surrogate(f.raw(name)); found {
			f.fail(name, fmt.Sprintf("Surrogate characters are not allowed: U+%X.", r))
		}
	}
	if t.Email && s != "" && !validEmail(s) {
		f.fail(name, textEmail)
	}
	if len(*f.bad) > before {
		return unset
	}
	return connect.Some(&s)
}

// notText returns the error of a value that is no text.
func (t Text) notText() string {
	if t.Email {
		return textEmail
	}
	return textNotString
}

// raw returns a field of a JSON body as it was sent, or nil.
func (f *Fields) raw(name string) json.RawMessage {
	text := f.in.raw
	for step := range strings.SplitSeq(f.prefix+name, ".") {
		var object map[string]json.RawMessage
		if err := json.Unmarshal(text, &object); err != nil {
			return nil
		}
		text = object[step]
	}
	return text
}

func (f *Fields) null(name string, accepted bool) (unset connect.Optional[*string]) {
	if !accepted {
		f.fail(name, textNull)
		return unset
	}
	return connect.Some[*string](nil)
}

// value returns a field as the framework reads it. In forms an empty value of a
// field that may be null means null, of an optional one means missing, except
// where blanks are accepted.
func (f *Fields) value(name string, null, blank, required bool) (v any, ok bool) {
	if !f.in.isForm {
		v, ok = f.in.object[name]
	} else if file, sent := f.in.files[f.prefix+name]; sent { // it counts after all values (measured)
		v, ok = upload(file), true
	} else if last, sent := f.in.form.Last(name); sent {
		switch {
		case last != "" || blank:
			v, ok = last, true
		case null:
			v, ok = nil, true
		case required:
			v, ok = "", true
		}
	}
	if !ok && required && !f.in.partial && f.in.notMap == "" {
		f.fail(name, textRequired)
	}
	return v, ok
}

// An upload is a file in the place of a value, known by its name.
type upload string

// Choice reads a field that is one of a few words. It compares the input's text,
// whatever its JSON type: "5" is 5 (measured).
func (f *Fields) Choice(name string, choices []string, required, null bool) (unset connect.Optional[*string]) {
	v, ok := f.value(name, null, false, required)
	if !ok {
		return unset
	}
	if v == nil {
		return f.null(name, null)
	}
	s := f.str(name, v)
	if !slices.Contains(choices, s) {
		f.fail(name, notAChoice(s))
		return unset
	}
	return connect.Some(&s)
}

func notAChoice(s string) string { return `"` + s + `" is not a valid choice.` }

// str returns a value as Python prints it.
func (f *Fields) str(name string, v any) string {
	switch v := v.(type) {
	case string:
		return v
	case upload:
		return string(v)
	case json.Number:
		return python.Number(v.String())
	}
	return python.ReprJSON(f.raw(name))
}

// Object returns the fields of a nested object; in forms they have dotted names
// (measured; brackets are ignored). The fields are nil if the object is missing,
// null or wrong.
func (f *Fields) Object(name string) (fields *Fields, ok bool) {
	nested := &Fields{in: f.in, prefix: f.prefix + name + ".", bad: f.bad}
	if f.in.isForm {
		found := false
		nested.in.form = python.Form{}
		for key, values := range f.in.form.Fields() {
			within, ok := strings.CutPrefix(strings.TrimSuffix(key, "\n"), nested.prefix) // Python's $ stands before it
			if ok && within != "" && !strings.Contains(within, "\n") {
				nested.in.form.Set(within, values...)
				found = true
			}
		}
		for key := range f.in.files {
			found = found || strings.HasPrefix(key, nested.prefix)
		}
		if !found {
			return nil, false
		}
		return nested, true
	}
	v, ok := f.in.object[name]
	if !ok {
		return nil, false
	}
	if v == nil {
		return nil, true
	}
	object, ok := v.(map[string]any)
	if !ok {
		f.fail(name+".non_field_errors", "Invalid data. Expected a dictionary, but got "+pythonType(v)+".")
		return nil, false
	}
	nested.in.object = object
	return nested, true
}
