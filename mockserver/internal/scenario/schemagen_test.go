package scenario_test

import (
	"encoding"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"cariqamock/mockserver/internal/scenario"
)

// A schema is a JSON Schema, or a part of one.
type schema map[string]any

// generator turns the structs of the file format into a JSON Schema. Their
// comments are its descriptions.
type generator struct {
	t        testing.TB
	comments map[string]string // of "Type" and "Type.Field"
	defs     schema
}

// generate describes a whole file.
func generate(t testing.TB) schema {
	g := &generator{t: t, comments: comments(t), defs: schema{}}
	out := g.object(reflect.TypeFor[scenario.File]())
	out["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	out["title"] = "Scenario file of cariqa-mock"
	out["$defs"] = g.defs
	return out
}

// comments reads the doc comments of the package's types.
func comments(t testing.TB) map[string]string {
	t.Helper()
	out := map[string]string{}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range files {
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			if d, is := d.(*ast.GenDecl); is && d.Tok == token.TYPE {
				note(out, d)
			}
		}
	}
	return out
}

func note(out map[string]string, d *ast.GenDecl) {
	for _, s := range d.Specs {
		s := s.(*ast.TypeSpec)
		doc := s.Doc
		if doc == nil {
			doc = d.Doc
		}
		out[s.Name.Name] = oneLine(doc)
		st, is := s.Type.(*ast.StructType)
		if !is {
			continue
		}
		for _, f := range st.Fields.List {
			for _, n := range f.Names {
				out[s.Name.Name+"."+n.Name] = oneLine(f.Doc)
			}
		}
	}
}

func oneLine(c *ast.CommentGroup) string { return strings.Join(strings.Fields(c.Text()), " ") }

func (g *generator) comment(name string) string {
	g.t.Helper()
	text := g.comments[name]
	if text == "" {
		g.t.Errorf("%s has no comment", name)
	}
	return text
}

// object describes a struct in place.
func (g *generator) object(t reflect.Type) schema {
	properties, required := schema{}, []string(nil)
	for _, f := range reflect.VisibleFields(t) {
		key, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		p := g.field(f)
		p["description"] = g.comment(t.Name() + "." + f.Name)
		properties[key] = p
		if f.Tag.Get("need") != "" {
			required = append(required, key)
		}
	}
	out := schema{
		"type": "object", "description": g.comment(t.Name()),
		"additionalProperties": false, "properties": properties,
	}
	if required != nil {
		out["required"] = required
	}
	return out
}

// field describes a value; a pointer may be null unless the key is needed.
func (g *generator) field(f reflect.StructField) schema {
	t := f.Type
	null := t.Kind() == reflect.Pointer && f.Tag.Get("need") == ""
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	out := g.value(t)
	if most, err := strconv.Atoi(f.Tag.Get("max")); err == nil {
		out["maxLength"] = most
	}
	if null {
		return nullable(out)
	}
	return out
}

func nullable(s schema) schema {
	values, isEnum := s["enum"].([]any)
	types, isList := s["type"].([]any)
	single, isSingle := s["type"].(string)
	switch {
	case isEnum:
		s["enum"] = append(values, nil)
	case isList:
		s["type"] = append(types, "null")
	case isSingle:
		s["type"] = []any{single, "null"}
	default:
		return schema{"anyOf": []any{s, schema{"type": "null"}}}
	}
	return s
}

func (g *generator) value(t reflect.Type) schema {
	if s, is := scalars()[t]; is {
		return s
	}
	if _, is := reflect.New(t).Interface().(encoding.TextUnmarshaler); is {
		g.t.Errorf("scalars() does not say what a %s is", t.Name())
		return schema{}
	}
	if e, is := reflect.Zero(t).Interface().(interface{ Values() []string }); is {
		values := []any(nil)
		for _, v := range e.Values() {
			values = append(values, v)
		}
		return schema{"enum": values}
	}
	switch t.Kind() {
	case reflect.Struct:
		name := strings.ToLower(t.Name())
		if g.defs[name] == nil {
			g.defs[name] = schema{} // in the making
			g.defs[name] = g.object(t)
		}
		return schema{"$ref": "#/$defs/" + name}
	case reflect.Slice:
		return schema{"type": "array", "items": g.value(t.Elem())}
	case reflect.Map:
		s := schema{"type": "object"}
		if t.Elem().Kind() != reflect.Interface {
			s["additionalProperties"] = g.value(t.Elem())
		}
		return s
	case reflect.Interface:
		return schema{}
	case reflect.String:
		return schema{"type": "string"}
	case reflect.Bool:
		return schema{"type": "boolean"}
	case reflect.Int:
		return schema{"type": "integer"}
	case reflect.Float64:
		return schema{"type": "number"}
	}
	g.t.Errorf("no schema for %s", t)
	return schema{}
}

const (
	aDuration = `([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)`
	aTime     = `[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.,][0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})`
)

// scalars are the types that read themselves from text. TestScalarPatterns
// compares the patterns with what those take.
func scalars() map[reflect.Type]schema {
	text := func(pattern string) schema { return schema{"type": "string", "pattern": "^" + pattern + "$"} }
	orNumber := func(kind, pattern string) schema {
		return schema{"type": []any{"string", kind}, "pattern": "^" + pattern + "$"}
	}
	energy := orNumber("number", `[0-9]{1,6}(\.[0-9]{1,6})?`)
	energy["minimum"], energy["exclusiveMaximum"] = 0, 1_000_000
	return map[reflect.Type]schema{
		reflect.TypeFor[scenario.Name]():       text(`[a-z0-9-]{1,40}`),
		reflect.TypeFor[scenario.UUID]():       text(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`),
		reflect.TypeFor[scenario.Email]():      {"type": "string", "maxLength": 320, "pattern": "^.+@[^@]+$"},
		reflect.TypeFor[scenario.MethodID]():   text(`pm_[A-Za-z0-9]{1,60}`),
		reflect.TypeFor[scenario.EVSE]():       text(`[A-Z]{2}[A-Za-z0-9*]{3,46}`),
		reflect.TypeFor[scenario.Brand]():      text(`[a-z0-9_-]{1,30}`),
		reflect.TypeFor[scenario.Last4]():      orNumber("integer", `[0-9]{4}`),
		reflect.TypeFor[scenario.ExternalID](): {"type": []any{"string", "number"}, "maxLength": 250},
		reflect.TypeFor[scenario.Expiry]():     text(`(0?[1-9]|1[0-2])/20[0-9]{2}`),
		reflect.TypeFor[scenario.Duration]():   orNumber("integer", fmt.Sprintf(`([+-]?0|\+?(%s)+)`, aDuration)),
		reflect.TypeFor[scenario.Moment]():     orNumber("integer", fmt.Sprintf(`([+-]?0|[+-]?(%s)+|%s)`, aDuration, aTime)),
		reflect.TypeFor[scenario.Decimal]():    energy,
	}
}
