package scenario

import (
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"

	"cariqamock/mockserver/internal/text"
)

// A decoder fills Go values from YAML nodes by the tags of types.go. Unlike
// the library's own decoder it collects several mistakes, with their places,
// and converts no value to another type.
type decoder struct {
	at     positions
	wrong  *mistakes
	fields map[reflect.Type]fields
}

func newDecoder(wrong *mistakes) *decoder {
	return &decoder{at: newPositions(), wrong: wrong, fields: map[reflect.Type]fields{}}
}

// fields are those of a struct, with their keys.
type fields struct {
	list []reflect.StructField
	keys []string
}

func (d *decoder) fieldsOf(t reflect.Type) fields {
	out, ok := d.fields[t]
	if ok {
		return out
	}
	out.list = reflect.VisibleFields(t)
	for _, f := range out.list {
		out.keys = append(out.keys, fieldKey(f))
	}
	d.fields[t] = out
	return out
}

// value decodes a node into v. tag is that of the struct field, if v is one.
func (d *decoder) value(path string, n ast.Node, v reflect.Value, tag reflect.StructTag) {
	d.at.note(path, tokenOf(n))
	if v.Kind() == reflect.Pointer {
		d.pointer(path, n, v, tag)
		return
	}
	if f, ok := forms[tag.Get("form")]; ok && v.Kind() != reflect.Slice {
		d.formed(n, f, v)
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		d.object(path, n, v)
	case reflect.Slice:
		d.list(path, n, v, tag)
	case reflect.Map:
		d.table(path, n, v)
	case reflect.Interface:
		if free := d.free(path, n); free != nil {
			v.Set(reflect.ValueOf(free))
		}
	default:
		d.scalar(n, v)
	}
}

// pointer decodes null as nil, and as a pointer to nil if v is a pointer to a
// pointer.
func (d *decoder) pointer(path string, n ast.Node, v reflect.Value, tag reflect.StructTag) {
	elem := reflect.New(v.Type().Elem())
	_, null := n.(*ast.NullNode)
	if !null {
		d.value(path, n, elem.Elem(), tag)
	}
	if !null || elem.Elem().Kind() == reflect.Pointer {
		v.Set(elem)
	}
}

// formed decodes a scalar as it is written, so that 12/2030, 10.5 and "10.5"
// need no quotes.
func (d *decoder) formed(n ast.Node, f form, v reflect.Value) {
	t, written := tokenOf(n), raw(n)
	switch {
	case !isScalar(n):
		d.wrong.at(t, "expected %s, got %s", f.want, describe(n))
		return
	case f.values != nil && !slices.Contains(f.values, written):
		d.wrong.at(t, "expected %s, got %s%s", f.want, Quote(written), text.DidYouMean(written, f.values))
		return
	case f.pattern != nil && !f.pattern().MatchString(written):
		d.wrong.at(t, "expected %s, got %s", f.want, Quote(written))
		return
	}
	if to, ok := v.Addr().Interface().(encoding.TextUnmarshaler); ok {
		if err := to.UnmarshalText([]byte(written)); err != nil {
			d.wrong.at(t, "%s, got %s", err, Quote(written))
		}
		return
	}
	if d.noNUL(t, written) {
		v.SetString(written)
	}
}

// kinds are the scalars without a form.
var kinds = map[reflect.Kind]string{
	reflect.Bool: "true or false", reflect.Int: "a whole number", reflect.Float64: "a number", reflect.String: "a text",
}

func (d *decoder) scalar(n ast.Node, v reflect.Value) {
	switch n := n.(type) {
	case *ast.BoolNode:
		if v.Kind() == reflect.Bool {
			v.SetBool(n.Value)
			return
		}
	case *ast.IntegerNode, *ast.FloatNode:
		if i, err := strconv.Atoi(raw(n)); err == nil && v.Kind() == reflect.Int {
			v.SetInt(int64(i))
			return
		}
		if f, err := strconv.ParseFloat(raw(n), 64); err == nil && v.Kind() == reflect.Float64 {
			v.SetFloat(f)
			return
		}
	case *ast.StringNode, *ast.LiteralNode:
		if v.Kind() == reflect.String {
			if d.noNUL(tokenOf(n), raw(n)) {
				v.SetString(raw(n))
			}
			return
		}
	}
	hint := ""
	if v.Kind() == reflect.String && isScalar(n) {
		hint = `; write "` + raw(n) + `" in quotes`
	}
	d.wrong.at(tokenOf(n), "expected %s, got %s%s", kinds[v.Kind()], describe(n), hint)
}

// noNUL refuses what the API refuses too, and no database stores.
func (d *decoder) noNUL(t *token.Token, s string) bool {
	if strings.ContainsRune(s, 0) {
		d.wrong.at(t, "expected a text without NUL characters")
		return false
	}
	return true
}

// list decodes a list, whose elements have the form of the tag.
func (d *decoder) list(path string, n ast.Node, v reflect.Value, tag reflect.StructTag) {
	seq, ok := n.(*ast.SequenceNode)
	if !ok {
		d.wrong.at(tokenOf(n), "expected a list, got %s", describe(n))
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(seq.Values), len(seq.Values)))
	for i, e := range seq.Values {
		d.value(fmt.Sprintf("%s[%d]", path, i), e, v.Index(i), tag)
	}
}

// table decodes a map with free keys.
func (d *decoder) table(path string, n ast.Node, v reflect.Value) {
	pairs, ok := entries(n)
	if !ok {
		d.wrong.at(tokenOf(n), "expected keys and values, got %s", describe(n))
		return
	}
	v.Set(reflect.MakeMap(v.Type()))
	for _, p := range pairs {
		elem, key := reflect.New(v.Type().Elem()).Elem(), keyOf(p)
		d.value(join(path, key), p.Value, elem, "")
		v.SetMapIndex(reflect.ValueOf(key), elem)
	}
}

func (d *decoder) object(path string, n ast.Node, v reflect.Value) {
	known := d.fieldsOf(v.Type())
	fields, keys := known.list, known.keys
	pairs, ok := entries(n)
	if !ok {
		d.wrong.at(tokenOf(n), "expected keys and values (%s), got %s", strings.Join(keys, ", "), describe(n))
		return
	}
	seen := map[string]bool{}
	for _, p := range pairs {
		key := keyOf(p)
		i := slices.Index(keys, key)
		if i < 0 {
			d.wrong.at(tokenOf(p.Key), "unknown key %s; expected one of %s%s", Quote(key), strings.Join(keys, ", "), text.DidYouMean(key, keys))
			continue
		}
		seen[key] = true
		d.field(join(path, key), p.Value, v.Field(i), fields[i])
	}
	for i, f := range fields {
		if f.Tag.Get("need") != "" && !seen[keys[i]] {
			d.wrong.at(tokenOf(n), "expected the key %s, which is missing", keys[i])
		}
	}
}

func (d *decoder) field(path string, n ast.Node, v reflect.Value, f reflect.StructField) {
	d.value(path, n, v, f.Tag)
	if most, err := strconv.Atoi(f.Tag.Get("max")); err == nil && value(v).Kind() == reflect.String {
		if length := utf8.RuneCountInString(value(v).String()); length > most {
			d.wrong.at(tokenOf(n), "expected at most %d characters, got %d", most, length)
		}
	}
}

// free decodes a value of any shape to what encoding/json decodes. Numbers keep
// the digits they are written with.
func (d *decoder) free(path string, n ast.Node) any {
	d.at.note(path, tokenOf(n))
	switch n := n.(type) {
	case *ast.NullNode:
		return nil
	case *ast.BoolNode:
		return n.Value
	case *ast.IntegerNode, *ast.FloatNode:
		if s := raw(n); json.Valid([]byte(s)) && len(s) <= 40 {
			return json.Number(s)
		}
		d.wrong.at(tokenOf(n), "expected a number as JSON writes it, or a text in quotes, got %s", Quote(raw(n)))
		return nil
	case *ast.SequenceNode:
		list := make([]any, 0, len(n.Values))
		for i, e := range n.Values {
			list = append(list, d.free(fmt.Sprintf("%s[%d]", path, i), e))
		}
		return list
	}
	if pairs, ok := entries(n); ok {
		object := make(map[string]any, len(pairs))
		for _, p := range pairs {
			object[keyOf(p)] = d.free(join(path, keyOf(p)), p.Value)
		}
		return object
	}
	var text string
	d.scalar(n, reflect.ValueOf(&text).Elem())
	return text
}

// fieldKey returns the key of a struct field.
func fieldKey(f reflect.StructField) string {
	key, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
	return key
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}
