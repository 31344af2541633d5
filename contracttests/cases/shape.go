package cases

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	contract "cariqamock/contracttests"
)

// A shape is what a value of an answer must be. It covers what openapi.yaml does
// not: formats, and fields that are always present although they are not required.
type shape interface {
	check(c *inspection, at string, v any)
}

// An inspection collects what is wrong with a value.
type inspection struct {
	usual bool // usual fields are required as well
	wrong []string
}

func (c *inspection) want(at, what string, got any) {
	text, err := json.Marshal(got)
	if err != nil {
		text = fmt.Append(nil, got)
	}
	c.wrong = append(c.wrong, fmt.Sprintf("%s: wanted %s, got %s", at, what, contract.Shorten(text)))
}

// shaped fails the case if an answer does not match a shape.
func shaped(a *contract.API, answer *contract.Answer, s shape) *contract.Answer {
	return inspect(a, answer, s, &inspection{})
}

// complete is shaped, and requires the usual fields as well.
func complete(a *contract.API, answer *contract.Answer, s shape) *contract.Answer {
	return inspect(a, answer, s, &inspection{usual: true})
}

func inspect(a *contract.API, answer *contract.Answer, s shape, c *inspection) *contract.Answer {
	var v any
	if err := contract.Decode(answer.Body, &v); err != nil {
		a.FatalAt(answer, "%v", err)
	}
	s.check(c, "", v)
	if len(c.wrong) > 0 {
		a.ErrorAt(answer, "the response does not match the expected shape:\n  %s", strings.Join(c.wrong, "\n  "))
	}
	return answer
}

// fields are shapes by name.
type fields map[string]shape

// A record is an object.
type record struct {
	required fields // required by openapi.yaml
	usual    fields // not required, but always sent by the framework
	optional fields // present or not
}

func (r record) check(c *inspection, at string, v any) {
	object, ok := v.(map[string]any)
	if !ok {
		c.want(at, "an object", v)
		return
	}
	r.each(c, at, object, r.required, true)
	r.each(c, at, object, r.usual, c.usual)
	r.each(c, at, object, r.optional, false)
}

func (r record) each(c *inspection, at string, object map[string]any, all fields, needed bool) {
	for _, name := range slices.Sorted(maps.Keys(all)) {
		v, there := object[name]
		switch {
		case there:
			all[name].check(c, at+"/"+name, v)
		case needed:
			c.wrong = append(c.wrong, fmt.Sprintf("%s/%s: the field is missing", at, name))
		}
	}
}

// An array is an array of values of one shape.
type array struct{ of shape }

func (l array) check(c *inspection, at string, v any) {
	values, ok := v.([]any)
	if !ok {
		c.want(at, "an array", v)
		return
	}
	for i, each := range values {
		l.of.check(c, fmt.Sprintf("%s/%d", at, i), each)
	}
}

// A dictionary is an object with any names.
type dictionary struct{ of shape }

func (d dictionary) check(c *inspection, at string, v any) {
	object, ok := v.(map[string]any)
	if !ok {
		c.want(at, "an object", v)
		return
	}
	for _, name := range slices.Sorted(maps.Keys(object)) {
		d.of.check(c, at+"/"+name, object[name])
	}
}

// orNull is a shape or null.
type orNull struct{ of shape }

func (n orNull) check(c *inspection, at string, v any) {
	if v != nil {
		n.of.check(c, at, v)
	}
}

// A format is a text of some form.
type format struct {
	what string
	is   func(string) bool // nil accepts any text
}

func (w format) check(c *inspection, at string, v any) {
	if s, ok := v.(string); !ok || w.is != nil && !w.is(s) {
		c.want(at, w.what, v)
	}
}

// A number is a number that a function accepts.
type number struct {
	what string
	is   func(float64) bool // nil accepts any number
}

func (n number) check(c *inspection, at string, v any) {
	literal, ok := v.(json.Number)
	if ok {
		f, err := literal.Float64()
		ok = err == nil && (n.is == nil || n.is(f))
	}
	if !ok {
		c.want(at, n.what, v)
	}
}

// boolean is true or false.
type boolean struct{}

func (boolean) check(c *inspection, at string, v any) {
	if _, ok := v.(bool); !ok {
		c.want(at, "true or false", v)
	}
}

// oneOf is one of several texts.
func oneOf(words ...string) shape {
	return format{"one of " + strings.Join(words, ", "), func(s string) bool { return slices.Contains(words, s) }}
}

// wholeNumber is a whole number of at least least.
func wholeNumber(least float64) shape {
	return number{fmt.Sprintf("a whole number of at least %g", least), func(f float64) bool {
		return f >= least && f == float64(int64(f))
	}}
}

func anyText() shape { return format{what: "a text"} }

func nonBlankText() shape { return format{"a text that is not blank", notBlank} }

func link() shape { return format{"an absolute link", contract.IsLink} }

// pageOf is a page of a list.
func pageOf(of shape) shape {
	return record{
		required: fields{"count": wholeNumber(0), "results": array{of}},
		usual:    fields{"next": orNull{link()}, "previous": orNull{link()}},
	}
}
