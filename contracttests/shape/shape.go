package shape

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"net/mail"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/goccy/go-yaml"
)

//go:embed shapes.yaml
var shapesYAML []byte

// definitions are the contents of shapes.yaml.
type definitions struct {
	Formats map[string]*format
	Shapes  map[string]*shape
	Answers map[string]string // the shape of a success by operation
}

// A format is the form of a text, a number or a boolean.
type format struct {
	What    string // default: the words
	Type    string // number or boolean; default text
	Pattern string
	Words   []string

	Whole        bool
	Least        *float64
	Above, Below *float64

	pattern *regexp.Regexp    // nil: any
	check   func(string) bool // may be nil
}

// A shape is what an object must be: its fields by name. Each is the name of a
// format or of a shape, also as in "list of link" and "user or null".
type shape struct {
	Required, Usual, Optional map[string]string
	Also                      string            // a shape that it must have as well
	By                        map[string]string // the first field that it has decides on a further shape

	required, usual, optional, by []field // in the order of their names
}

// A field is one of an object, and what it must be.
type field struct{ name, expression string }

func sorted(fields map[string]string) []field {
	var all []field
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		all = append(all, field{name, fields[name]})
	}
	return all
}

// checks are of formats that a pattern alone cannot describe.
var checks = map[string]func(string) bool{
	"UUID": IsUUID, "link": IsLink, "email": isEmail, "date": isDate, "time": IsTime,
	"UTC time": IsUTC, "UTC second": IsUTCSecond,
	"latitude":  func(s string) bool { return within(s, 90) },
	"longitude": func(s string) bool { return within(s, 180) },
}

func isDate(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

func isEmail(s string) bool {
	address, err := mail.ParseAddress(s)
	return err == nil && address.Address == s
}

// within reports whether a text is in degrees, from -limit to limit.
func within(s string, limit float64) bool {
	n, err := strconv.ParseFloat(s, 64)
	return err == nil && math.Abs(n) <= limit
}

var defined = sync.OnceValue(func() definitions { return define(shapesYAML) })

func define(text []byte) definitions {
	var d definitions
	if err := yaml.UnmarshalWithOptions(text, &d, yaml.Strict()); err != nil {
		panic(err) // the file is part of the program, and a test reads it
	}
	for name, f := range d.Formats {
		if f.check = checks[name]; f.Pattern != "" {
			f.pattern = regexp.MustCompile(f.Pattern)
		}
		if f.What == "" {
			f.What = "one of " + strings.Join(f.Words, ", ")
		}
	}
	for _, s := range d.Shapes {
		s.required, s.usual, s.optional, s.by = sorted(s.Required), sorted(s.Usual), sorted(s.Optional), sorted(s.By)
	}
	return d
}

// Is reports whether a text has a format of shapes.yaml.
func Is(format, text string) bool { return defined().Formats[format].accepts(text) }

func (f *format) accepts(v any) bool {
	var kind, text string
	switch v := v.(type) {
	case string:
		text = v
	case bool:
		kind, text = "boolean", strconv.FormatBool(v)
	case json.Number:
		kind, text = "number", v.String()
		n, err := v.Float64()
		if err != nil || f.Whole && n != math.Trunc(n) ||
			f.Least != nil && n < *f.Least || f.Above != nil && n <= *f.Above || f.Below != nil && n >= *f.Below {
			return false
		}
	default:
		return false
	}
	return kind == f.Type && (f.pattern == nil || f.pattern.MatchString(text)) && (f.Words == nil || slices.Contains(f.Words, text)) &&
		(f.check == nil || f.check(text))
}

// maxWrong is how many differences of one value are collected: a long list of
// wrong items says the same again and again.
const maxWrong = 100

// An inspection collects what is wrong with a value.
type inspection struct {
	definitions
	usual bool   // usual fields are required as well
	at    []step // the value that is being checked
	wrong []string
}

// Check returns how a decoded value differs from a shape: one line for each
// place, which comes first, and at most a hundred. If usual is set, the fields
// that are always sent are required as well.
func Check(name string, v any, usual bool) []string {
	c := &inspection{definitions: defined(), usual: usual}
	c.value(name, v)
	return c.wrong
}

// Answer returns how the decoded body of a success of an operation differs from
// its full shape, as Check does. Operations without a known shape may answer
// anything.
func Answer(operation string, body any) []string {
	name, ok := defined().Answers[operation]
	if !ok {
		return nil
	}
	return Check(name, body, true)
}

// A step leads from a value to one in it: in an object by a name, or in a list.
type step struct {
	name  string
	index int // below 0: by name
}

// inside checks a value in the one that is being checked.
func (c *inspection) inside(at step, expression string, v any) {
	c.at = append(c.at, at)
	c.value(expression, v)
	c.at = c.at[:len(c.at)-1]
}

// place returns where the value is that is being checked.
func (c *inspection) place() string {
	var b strings.Builder
	for _, at := range c.at {
		b.WriteByte('/')
		if at.index < 0 {
			b.WriteString(at.name)
		} else {
			b.WriteString(strconv.Itoa(at.index))
		}
	}
	return b.String()
}

func (c *inspection) want(what string, got any) {
	if len(c.wrong) == maxWrong {
		return
	}
	text, err := json.Marshal(got)
	if err != nil {
		text = fmt.Append(nil, got)
	}
	c.fail("%s: wanted %s, got %s", c.place(), what, shorten(text))
}

// fail notes a text, once: several shapes may say the same of a field.
func (c *inspection) fail(format string, args ...any) {
	if len(c.wrong) == maxWrong {
		return
	}
	if text := fmt.Sprintf(format, args...); !slices.Contains(c.wrong, text) {
		c.wrong = append(c.wrong, text)
	}
}

// value checks a value against an expression, such as "list of link or null".
func (c *inspection) value(expression string, v any) {
	if inner, ok := strings.CutSuffix(expression, " or null"); ok {
		if v != nil {
			c.value(inner, v)
		}
		return
	}
	if f := c.Formats[expression]; f != nil {
		if !f.accepts(v) {
			c.want(f.What, v)
		}
		return
	}
	switch kind, of, compound := strings.Cut(expression, " of "); {
	case compound && kind == "list":
		values, ok := v.([]any)
		if !ok {
			c.want("an array", v)
		}
		for i, each := range values {
			c.inside(step{index: i}, of, each)
		}
	case compound && kind == "page":
		c.object(&shape{
			required: []field{{"count", "count"}, {"results", "list of " + of}},
			usual:    []field{{"next", "link or null"}, {"previous", "link or null"}},
		}, v)
	case compound && kind == "map":
		each := map[string]string{}
		object, _ := v.(map[string]any)
		for name := range object {
			each[name] = of
		}
		c.object(&shape{required: sorted(each)}, v)
	default:
		s, ok := c.Shapes[expression]
		if !ok {
			panic(fmt.Sprintf("shapes.yaml has no %q", expression))
		}
		c.object(s, v)
	}
}

func (c *inspection) object(s *shape, v any) {
	object, ok := v.(map[string]any)
	if !ok {
		c.want("an object", v)
		return
	}
	c.fields(object, s.required, true)
	c.fields(object, s.usual, c.usual)
	c.fields(object, s.optional, false)
	if s.Also != "" {
		c.value(s.Also, v)
	}
	if i := slices.IndexFunc(s.by, func(f field) bool { return object[f.name] != nil }); i >= 0 {
		c.value(s.by[i].expression, v)
	} else if len(s.by) > 0 {
		c.want("one of the fields "+strings.Join(slices.Sorted(maps.Keys(s.By)), ", "), v)
	}
}

func (c *inspection) fields(object map[string]any, all []field, needed bool) {
	for _, f := range all {
		v, ok := object[f.name]
		switch {
		case ok:
			c.inside(step{f.name, -1}, f.expression, v)
		case needed:
			c.fail("%s/%s: the field is missing", c.place(), f.name)
		}
	}
}

// shorten returns at most 600 bytes of a text.
func shorten(text []byte) string {
	const most = 600
	if len(text) > most {
		return string(text[:most]) + "…"
	}
	return string(text)
}
