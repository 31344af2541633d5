package cases

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	contract "cariqamock/contracttests"
)

// A shape says what a value of an answer must be. It sees what openapi.yaml
// cannot say or does not: formats, and fields that are always there although
// nobody requires them.
type shape interface {
	look(c *inspection, at string, v any)
}

// An inspection gathers what is wrong with a value.
type inspection struct {
	usual bool // also miss fields that are only usual
	wrong []string
}

func (c *inspection) want(at, what string, got any) {
	text, err := json.Marshal(got)
	if err != nil {
		text = fmt.Append(nil, got)
	}
	c.wrong = append(c.wrong, fmt.Sprintf("%s: wanted %s, got %s", at, what, contract.Shorten(text)))
}

// Shaped fails the case where an answer has not its shape.
func shaped(a *contract.API, answer *contract.Answer, s shape) *contract.Answer {
	a.Helper()
	return inspect(a, answer, s, &inspection{})
}

// Complete is Shaped, and misses the usual fields, too.
func complete(a *contract.API, answer *contract.Answer, s shape) *contract.Answer {
	a.Helper()
	return inspect(a, answer, s, &inspection{usual: true})
}

func inspect(a *contract.API, answer *contract.Answer, s shape, c *inspection) *contract.Answer {
	a.Helper()
	var v any
	if err := contract.Decode(answer.Body, &v); err != nil {
		a.FatalAt(answer, "%v", err)
	}
	s.look(c, "", v)
	if len(c.wrong) > 0 {
		a.ErrorAt(answer, "the answer has not its shape:\n  %s", strings.Join(c.wrong, "\n  "))
	}
	return answer
}

// fields are shapes by name.
type fields map[string]shape

// A record is an object.
type record struct {
	must  fields // openapi.yaml requires them
	usual fields // it does not, but examples show them and the framework always writes them
	rare  fields // there or not, as things stand
}

func (r record) look(c *inspection, at string, v any) {
	object, ok := v.(map[string]any)
	if !ok {
		c.want(at, "an object", v)
		return
	}
	r.each(c, at, object, r.must, true)
	r.each(c, at, object, r.usual, c.usual)
	r.each(c, at, object, r.rare, false)
}

func (r record) each(c *inspection, at string, object map[string]any, all fields, needed bool) {
	for _, name := range slices.Sorted(maps.Keys(all)) {
		v, there := object[name]
		switch {
		case there:
			all[name].look(c, at+"/"+name, v)
		case needed:
			c.wrong = append(c.wrong, fmt.Sprintf("%s/%s: the field is missing", at, name))
		}
	}
}

// A seq is an array of values of one shape.
type seq struct{ of shape }

func (l seq) look(c *inspection, at string, v any) {
	values, ok := v.([]any)
	if !ok {
		c.want(at, "an array", v)
		return
	}
	for i, each := range values {
		l.of.look(c, fmt.Sprintf("%s/%d", at, i), each)
	}
}

// A dictionary is an object whose names are free.
type dictionary struct{ of shape }

func (d dictionary) look(c *inspection, at string, v any) {
	object, ok := v.(map[string]any)
	if !ok {
		c.want(at, "an object", v)
		return
	}
	for _, name := range slices.Sorted(maps.Keys(object)) {
		d.of.look(c, at+"/"+name, object[name])
	}
}

// orNull is a shape or null.
type orNull struct{ of shape }

func (n orNull) look(c *inspection, at string, v any) {
	if v != nil {
		n.of.look(c, at, v)
	}
}

// A wording is a text of some form.
type wording struct {
	what string
	is   func(string) bool // nil: any text
}

func (w wording) look(c *inspection, at string, v any) {
	if s, ok := v.(string); !ok || w.is != nil && !w.is(s) {
		c.want(at, w.what, v)
	}
}

// A number is a number that some function likes.
type number struct {
	what string
	is   func(float64) bool // nil: any number
}

func (n number) look(c *inspection, at string, v any) {
	literal, ok := v.(json.Number)
	if ok {
		f, err := literal.Float64()
		ok = err == nil && (n.is == nil || n.is(f))
	}
	if !ok {
		c.want(at, n.what, v)
	}
}

// truth is true or false.
type truth struct{}

func (truth) look(c *inspection, at string, v any) {
	if _, ok := v.(bool); !ok {
		c.want(at, "true or false", v)
	}
}

// oneOf is one of a few words.
func oneOf(words ...string) shape {
	return wording{"one of " + strings.Join(words, ", "), func(s string) bool { return slices.Contains(words, s) }}
}

// counted is a whole number from least up.
func counted(least float64) shape {
	return number{fmt.Sprintf("a whole number of at least %g", least), func(f float64) bool {
		return f >= least && f == float64(int64(f))
	}}
}

func anyText() shape { return wording{what: "a text"} }

func someText() shape { return wording{"a text that is not blank", isSaid} }

func link() shape { return wording{"an absolute link", contract.IsLink} }

// listed is a page of a list.
func listed(of shape) shape {
	return record{
		must:  fields{"count": counted(0), "results": seq{of}},
		usual: fields{"next": orNull{link()}, "previous": orNull{link()}},
	}
}
