package compare

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	gocmp "github.com/google/go-cmp/cmp"
)

// A strictness is how much alike two values must be.
type strictness string

// The strictnesses. Exact is the rule, the others are exceptions in a table.
const (
	strictExact     strictness = "exact"
	strictShape     strictness = "same shape" // the same fields and types; null goes with everything
	strictUnordered strictness = "unordered"  // lists, in any order
	strictWithin    strictness = "within"     // numbers, at most longestLag apart
)

// An exception is a place of answers that is not compared exactly.
type exception struct {
	operation string // or what it begins with and *
	place     string // JSON pointer; * is any one step, /** whatever follows
	how       strictness
	why       string
}

// exceptions lists what cannot be equal on two servers that are both right.
// The first that fits holds.
func exceptions() []exception {
	const foreign = "other people's users are there too"
	const catalogue = "each environment has its own stations"
	return []exception{
		{"*", "/detail", strictShape, "texts for people are not published"},
		{"*", "/error/details", strictShape, "texts for people are not published"},
		{"stations_partners_list", "", strictUnordered, "no order is documented"},
		{"stations_*", "/**", strictShape, catalogue},
		{"users_list", "/count", strictShape, foreign},
		{"users_list", "/next", strictShape, foreign},
		{"users_list", "/previous", strictShape, foreign},
		{"users_list", "/results", strictShape, foreign},
		{"users_charging*", "/**/duration", strictWithin, "seconds; two runs do not take equally long"},
		{"users_charging*", "/**/consumed_energy", strictShape, "two runs do not take equally long"},
		{"users_charging*", "/**/station_info/**", strictShape, catalogue + ", and the first free point is taken"},
	}
}

func (e exception) about(operation string) bool {
	prefix, wild := strings.CutSuffix(e.operation, "*")
	return operation == e.operation || wild && strings.HasPrefix(operation, prefix)
}

func fitsPlace(pattern, place []string) bool {
	switch {
	case len(pattern) == 0:
		return len(place) == 0
	case pattern[0] == "**":
		return len(pattern) == 1 && len(place) > 0 ||
			slices.ContainsFunc(tails(place), func(rest []string) bool { return fitsPlace(pattern[1:], rest) })
	case len(place) == 0:
		return false
	}
	return (pattern[0] == "*" || pattern[0] == place[0]) && fitsPlace(pattern[1:], place[1:])
}

// tails gives a path and all that is left of it on the way to its end.
func tails(place []string) [][]string {
	var out [][]string
	for i := range place {
		out = append(out, place[i:])
	}
	return out
}

// strictnesses answers for one operation, and remembers what it has answered.
type strictnesses struct {
	exceptions []exception
	known      map[string]strictness
}

func strictnessesOf(operation string) strictnesses {
	s := strictnesses{known: map[string]strictness{}}
	for _, e := range exceptions() {
		if e.about(operation) {
			s.exceptions = append(s.exceptions, e)
		}
	}
	return s
}

func (s strictnesses) at(place string) strictness {
	if how, ok := s.known[place]; ok {
		return how
	}
	s.known[place] = strictExact
	for _, e := range s.exceptions {
		if fitsPlace(strings.Split(e.place, "/"), strings.Split(place, "/")) {
			s.known[place] = e.how
			break
		}
	}
	return s.known[place]
}

// A difference is a place where two normalised answers are not equal.
type difference struct {
	place      string // JSON pointer, * for list entries
	a, b       any
	inA, inB   bool
	howCompare strictness
}

// differences compares two normalised answers of an operation by go-cmp.
func differences(operation string, a, b any) []difference {
	how := strictnessesOf(operation)
	if how.at("") == strictUnordered {
		a, b = sorted(a), sorted(b)
	}
	at := func(want strictness) func(gocmp.Path) bool {
		return func(p gocmp.Path) bool { return how.at(placeOf(p)) == want }
	}
	r := &reporter{how: how}
	gocmp.Equal(box{a}, box{b},
		gocmp.FilterPath(at(strictShape), gocmp.Comparer(shapesEqual)),
		gocmp.FilterPath(at(strictWithin), gocmp.Comparer(lagging)),
		gocmp.Reporter(r),
	)
	return r.found
}

// A box makes go-cmp begin with a value of interface type.
type box struct{ Value any }

// reporter gathers what go-cmp finds unequal.
type reporter struct {
	how   strictnesses
	path  gocmp.Path
	found []difference
}

func (r *reporter) PushStep(s gocmp.PathStep) { r.path = append(r.path, s) }

func (r *reporter) PopStep() { r.path = r.path[:len(r.path)-1] }

func (r *reporter) Report(result gocmp.Result) {
	if result.Equal() {
		return
	}
	x, y := r.path.Last().Values()
	place := placeOf(r.path)
	r.found = append(r.found, difference{
		place: place, a: value(x), b: value(y), inA: x.IsValid(), inB: y.IsValid(), howCompare: r.how.at(place),
	})
}

func value(v reflect.Value) any {
	if !v.IsValid() || !v.CanInterface() {
		return nil
	}
	return v.Interface()
}

// placeOf writes go-cmp's path as a JSON pointer.
func placeOf(p gocmp.Path) string {
	var b strings.Builder
	for _, step := range p {
		switch s := step.(type) {
		case gocmp.MapIndex:
			b.WriteString("/" + s.Key().String())
		case gocmp.SliceIndex:
			b.WriteString("/*")
		}
	}
	return b.String()
}

// shapesEqual compares fields and types. Lists are compared by their first
// entries: a list has entries of one shape.
func shapesEqual(x, y any) bool {
	if x == nil || y == nil {
		return true
	}
	switch x := x.(type) {
	case map[string]any:
		y, ok := y.(map[string]any)
		if !ok || len(x) != len(y) {
			return false
		}
		for name, v := range x {
			if w, there := y[name]; !there || !shapesEqual(v, w) {
				return false
			}
		}
		return true
	case []any:
		y, ok := y.([]any)
		return ok && (len(x) == 0 || len(y) == 0 || shapesEqual(x[0], y[0]))
	}
	return reflect.TypeOf(x) == reflect.TypeOf(y)
}

// longestLag is how many seconds a session may be longer on one side: one
// waits in real time for what the other moves its clock to.
const longestLag = 900

// lagging takes numbers that are not too far apart; null goes with everything.
func lagging(x, y any) bool {
	m, okX := x.(json.Number)
	n, okY := y.(json.Number)
	if !okX || !okY {
		return shapesEqual(x, y)
	}
	f, errX := m.Float64()
	g, errY := n.Float64()
	return errX == nil && errY == nil && f-g <= longestLag && g-f <= longestLag
}

// sorted orders a list by how its entries are written.
func sorted(v any) any {
	list, ok := v.([]any)
	if !ok {
		return v
	}
	out := slices.Clone(list)
	slices.SortFunc(out, func(x, y any) int { return strings.Compare(written(x), written(y)) })
	return out
}

func written(v any) string {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false) // references are in angle brackets
	if err := enc.Encode(v); err != nil {
		return err.Error() // nothing that came out of JSON
	}
	return strings.TrimSuffix(b.String(), "\n")
}
