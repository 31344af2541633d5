package contracttests

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"

	gocmp "github.com/google/go-cmp/cmp"
)

// field matches what may be the name of a field in a message, with dots between
// nested ones.
var field = regexp.MustCompile(`[a-z][a-z0-9]*(?:_[a-z0-9]+)+(?:\.[a-z_0-9]+)*|\b(?:id|count|next|previous|results|features|email|locale|default|type|card|brand|last4|amount|currency|total|date|refund|link|rates|duration|name|status|speed|prices|price|cost|costs|summary|secret|detail|error\.type|energy)\b`)

// aka are words that messages use for fields.
var aka = map[string]string{"total": "invoice_summary", "costs": "session_cost"}

// placed returns the place in an answer that a message is about: where the compared
// values differ, in the object that the message names, else the first field that it
// names and the answer has, else the entries if the answer is a list, or the body.
func placed(message, at string, x *Exchange) string {
	message, _, _ = strings.Cut(message, "\n")
	switch before, _, _ := strings.Cut(message, ":"); {
	case before == "status", strings.HasPrefix(message, "rule:"), strings.HasPrefix(before, "header "):
		return before
	case before == "error.type":
		return "body /error/type"
	}
	names := slices.DeleteFunc(field.FindAllString(strings.ReplaceAll(message, "by id", ""), -1), func(s string) bool { return s == "status" })
	pointers := map[string]bool{}
	var body any
	if x != nil && Decode(x.answered(), &body) == nil {
		note(body, "", pointers)
	}
	var named []string // pointers to the fields that the message names
	for _, name := range names {
		for _, word := range []string{name, aka[name]} {
			if p := pointerTo(word, pointers); word != "" && p != "" {
				named = append(named, p)
			}
		}
	}
	differing := strings.TrimPrefix(at, "/*")
	for _, p := range named {
		if pointers[p+differing] && differing != "" {
			return "body " + p + differing
		}
	}
	if p := pointerTo(strings.ReplaceAll(strings.Trim(at, "/"), "/", "."), pointers); p != "" {
		return "body " + p
	}
	for _, p := range named {
		if p != "/id" && p != "/results/*/id" || differing == "" { // a missing field is not the id of its object
			return "body " + p
		}
	}
	for _, list := range []string{"/results", "/features"} {
		if pointers[list] {
			return "body " + list
		}
	}
	if differing != "" {
		return "body " + differing
	}
	for _, name := range names {
		if !strings.Contains(name, "_") || !strings.ContainsAny(name, "0123456789") { // not an id
			return "body /" + strings.ReplaceAll(name, ".", "/")
		}
	}
	return "body"
}

// note collects the pointers of all fields of an answer, with * for positions.
func note(v any, at string, pointers map[string]bool) {
	switch v := v.(type) {
	case map[string]any:
		for name, each := range v {
			pointers[at+"/"+name] = true
			note(each, at+"/"+name, pointers)
		}
	case []any:
		for _, each := range v {
			note(each, at+"/*", pointers)
		}
	}
}

// pointerTo returns the shortest pointer to a field by its name or the end of it, or
// "".
func pointerTo(name string, pointers map[string]bool) string {
	end := strings.ReplaceAll(name, ".", "/")
	all := slices.SortedFunc(maps.Keys(pointers), func(p, q string) int {
		return cmp.Or(strings.Count(p, "/")-strings.Count(q, "/"), strings.Compare(p, q))
	})
	for _, before := range []string{"/", "_"} {
		for _, p := range all {
			if end != "" && strings.HasSuffix(p, before+end) {
				return p
			}
		}
	}
	return ""
}

// steps is a reporter of go-cmp that keeps the first path that differs.
type steps struct {
	path  gocmp.Path
	first string
	found bool
}

func (s *steps) PushStep(step gocmp.PathStep) { s.path = append(s.path, step) }
func (s *steps) PopStep()                     { s.path = s.path[:len(s.path)-1] }

func (s *steps) Report(r gocmp.Result) {
	if r.Equal() || s.found {
		return
	}
	s.found = true
	for i, step := range s.path {
		switch step := step.(type) {
		case gocmp.MapIndex:
			s.first += "/" + fmt.Sprint(step.Key())
		case gocmp.SliceIndex:
			s.first += "/*"
		case gocmp.StructField:
			s.first += "/" + jsonName(s.path[i-1].Type(), step.Name())
		}
	}
}

// difference returns the first place where two values differ, as a pointer.
func difference(want, got any, options ...gocmp.Option) string {
	var s steps
	gocmp.Equal(want, got, append([]gocmp.Option{gocmp.Reporter(&s)}, options...)...)
	return s.first
}

// jsonName returns the name of a struct's field in JSON.
func jsonName(of reflect.Type, name string) string {
	f, ok := of.FieldByName(name)
	tag, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	if !ok || tag == "" {
		return strings.ToLower(name)
	}
	return tag
}
