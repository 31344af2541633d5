package scenario

import (
	"encoding"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"cariqamock/mockserver/internal/clock"
)

// writable returns an error unless Parse accepts a file once it is written: it
// checks the values by the tags of types.go and the file as a whole. Parse
// itself would take much longer.
func (f *File) writable() error {
	wrong := &mistakes{file: f.Name + ".yaml", lines: []string{""}}
	w := &valueChecker{newDecoder(wrong)}
	w.value("", reflect.ValueOf(f).Elem(), "")
	if err := wrong.err(); err != nil {
		return err
	}
	withDefaults := *f
	if withDefaults.Tokens == nil {
		withDefaults.Tokens = &Tokens{}
	}
	c := newChecker(&withDefaults, newPositions(), Known{}, wrong, clock.Wall())
	c.file(f.Name)
	return wrong.err()
}

// A valueChecker adds a mistake for each value that a file cannot have.
type valueChecker struct{ *decoder }

func (c *valueChecker) value(path string, v reflect.Value, tag reflect.StructTag) {
	v = value(v)
	if !v.IsValid() || v.IsZero() && tag.Get("need") == "" {
		return
	}
	if f, ok := forms[tag.Get("form")]; ok && v.Kind() != reflect.Slice {
		if text := written(v, tag.Get("form")); !f.accepts(text) {
			c.wrong.at(nil, "%s: expected %s, got %s", path, f.want, Quote(text))
		} else if err := read(v, text); err != nil {
			c.wrong.at(nil, "%s: %s, got %s", path, err, Quote(text))
		}
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		known := c.fieldsOf(v.Type())
		for i, f := range known.list {
			c.value(join(path, known.keys[i]), v.FieldByIndex(f.Index), f.Tag)
		}
	case reflect.Slice:
		for i := range v.Len() {
			c.value(path+"["+strconv.Itoa(i)+"]", v.Index(i), tag)
		}
	case reflect.String:
		c.text(path, v.String(), tag)
	}
}

func (c *valueChecker) text(path, s string, tag reflect.StructTag) {
	if strings.ContainsRune(s, 0) {
		c.wrong.at(nil, "%s: expected a text without NUL characters", path)
	}
	if most, err := strconv.Atoi(tag.Get("max")); err == nil && utf8.RuneCountInString(s) > most {
		c.wrong.at(nil, "%s: expected at most %d characters, got %d", path, most, utf8.RuneCountInString(s))
	}
}

// written returns a scalar as the writer writes it, without quotes.
func written(v reflect.Value, form string) string {
	switch x := v.Interface().(type) {
	case decimal.Decimal:
		places, ok := decimalPlaces[form]
		if !ok {
			places = 3
		}
		return x.StringFixed(max(places, -x.Exponent()))
	case encoding.TextMarshaler:
		text, _ := x.MarshalText() // never fails for the types of this package
		return string(text)
	}
	return fmt.Sprint(v.Interface())
}

// accepts reports whether a value has a form.
func (f form) accepts(text string) bool {
	return (f.values == nil || slices.Contains(f.values, text)) && (f.pattern == nil || f.pattern().MatchString(text)) && !strings.ContainsRune(text, 0)
}

// read returns why the type of a value does not read what is written.
func read(v reflect.Value, text string) error {
	if to, ok := reflect.New(v.Type()).Interface().(encoding.TextUnmarshaler); ok {
		return to.UnmarshalText([]byte(text))
	}
	return nil
}
