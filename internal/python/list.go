package python

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// An Item is an element of a list in a form. In x[0]=1 it is a text, in x[0]a=1
// a dictionary.
type Item struct {
	Text   string
	IsDict bool

	names  []string // of the dictionary, in their order
	values map[string]string
}

// String returns str of an item.
func (v Item) String() string {
	if !v.IsDict {
		return v.Text
	}
	pairs := make([]string, len(v.names))
	for i, name := range v.names {
		pairs[i] = Repr(name) + ": [" + Repr(v.values[name]) + "]"
	}
	return "<MultiValueDict: {" + strings.Join(pairs, ", ") + "}>"
}

// with returns a dictionary with one value more.
func (v Item) with(name, value string) Item {
	if !v.IsDict {
		v = Item{IsDict: true, values: map[string]string{}}
	}
	if _, known := v.values[name]; !known {
		v.names = append(v.names, name)
	}
	v.values[name] = value
	return v
}

// indexed is what follows the name of a list in an indexed name, [0] or [0]a.
// Python's $ accepts a line break at the end.
var indexed = regexp.MustCompile(`^\[([0-9]+)\](.*)\n?$`)

// Index returns the number of an element in its name, without zeros in front, and
// what follows it: for x[01]a in the list x "1" and "a". It reports whether the
// name is one of an element of the list.
func Index(name, list string) (number, key string, ok bool) {
	rest, ok := strings.CutPrefix(name, list)
	if !ok || rest == "" {
		return "", "", false
	}
	m := indexed.FindStringSubmatch(rest)
	if m == nil {
		return "", "", false
	}
	return strings.TrimLeft(m[1], "0"), m[2], true
}

// List returns the elements of a list as the framework's ListField finds them: the
// values of repeated names or, if there are none, those of indexed ones,
// x[0]=1&x[1]=2, in the order of the numbers. x[] and commas are not lists.
func (f Form) List(name string) []Item {
	var out []Item
	for _, v := range f.values[name] {
		out = append(out, Item{Text: v})
	}
	if out != nil {
		return out
	}
	found := map[string]Item{}
	for full, values := range f.Fields() {
		number, key, ok := Index(full, name)
		if !ok {
			continue
		}
		v := Item{Text: values[len(values)-1]}
		if key != "" {
			v = found[number].with(key, v.Text)
		}
		found[number] = v
	}
	byNumber := func(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) }
	for _, number := range slices.SortedFunc(maps.Keys(found), byNumber) {
		out = append(out, found[number])
	}
	return out
}
