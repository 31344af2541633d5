package compare

import (
	"maps"
	"reflect"
	"slices"
)

// A twin is a field that was renamed between two generations of the API. Servers
// may send both names.
type twin struct{ current, former string }

var twins = []twin{{"setup_intent_client_secret", "client_secret"}, {"payment_intent_client_secret", "client_secret"}}

// generationOf returns the generation that uses the name to instead of from, or
// "" if none is known to.
func generationOf(from, to string) string {
	for _, t := range twins {
		switch {
		case t.current == from && t.former == to:
			return "2026-03"
		case t.current == to && t.former == from:
			return "1.0.0"
		}
	}
	return ""
}

// oneName returns a copy of an object without the former name of a field that it
// has under both: a server may leave the former one out.
func oneName(o map[string]any) map[string]any {
	out := maps.Clone(o)
	for _, t := range twins {
		current, ok := out[t.current]
		if former, both := out[t.former]; ok && both && reflect.DeepEqual(current, former) {
			delete(out, t.former)
		}
	}
	return out
}

// A rename is a field that has another name on the other side.
type rename struct{ at, from, to string }

// renamed returns the fields of a that b has under another name: exactly one
// field that a does not have refers to the same kind of thing, or is equal.
func (w *alignment) renamed(at string, a, b map[string]any) []rename {
	var out []rename
	taken := map[string]bool{}
	for _, from := range slices.Sorted(maps.Keys(a)) {
		if _, same := b[from]; same {
			continue
		}
		var fits []string
		for _, to := range slices.Sorted(maps.Keys(b)) {
			if _, old := a[to]; !old && !taken[to] && w.alike(from, a[from], to, b[to]) {
				fits = append(fits, to)
			}
		}
		if len(fits) == 1 {
			taken[fits[0]] = true
			out = append(out, rename{at, from, fits[0]})
		}
	}
	return out
}

func (w *alignment) alike(from string, a any, to string, b any) bool {
	x, isX := a.(string)
	y, isY := b.(string)
	if isX && isY {
		if kind := kindOf(w.operation, from, x); kind != "" {
			return kind == kindOf(w.operation, to, y)
		}
	}
	return a != nil && reflect.DeepEqual(a, b)
}
