// Package jsonmatch compares JSON values with what is expected of them.
package jsonmatch

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"cariqamock/mockserver/internal/text"
)

// Decode decodes a JSON value. Numbers keep the digits they have.
func Decode(body []byte) (v any, err error) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	err = d.Decode(&v)
	return v, err
}

// Subset compares got with want: of objects the keys that want has, of lists
// every element, numbers by value. Both are values as encoding/json decodes
// them with UseNumber. The error describes the first difference; path is the
// name it uses for the values as a whole.
func Subset(path string, want, got any) error {
	switch want := want.(type) {
	case map[string]any:
		object, ok := got.(map[string]any)
		if !ok {
			return mismatch(path, want, got)
		}
		for _, key := range slices.Sorted(maps.Keys(want)) {
			v, ok := object[key]
			if !ok {
				return fmt.Errorf("%s: want %s, got no such key (there are %s)", path+"."+key, Show(want[key]),
					Show(slices.Sorted(maps.Keys(object))))
			}
			if err := Subset(path+"."+key, want[key], v); err != nil {
				return err
			}
		}
		return nil
	case []any:
		list, ok := got.([]any)
		if !ok {
			return mismatch(path, want, got)
		}
		if len(list) != len(want) {
			return fmt.Errorf("%s: want %d elements, got %d: %s", path, len(want), len(list), Show(got))
		}
		for i := range want {
			if err := Subset(fmt.Sprintf("%s[%d]", path, i), want[i], list[i]); err != nil {
				return err
			}
		}
		return nil
	}
	if want != got && !sameNumber(want, got) {
		return mismatch(path, want, got)
	}
	return nil
}

func sameNumber(a, b any) bool {
	m, ok := a.(json.Number)
	n, ok2 := b.(json.Number)
	if !ok || !ok2 {
		return false
	}
	x, err := m.Float64()
	y, err2 := n.Float64()
	return err == nil && err2 == nil && x == y
}

func mismatch(path string, want, got any) error {
	return fmt.Errorf("%s: want %s, got %s", path, Show(want), Show(got))
}

// Show returns a value as JSON of at most 400 characters.
func Show(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return text.Shorten(string(b), 400)
}

// At returns the value at a path of keys and numbers of elements, such as
// results.0.id.
func At(v any, path string) (any, error) {
	for key := range strings.SplitSeq(path, ".") {
		switch at := v.(type) {
		case map[string]any:
			next, ok := at[key]
			if !ok {
				return nil, fmt.Errorf("no key %s in %s", key, Show(at))
			}
			v = next
		case []any:
			i, err := strconv.Atoi(key)
			if err != nil || i < 0 || i >= len(at) {
				return nil, fmt.Errorf("no element %s in a list of %d", key, len(at))
			}
			v = at[i]
		default:
			return nil, fmt.Errorf("no %s in %s", key, Show(v))
		}
	}
	return v, nil
}
