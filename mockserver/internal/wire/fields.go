package wire

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

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
		s = strings.TrimSpace(v)
	case json.Number:
		s = v.String()
	default:
		f.fail(name, textNotString)
		return unset
	}
	if s == "" && !t.Blank {
		f.fail(name, textBlank)
		return unset
	}
	before := len(*f.bad)
	if strings.ContainsRune(s, 0) {
		f.fail(name, textNUL)
	}
	if most := cmp.Or(t.Max, limit.Text); utf8.RuneCountInString(s) > most {
		f.fail(name, fmt.Sprintf("Ensure this field has no more than %d characters.", most))
	}
	if t.Email && s != "" && !validEmail(s) {
		f.fail(name, textEmail)
	}
	if len(*f.bad) > before {
		return unset
	}
	if f.in.isForm {
		s = strings.Clone(s) // or it would hold on to the whole body
	}
	return connect.Some(&s)
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
	} else if values := f.in.form[f.prefix+name]; len(values) > 0 {
		last := values[len(values)-1]
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
	s := choiceText(v)
	if !slices.Contains(choices, s) {
		f.fail(name, notAChoice(s))
		return unset
	}
	return connect.Some(&s)
}

func notAChoice(s string) string { return `"` + s + `" is not a valid choice.` }

func choiceText(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		if v {
			return "True"
		}
		return "False"
	}
	text, err := json.Marshal(v)
	if err != nil {
		return pythonType(v)
	}
	return string(text)
}

// Object returns the fields of a nested object; in forms they have dotted names
// (measured; brackets are ignored). The fields are nil if the object is missing,
// null or wrong.
func (f *Fields) Object(name string) (fields *Fields, ok bool) {
	nested := &Fields{in: f.in, prefix: f.prefix + name + ".", bad: f.bad}
	if f.in.isForm {
		for key := range f.in.form {
			if strings.HasPrefix(key, nested.prefix) {
				return nested, true
			}
		}
		return nil, false
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

// Integer reads an integer, with a default for a missing one.
func (f *Fields) Integer(name string, required bool, def int) int {
	v, ok := f.value(name, false, false, required)
	if !ok {
		return def
	}
	n, ok := integer(choiceText(v))
	if !ok {
		f.fail(name, textInteger)
		return def
	}
	return n
}

// integer reads an integer as the framework does, which takes 10.0 for 10.
func integer(s string) (int, bool) {
	s = strings.TrimSpace(s)
	if whole, zeros, ok := strings.Cut(s, "."); ok && strings.Trim(zeros, "0") == "" {
		s = whole
	}
	n, err := strconv.Atoi(s)
	return n, err == nil
}

// Number returns a number, or nil if it is missing or wrong.
func (f *Fields) Number(name string, required bool) *float64 {
	v, ok := f.value(name, false, false, required)
	if !ok {
		return nil
	}
	s := strings.TrimSpace(choiceText(v))
	n, err := strconv.ParseFloat(s, 64)
	if err != nil || n-n != 0 || strings.ContainsAny(s, "xX") { // NaN and infinity are no coordinates
		f.fail(name, textNumber)
		return nil
	}
	return &n
}

// Boolean reads a boolean in any of the framework's spellings; a missing one
// is false.
func (f *Fields) Boolean(name string) bool {
	v, ok := f.value(name, false, false, false)
	if !ok {
		return false
	}
	switch strings.ToLower(choiceText(v)) {
	case "t", "y", "yes", "true", "on", "1":
		return true
	case "f", "n", "no", "false", "off", "0":
		return false
	}
	f.fail(name, textBoolean)
	return false
}

// Choices reads a list of a query: repeated keys, no commas (measured). An
// empty choices list accepts any text that is not blank.
func (f *Fields) Choices(name string, choices []string) []string {
	values := f.in.form[name]
	for i, v := range values {
		switch item := fmt.Sprintf("%s.%d", name, i); {
		case choices == nil && strings.TrimSpace(v) == "":
			f.fail(item, textBlank)
		case choices != nil && !slices.Contains(choices, v):
			f.fail(item, notAChoice(v))
		}
	}
	return values
}

// Integers reads a list of integers of a query; at least one is required.
func (f *Fields) Integers(name string) []int {
	var out []int
	values := f.in.form[name]
	if len(values) == 0 {
		f.fail(name, textRequired)
	}
	for i, v := range values {
		n, ok := integer(v)
		if !ok {
			f.fail(fmt.Sprintf("%s.%d", name, i), textInteger)
			continue
		}
		out = append(out, n)
	}
	return out
}
