package scenario

import (
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// positions tells where each value of a file is written, by path such as
// users[0].payment_methods[1].id.
type positions map[string]*token.Token

// decoder fills Go values from YAML nodes. It is stricter than the library's
// own: it takes no unknown key and no value of another type, and says in the
// words of the file what was expected.
type decoder struct {
	at    positions
	wrong *mistakes
}

// enum is a text of which only some values are allowed.
type enum interface{ Values() []string }

// nullable is a type to which null means something else than nothing.
type nullable interface{ null() }

func (d *decoder) value(path string, n ast.Node, v reflect.Value) {
	t := tokenOf(n)
	d.at[path] = t
	if v.Kind() == reflect.Pointer {
		d.pointer(path, n, v)
		return
	}
	if to, is := v.Addr().Interface().(encoding.TextUnmarshaler); is {
		d.text(t, n, to)
		return
	}
	if e, is := v.Interface().(enum); is {
		d.enum(t, n, e.Values(), v)
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		d.object(path, n, v)
	case reflect.Slice:
		d.list(path, n, v)
	case reflect.Map:
		d.table(path, n, v)
	case reflect.Interface:
		if free := d.free(path, n); free != nil {
			v.Set(reflect.ValueOf(free))
		}
	case reflect.String:
		if s, fine := d.str(t, n); fine {
			v.SetString(s)
		}
	case reflect.Bool:
		if b, is := n.(*ast.BoolNode); is {
			v.SetBool(b.Value)
		} else {
			d.wrong.at(t, "expected true or false, got %s", describe(n))
		}
	case reflect.Int:
		i, err := strconv.Atoi(raw(n))
		if _, is := n.(*ast.IntegerNode); !is || err != nil {
			d.wrong.at(t, "expected a whole number, got %s", describe(n))
			return
		}
		v.SetInt(int64(i))
	case reflect.Float64:
		d.number(t, n, v)
	}
}

func (d *decoder) number(t *token.Token, n ast.Node, v reflect.Value) {
	switch n.(type) {
	case *ast.IntegerNode, *ast.FloatNode:
		if f, err := strconv.ParseFloat(raw(n), 64); err == nil {
			v.SetFloat(f)
			return
		}
	}
	d.wrong.at(t, "expected a number, got %s", describe(n))
}

func (d *decoder) pointer(path string, n ast.Node, v reflect.Value) {
	elem := reflect.New(v.Type().Elem())
	if _, is := n.(*ast.NullNode); is {
		if to, is := elem.Interface().(nullable); is {
			to.null()
			v.Set(elem)
		}
		return
	}
	before := len(d.wrong.found)
	d.value(path, n, elem.Elem())
	if len(d.wrong.found) == before {
		v.Set(elem)
	}
}

// text takes any scalar as it is written, so that 12/2030, 10.5 and "10.5"
// all read as meant.
func (d *decoder) text(t *token.Token, n ast.Node, to encoding.TextUnmarshaler) {
	if !isScalar(n) {
		d.wrong.at(t, "%s, got %s", expectation(to), describe(n))
		return
	}
	if err := to.UnmarshalText([]byte(raw(n))); err != nil {
		d.wrong.at(t, "%s, got %s", err, Quote(raw(n)))
	}
}

// expectation is what a type says of a text that it cannot have.
func expectation(to encoding.TextUnmarshaler) string {
	if err := to.UnmarshalText([]byte("\x00")); err != nil {
		return err.Error()
	}
	return "expected a text"
}

func (d *decoder) enum(t *token.Token, n ast.Node, values []string, v reflect.Value) {
	s := raw(n)
	if !isScalar(n) {
		d.wrong.at(t, "expected %s, got %s", oneOf(values), describe(n))
		return
	}
	if !slices.Contains(values, s) {
		d.wrong.at(t, "expected %s, got %s%s", oneOf(values), Quote(s), DidYouMean(s, values))
		return
	}
	v.SetString(s)
}

func (d *decoder) str(t *token.Token, n ast.Node) (string, bool) {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value, d.plain(t, n.Value)
	case *ast.LiteralNode:
		return n.Value.Value, d.plain(t, n.Value.Value)
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		d.wrong.at(t, "expected a text, got %s; write \"%s\" in quotes", describe(n), raw(n))
		return "", false
	}
	d.wrong.at(t, "expected a text, got %s", describe(n))
	return "", false
}

// plain refuses what the API refuses too, and no database keeps.
func (d *decoder) plain(t *token.Token, s string) bool {
	if strings.ContainsRune(s, 0) {
		d.wrong.at(t, "expected a text without NUL characters")
		return false
	}
	return true
}

func (d *decoder) list(path string, n ast.Node, v reflect.Value) {
	seq, is := n.(*ast.SequenceNode)
	if !is {
		d.wrong.at(tokenOf(n), "expected a list, got %s", describe(n))
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(seq.Values), len(seq.Values)))
	for i, e := range seq.Values {
		d.value(fmt.Sprintf("%s[%d]", path, i), e, v.Index(i))
	}
}

// table decodes a map with free keys.
func (d *decoder) table(path string, n ast.Node, v reflect.Value) {
	pairs, is := entries(n)
	if !is {
		d.wrong.at(tokenOf(n), "expected keys and values, got %s", describe(n))
		return
	}
	v.Set(reflect.MakeMap(v.Type()))
	for _, p := range pairs {
		key, fine := d.key(p)
		if !fine {
			continue
		}
		elem := reflect.New(v.Type().Elem()).Elem()
		d.value(join(path, key), p.Value, elem)
		v.SetMapIndex(reflect.ValueOf(key), elem)
	}
}

func (d *decoder) object(path string, n ast.Node, v reflect.Value) {
	pairs, is := entries(n)
	if !is {
		d.wrong.at(tokenOf(n), "expected keys and values (%s), got %s", strings.Join(keysOf(v.Type()), ", "), describe(n))
		return
	}
	seen := map[string]bool{}
	for _, p := range pairs {
		key, fine := d.key(p)
		if !fine {
			continue
		}
		f, known := field(v.Type(), key)
		if !known {
			d.wrong.at(tokenOf(p.Key), "unknown key %s; expected one of %s%s",
				Quote(key), strings.Join(keysOf(v.Type()), ", "), DidYouMean(key, keysOf(v.Type())))
			continue
		}
		seen[key] = true
		d.value(join(path, key), p.Value, v.FieldByIndex(f.Index))
		d.limit(join(path, key), v.FieldByIndex(f.Index), f.Tag.Get("max"))
		if _, null := p.Value.(*ast.NullNode); null && f.Tag.Get("need") != "" && f.Type.Kind() == reflect.Pointer {
			d.wrong.at(tokenOf(p.Value), "expected a value for %s, got null", key)
		}
	}
	for _, f := range reflect.VisibleFields(v.Type()) {
		if f.Tag.Get("need") != "" && !seen[keyOf(f)] {
			d.wrong.at(tokenOf(n), "expected the key %s, which is missing", keyOf(f))
		}
	}
}

func (d *decoder) limit(path string, v reflect.Value, most string) {
	n, err := strconv.Atoi(most)
	if err != nil {
		return
	}
	if v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	if v.Kind() == reflect.String && len([]rune(v.String())) > n {
		d.wrong.at(d.at[path], "expected at most %d characters, got %d", n, len([]rune(v.String())))
	}
}

func (d *decoder) key(p *ast.MappingValueNode) (string, bool) {
	if s, is := p.Key.(*ast.StringNode); is {
		return s.Value, true
	}
	if _, is := p.Key.(ast.ScalarNode); is { // 404: …
		return tokenOf(p.Key).Value, true
	}
	d.wrong.at(tokenOf(p.Key), "expected a plain key")
	return "", false
}

// free decodes a value of any shape, as JSON would have it; numbers keep the
// digits they are written with.
func (d *decoder) free(path string, n ast.Node) any {
	d.at[path] = tokenOf(n)
	switch n := n.(type) {
	case *ast.NullNode:
		return nil
	case *ast.BoolNode:
		return n.Value
	case *ast.IntegerNode, *ast.FloatNode:
		if num, err := number(raw(n)); err == nil {
			return num
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
	if pairs, is := entries(n); is {
		object := make(map[string]any, len(pairs))
		for _, p := range pairs {
			if key, fine := d.key(p); fine {
				object[key] = d.free(join(path, key), p.Value)
			}
		}
		return object
	}
	s, _ := d.str(tokenOf(n), n)
	return s
}

func number(s string) (json.Number, error) {
	var n json.Number
	if !json.Valid([]byte(s)) || len(s) > 40 {
		return "", errors.New("not a number of JSON")
	}
	return n, json.Unmarshal([]byte(s), &n)
}
