// Package specdiff compares a vendor's OpenAPI file with ours, field by field:
// not how the files are written, but what they require of each operation.
// Intended deviations are in a ledger.
//
// It uses kin-openapi, which loads our file anyway. The usual library for this,
// oasdiff, reports fields only within sentences, so that neither a ledger nor the
// cases could refer to them without parsing texts. It would also add some thirty
// modules to everybody who imports the suite.
package specdiff

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// A Change is one difference between the files.
type Change struct {
	Operation string `json:"operation"`       // operationId, ours if we have it
	Place     string `json:"place,omitempty"` // "query page", "request", "answer 200"
	Field     string `json:"field,omitempty"` // JSON pointer, * for list entries
	What      string `json:"what"`            // operation, place or field added or removed, or the keyword that differs
	Ours      string `json:"ours,omitempty"`
	Theirs    string `json:"theirs,omitempty"`
}

// String returns the change in one line.
func (c Change) String() string {
	if c.Place == "" {
		return c.Operation + ": " + c.Text()
	}
	return c.Operation + "  " + c.Text()
}

// Text returns the change without its operation.
func (c Change) Text() string {
	text := c.What
	if c.Place != "" {
		text = strings.TrimSpace(c.Place+" "+c.Field) + ": " + text
	}
	if c.Ours == "" && c.Theirs == "" {
		return text
	}
	return fmt.Sprintf("%s: ours %s, theirs %s", text, cmp.Or(c.Ours, "none"), cmp.Or(c.Theirs, "none"))
}

// Values of Change.What besides keywords of a schema.
const (
	Added      = "added"   // only theirs has it
	Removed    = "removed" // only ours has it
	Renamed    = "operation id"
	EnumGrew   = "enum value added"
	EnumShrank = "enum value removed"
)

// A Result is the result of comparing two files.
type Result struct {
	Changes  []Change            `json:"changes"`
	Declared map[string][]Change `json:"declared"` // by name of the deviation in the ledger
	Settled  []string            `json:"settled"`  // deviations that the files no longer show
}

// Operations returns the operations that have changes.
func (r Result) Operations() []string {
	var out []string
	for _, c := range r.Changes {
		out = append(out, c.Operation)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Compare compares two OpenAPI 3.0 files.
func Compare(ours, theirs []byte) (Result, error) {
	a, err := load(ours)
	if err != nil {
		return Result{}, fmt.Errorf("our file: %w", err)
	}
	b, err := load(theirs)
	if err != nil {
		return Result{}, err
	}
	all := compare(flatten(a), flatten(b))
	slices.SortFunc(all, func(x, y Change) int {
		return cmp.Or(cmp.Compare(x.Operation, y.Operation), cmp.Compare(x.Place, y.Place), cmp.Compare(x.Field, y.Field), cmp.Compare(x.What, y.What), cmp.Compare(x.Theirs, y.Theirs))
	})
	r := Result{Declared: map[string][]Change{}}
	for _, c := range all {
		if name, ok := declared(c); ok {
			r.Declared[name] = append(r.Declared[name], c)
			continue
		}
		r.Changes = append(r.Changes, c)
	}
	for _, d := range Ledger() {
		if r.Declared[d.Name] == nil {
			r.Settled = append(r.Settled, d.Name)
		}
	}
	return r, nil
}

func load(text []byte) (*openapi3.T, error) {
	doc, err := openapi3.NewLoader().LoadFromData(text)
	switch {
	case err != nil:
		return nil, fmt.Errorf("reading the OpenAPI file: %w", err)
	case !strings.HasPrefix(doc.OpenAPI, "3.0."):
		return nil, fmt.Errorf("unsupported OpenAPI version %q: want 3.0", doc.OpenAPI)
	case doc.Paths.Len() == 0:
		return nil, fmt.Errorf("the file has no paths")
	}
	return doc, nil
}

// compare returns the changes from one file to another. What only one of them has
// is one change, without what is within it.
func compare(ours, theirs flat) []Change {
	var out []Change
	both := maps.Clone(ours)
	maps.Copy(both, theirs)
	alone := separator // the last location that only one of them has
	for _, key := range slices.Sorted(maps.Keys(both)) {
		a, inA := ours[key]
		b, inB := theirs[key]
		parts := append(strings.Split(key, separator), "", "", "")
		operation, place, field, keyword := parts[0], parts[1], parts[2], parts[3]
		c := Change{Operation: cmp.Or(ours[operation], theirs[operation], operation), Place: place, Field: field}
		switch {
		case inA && inB && a == b, keyword == address, within(key, alone):
			continue
		case keyword != "":
			out = append(out, keywordChanges(c, keyword, a, b)...)
			continue
		case inA && inB:
			c.What, c.Ours, c.Theirs = Renamed, a, b
		case inA:
			c.What, alone = Removed, key
			if ours[at(key, "deprecated")] != "" {
				c.What += ", deprecated in ours"
			}
		default:
			c.What, alone = Added, key
			if theirs[at(key, required)]+theirs[at(key, "", required)] != "" {
				c.What += ", required"
			}
		}
		if alone == key && place == "" {
			c.What = "operation " + c.What
			c.Ours, c.Theirs = ours[at(key, "", "", address)], theirs[at(key, "", "", address)]
		}
		if !strings.HasPrefix(place, "path ") { // else another name of the same part of the path
			out = append(out, c)
		}
	}
	return out
}

// within reports whether a location is part of another one. Fields are also parts
// of fields.
func within(location, other string) bool {
	isField := strings.Count(other, separator) == 2
	return strings.HasPrefix(location, other+separator) || isField && strings.HasPrefix(location, other+"/")
}

// keywordChanges returns the changes of a keyword: those of an enum by value.
func keywordChanges(c Change, keyword, ours, theirs string) []Change {
	if keyword != enum || ours == "" || theirs == "" {
		c.What, c.Ours, c.Theirs = keyword, ours, theirs
		return []Change{c}
	}
	var out []Change
	x, y := strings.Split(ours, ", "), strings.Split(theirs, ", ")
	for _, v := range y {
		if !slices.Contains(x, v) {
			out = append(out, Change{c.Operation, c.Place, c.Field, EnumGrew, "", v})
		}
	}
	for _, v := range x {
		if !slices.Contains(y, v) {
			out = append(out, Change{c.Operation, c.Place, c.Field, EnumShrank, v, ""})
		}
	}
	return out
}
