package scenario_test

import (
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
			if d, ok := d.(*ast.GenDecl); ok && d.Tok == token.TYPE {
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
		st, ok := s.Type.(*ast.StructType)
		if !ok {
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

// field describes a value; a pointer may be null.
func (g *generator) field(f reflect.StructField) schema {
	t := f.Type
	null := t.Kind() == reflect.Pointer
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	out := scalar(f.Tag.Get("form"))
	switch {
	case out == nil:
		out = g.value(t)
	case t.Kind() == reflect.Slice:
		out = schema{"type": "array", "items": out}
	}
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

// scalar describes a form, or returns nil if no form has that name.
func scalar(name string) schema {
	f, ok := scenario.Forms()[name]
	switch {
	case !ok:
		return nil
	case f.Values != nil:
		values := []any(nil)
		for _, v := range f.Values {
			if v == "true" { // YAML reads it as a boolean
				values = append(values, true)
			}
			values = append(values, v)
		}
		return schema{"enum": values}
	}
	out := schema{"type": "string"}
	if f.Pattern != "" {
		out["pattern"] = f.Pattern
	}
	if f.Number != "" {
		out["type"] = []any{"string", f.Number}
	}
	if f.Number == "number" && f.Pattern != "" { // a number that the pattern cannot check
		out["minimum"], out["exclusiveMaximum"] = 0, 1_000_000
		if f.Limit > 0 {
			delete(out, "exclusiveMaximum")
			out["minimum"], out["maximum"] = -f.Limit, f.Limit
		}
	}
	return out
}

func (g *generator) value(t reflect.Type) schema {
	switch t.Kind() {
	case reflect.Struct:
		name := strings.ToLower(t.Name())
		if g.defs[name] == nil {
			g.defs[name] = schema{} // not yet complete
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
