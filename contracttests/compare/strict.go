package compare

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
)

// A strictness is how much two values must be alike.
type strictness string

// The strictnesses. Exact is the default.
const (
	strictExact     strictness = "exact"
	strictShape     strictness = "same shape" // the same fields and types; null matches everything
	strictUnordered strictness = "unordered"  // a list, in any order
	strictWithin    strictness = "within"     // numbers, at most longestLag apart
)

// An exception is a place in answers that is not compared exactly.
type exception struct {
	operation string // or a prefix and *
	place     string // JSON pointer; * is any one step, /** any number of them
	how       strictness
	why       string
}

const (
	otherUsers = "other people's users are listed as well"
	catalogue  = "each environment has its own stations"
)

// exceptions are the places that cannot be equal on two servers that both behave
// correctly. The first that matches applies.
var exceptions = []exception{
	{"*", "/detail", strictShape, "texts for people are not published"},
	{"*", "/error/details", strictShape, "texts for people are not published"},
	{"stations_partners_list", "", strictUnordered, "no order is documented"},
	{"stations_*", "/**", strictShape, catalogue},
	{"users_list", "/count", strictShape, otherUsers},
	{"users_list", "/next", strictShape, otherUsers},
	{"users_list", "/previous", strictShape, otherUsers},
	{"users_list", "/results", strictShape, otherUsers},
	{"users_charging*", "/**/duration", strictWithin, "seconds; two runs do not take equally long"},
	{"users_charging*", "/**/consumed_energy", strictShape, "two runs do not take equally long"},
	{"users_charging*", "/**/station_info/**", strictShape, catalogue + ", and the first free point is used"},
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
		for i := range place {
			if len(pattern) == 1 || fitsPlace(pattern[1:], place[i:]) {
				return true
			}
		}
		return false
	case len(place) == 0:
		return false
	}
	return (pattern[0] == "*" || pattern[0] == place[0]) && fitsPlace(pattern[1:], place[1:])
}

// strictnesses are those of one operation, by place.
type strictnesses struct {
	exceptions []exception
	known      map[string]strictness
}

func strictnessesOf(operation string) strictnesses {
	other := func(e exception) bool { return !e.about(operation) }
	return strictnesses{slices.DeleteFunc(slices.Clone(exceptions), other), map[string]strictness{}}
}

func (s strictnesses) at(place string) strictness {
	if how, ok := s.known[place]; ok {
		return how
	}
	how := strictExact
	for _, e := range s.exceptions {
		if fitsPlace(strings.Split(e.place, "/"), strings.Split(place, "/")) {
			how = e.how
			break
		}
	}
	s.known[place] = how
	return how
}

// shapesEqual reports whether two values have the same fields and types. Of
// lists it compares the first entries: all entries of a list have one shape.
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
			if w, ok := y[name]; !ok || !shapesEqual(v, w) {
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

// longestLag is how many seconds longer a session may last on one side: one
// waits in real time, the other moves its clock.
const longestLag = 900

// lagging reports whether two numbers are at most longestLag apart. Null matches
// everything.
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

func written(v any) string {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false) // references are in angle brackets
	if err := enc.Encode(v); err != nil {
		return err.Error() // not a value that was decoded from JSON
	}
	return strings.TrimSuffix(b.String(), "\n")
}
