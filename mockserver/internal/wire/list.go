package wire

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"

	"cariqamock/internal/python"
)

// An item is an element of a list in a query. In x[0]=1 it is a text, in
// x[0]a=1 a dictionary.
type item struct {
	text   string
	isDict bool
	names  []string // of the dictionary, in their order
	values map[string]string
}

// String returns what Python prints.
func (v item) String() string {
	if !v.isDict {
		return v.text
	}
	pairs := make([]string, len(v.names))
	for i, name := range v.names {
		pairs[i] = python.Repr(name) + ": [" + python.Repr(v.values[name]) + "]"
	}
	return "<MultiValueDict: {" + strings.Join(pairs, ", ") + "}>"
}

// indexed is what follows the name of a list in an indexed name, [0] or [0]a.
// Python's $ accepts a line break at the end.
var indexed = regexp.MustCompile(`^\[([0-9]+)\](.*)\n?$`)

// items returns the elements of a list in a query. It is written with repeated
// names or, if there are none, with indexed ones, x[0]=1&x[1]=2, in the order of
// the numbers; [] and commas are not lists (measured).
func (f *Fields) items(name string) []item {
	var out []item
	for _, v := range f.in.form[name] {
		out = append(out, item{text: v})
	}
	if out != nil {
		return out
	}
	found := map[string]item{} // by number, without zeros in front
	for _, full := range f.in.names {
		rest, ok := strings.CutPrefix(full, name)
		if !ok {
			continue
		}
		m := indexed.FindStringSubmatch(rest)
		if m == nil {
			continue
		}
		values := f.in.form[full]
		at, v := strings.TrimLeft(m[1], "0"), item{text: values[len(values)-1]}
		if key := m[2]; key != "" {
			v = found[at].with(key, v.text)
		}
		found[at] = v
	}
	byNumber := func(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) }
	for _, at := range slices.SortedFunc(maps.Keys(found), byNumber) {
		out = append(out, found[at])
	}
	return out
}

// with returns a dictionary with one value more.
func (v item) with(name, value string) item {
	if !v.isDict {
		v = item{isDict: true, values: map[string]string{}}
	}
	if _, known := v.values[name]; !known {
		v.names = append(v.names, name)
	}
	v.values[name] = value
	return v
}
