package compare

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	"cariqamock/contracttests"
)

// A difference is a place where two answers differ.
type difference struct {
	place    string // JSON pointer, * for list entries
	a, b     any    // with references
	inA, inB bool
	how      strictness
}

// An alignment walks two bodies of an operation side by side, replaces what
// refers to something, and notes the differences.
type alignment struct {
	refs         *references
	operation    string
	baseA, baseB string

	how         strictnesses
	quiet       bool // differences are not noted: a place above is compared as a whole
	renames     []rename
	differences []difference
}

func (w *alignment) note(place string, a, b any, inA, inB bool) {
	if !w.quiet {
		w.differences = append(w.differences, difference{place, a, b, inA, inB, w.how.at(place)})
	}
}

// bodies aligns two whole bodies.
func (w *alignment) bodies(a, b any) {
	if w.how.at("") == strictUnordered {
		a, b = w.sorted(a, w.baseA), w.sorted(b, w.baseB)
	}
	w.pair("", "", a, b)
}

// pair returns both values with references, and notes where they differ.
func (w *alignment) pair(at, field string, a, b any) (any, any) {
	loose := map[strictness]func(x, y any) bool{strictShape: shapesEqual, strictWithin: lagging}[w.how.at(at)]
	if loose != nil && !w.quiet {
		w.quiet = true
		a, b = w.values(at, field, a, b)
		if w.quiet = false; !loose(a, b) {
			w.note(at, a, b, true, true)
		}
		return a, b
	}
	return w.values(at, field, a, b)
}

func (w *alignment) values(at, field string, a, b any) (any, any) {
	switch x := a.(type) {
	case map[string]any:
		if y, ok := b.(map[string]any); ok {
			return w.objects(at, x, y)
		}
	case []any:
		if y, ok := b.([]any); ok {
			return w.lists(at, x, y)
		}
	}
	x, isX := a.(string)
	y, isY := b.(string)
	if isX && isY {
		a, b = w.texts(field, x, y)
	} else {
		a, b = w.alone(field, a, w.baseA), w.alone(field, b, w.baseB)
	}
	if !reflect.DeepEqual(a, b) {
		w.note(at, a, b, true, true)
	}
	return a, b
}

func (w *alignment) lists(at string, a, b []any) (any, any) {
	at += "/*"
	outA, outB := make([]any, len(a)), make([]any, len(b))
	both := min(len(a), len(b))
	for i := range both {
		outA[i], outB[i] = w.pair(at, "", a[i], b[i])
	}
	for i := both; i < len(a); i++ {
		outA[i] = w.alone("", a[i], w.baseA)
		w.note(at, outA[i], nil, true, false)
	}
	for i := both; i < len(b); i++ {
		outB[i] = w.alone("", b[i], w.baseB)
		w.note(at, nil, outB[i], false, true)
	}
	return outA, outB
}

func (w *alignment) objects(at string, a, b map[string]any) (any, any) {
	a, b = oneName(a), oneName(b)
	sessionA, billedA := billOf(a)
	sessionB, billedB := billOf(b)
	if sessionA && sessionB && billedA != billedB { // one side still waits for the CDR; where that matters, cases wait as well
		delete(a, costField)
		delete(b, costField)
	}
	for _, r := range w.renamed(at, a, b) {
		w.renames = append(w.renames, r)
		w.values(at, r.from, a[r.from], b[r.to]) // for what it refers to
		delete(a, r.from)
		delete(b, r.to)
	}
	outA, outB := map[string]any{}, map[string]any{}
	for _, name := range union(a, b) {
		x, inA := a[name]
		y, inB := b[name]
		place := at + "/" + name
		switch {
		case !inB:
			outA[name] = w.alone(name, x, w.baseA)
			w.note(place, outA[name], nil, true, false)
		case !inA:
			outB[name] = w.alone(name, y, w.baseB)
			w.note(place, nil, outB[name], false, true)
		default:
			outA[name], outB[name] = w.pair(place, name, x, y)
		}
	}
	return outA, outB
}

func (w *alignment) texts(field, a, b string) (string, string) {
	a, b = local(a, w.baseA), local(b, w.baseB)
	if kind := kindOf(w.operation, field, a); kind != "" && kind == kindOf(w.operation, field, b) {
		return w.refs.pair(kind, a, b)
	}
	partsA, partsB := embedded.FindAllString(a, -1), embedded.FindAllString(b, -1)
	alike := func(x, y string) bool { return partKind(x) == partKind(y) }
	if !slices.EqualFunc(partsA, partsB, alike) {
		return unnumbered(a), unnumbered(b)
	}
	for i := range partsA {
		x, y := w.refs.pair(partKind(partsA[i]), contracttests.UnescapeSlashes(partsA[i]), contracttests.UnescapeSlashes(partsB[i]))
		a, b = strings.Replace(a, partsA[i], x, 1), strings.Replace(b, partsB[i], y, 1)
	}
	return a, b
}

// alone returns a value that the other side does not have, with kinds instead of
// what it refers to.
func (w *alignment) alone(field string, v any, base string) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for name, each := range v {
			out[name] = w.alone(name, each, base)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, each := range v {
			out[i] = w.alone("", each, base)
		}
		return out
	case string:
		s := local(v, base)
		if kind := kindOf(w.operation, field, s); kind != "" {
			return "<" + kind + ">"
		}
		return unnumbered(s)
	}
	return v
}

// sorted returns a list in the order of its entries as JSON.
func (w *alignment) sorted(v any, base string) any {
	list, ok := v.([]any)
	if !ok {
		return v
	}
	text := func(v any) string { return written(w.alone("", v, base)) }
	list = slices.Clone(list)
	slices.SortFunc(list, func(x, y any) int { return strings.Compare(text(x), text(y)) })
	return list
}

// union returns the keys of both, sorted.
func union[V any](a, b map[string]V) []string {
	all := map[string]V{}
	maps.Copy(all, a)
	maps.Copy(all, b)
	return slices.Sorted(maps.Keys(all))
}

const costField = "session_cost"

// billOf reports whether an object is a session, and whether its CDR has arrived.
func billOf(o map[string]any) (isSession, billed bool) {
	cost, ok := o[costField].(map[string]any)
	return ok, ok && cost["kwh_cost"] != nil
}
