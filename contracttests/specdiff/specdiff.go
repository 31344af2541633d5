// Package specdiff compares a vendor's OpenAPI file with ours, field by field:
// not how the files are written, but what they require of each operation.
// Intended deviations are in a ledger.
//
// It uses kin-openapi, which loads our file anyway. The usual library for this,
// oasdiff, reports fields only within sentences, so that neither a ledger nor the
// cases could refer to them without parsing texts. It would also add more than a
// dozen modules to everybody who imports the suite, and require a later Go.
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

func compare(ours, theirs map[string]operation) []Change {
	var out []Change
	for _, key := range keys(ours, theirs) {
		a, inA := ours[key]
		b, inB := theirs[key]
		switch {
		case !inA:
			out = append(out, Change{Operation: cmp.Or(b.id, key), What: "operation " + Added, Theirs: b.method + " " + b.path})
		case !inB:
			out = append(out, Change{Operation: a.id, What: "operation " + Removed, Ours: a.method + " " + a.path})
		default:
			if a.id != b.id {
				out = append(out, Change{Operation: a.id, What: Renamed, Ours: a.id, Theirs: b.id})
			}
			out = append(out, comparePlaces(a, b)...)
		}
	}
	return out
}

func comparePlaces(a, b operation) []Change {
	var out []Change
	for _, name := range keys(a.places, b.places) {
		x, inA := a.places[name]
		y, inB := b.places[name]
		c := Change{Operation: a.id, Place: name}
		switch {
		case strings.HasPrefix(name, "path ") && (!inA || !inB):
			continue // another name of the same part of the path
		case !inA:
			c.What = Added
			if y[""]["required"] != "" && !strings.HasPrefix(name, "answer ") {
				c.What += ", required"
			}
			out = append(out, c)
		case !inB:
			c.What = Removed
			out = append(out, c)
		default:
			out = append(out, compareFields(c, x, y)...)
		}
	}
	return out
}

// compareFields compares the fields of a place. Fields of an object that only one
// side has are not reported.
func compareFields(c Change, a, b place) []Change {
	var out []Change
	gone := ""
	for _, field := range keys(a, b) {
		x, inA := a[field]
		y, inB := b[field]
		c.Field = field
		if gone != "" && strings.HasPrefix(field, gone) {
			continue
		}
		gone = ""
		one := c
		switch {
		case !inA:
			one.What, gone = Added, field+"/"
			if y["required"] != "" {
				one.What += ", required"
			}
			out = append(out, one)
		case !inB:
			one.What, gone = Removed, field+"/"
			if x["deprecated"] != "" {
				one.What += ", deprecated in ours"
			}
			out = append(out, one)
		default:
			out = append(out, compareKeywords(c, x, y)...)
		}
	}
	return out
}

func compareKeywords(c Change, a, b keywords) []Change {
	var out []Change
	for _, name := range keys(a, b) {
		if a[name] == b[name] {
			continue
		}
		if name == "enum" && a[name] != "" && b[name] != "" {
			out = append(out, compareEnums(c, a[name], b[name])...)
			continue
		}
		one := c
		one.What, one.Ours, one.Theirs = name, a[name], b[name]
		out = append(out, one)
	}
	return out
}

func compareEnums(c Change, ours, theirs string) []Change {
	var out []Change
	x, y := strings.Split(ours, ", "), strings.Split(theirs, ", ")
	for _, v := range y {
		if !slices.Contains(x, v) {
			one := c
			one.What, one.Theirs = EnumGrew, v
			out = append(out, one)
		}
	}
	for _, v := range x {
		if !slices.Contains(y, v) {
			one := c
			one.What, one.Ours = EnumShrank, v
			out = append(out, one)
		}
	}
	return out
}

// keys returns the keys of both, sorted.
func keys[V any](a, b map[string]V) []string {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return slices.Sorted(maps.Keys(all))
}
