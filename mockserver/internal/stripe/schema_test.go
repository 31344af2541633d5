package stripe_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/goccy/go-yaml"
)

// schemas are Stripe's objects, see testdata/schemas.yaml.
var schemas = sync.OnceValue(func() map[string]map[string]string {
	text, err := os.ReadFile("testdata/schemas.yaml")
	if err != nil {
		panic(err)
	}
	out := map[string]map[string]string{}
	if err := yaml.UnmarshalWithOptions(text, &out, yaml.Strict()); err != nil {
		panic(err)
	}
	return out
})

// unpublished are the fields that Stripe sends without publishing them, and
// where they have been seen.
var unpublished = map[string]string{
	"payment_intent.source": "answers recorded in Stripe's library for Android",
	"card.wallet":           "answers recorded in Stripe's library for Android",
}

// departures returns where an answer differs from Stripe's schemas, if it is an
// error or one of the objects in them.
func departures(body object) []string {
	if e := body["error"]; e != nil {
		return departs("error", "~api_errors", e)
	}
	name, _ := body["object"].(string)
	if _, ok := schemas()[name]; !ok {
		return nil
	}
	return departs(name, "~"+name, body)
}

// departs compares a value with a type of schemas.yaml.
func departs(at, kind string, v any) []string {
	kind = strings.TrimSuffix(kind, "!")
	kind, nullable := strings.CutSuffix(kind, "?")
	fits := false
	switch name, isObject := strings.CutPrefix(kind, "~"); {
	case v == nil:
		fits = nullable
	case kind == "any":
		fits = true
	case isObject:
		if o, ok := v.(object); ok {
			return departsObject(at, name, o)
		}
		_, fits = v.(string) // the id of an object that is not expanded
	case strings.HasPrefix(kind, "["):
		list, ok := v.([]any)
		for i, each := range list {
			if wrong := departs(fmt.Sprintf("%s[%d]", at, i), kind[1:len(kind)-1], each); wrong != nil {
				return wrong
			}
		}
		fits = ok
	case strings.HasPrefix(kind, "|"):
		s, ok := v.(string)
		fits = ok && slices.Contains(strings.Split(kind[1:], "|"), s)
	case kind == "metadata":
		_, fits = v.(object)
	case kind == "string":
		_, fits = v.(string)
	case kind == "boolean":
		_, fits = v.(bool)
	default:
		n, ok := v.(float64)
		fits = ok && (kind == "number" || n == math.Trunc(n))
	}
	if fits {
		return nil
	}
	text, _ := json.Marshal(v)
	return []string{fmt.Sprintf("%s is %s, want %s", at, text, kind)}
}

func departsObject(at, name string, o object) (wrong []string) {
	fields, ok := schemas()[name]
	if !ok {
		return []string{"no schema of " + name}
	}
	for _, field := range slices.Sorted(maps.Keys(o)) {
		kind, ok := fields[field]
		switch {
		case ok:
			wrong = append(wrong, departs(at+"."+field, kind, o[field])...)
		case unpublished[name+"."+field] == "" && len(fields) > 0:
			wrong = append(wrong, at+"."+field+" is not published")
		}
	}
	for _, field := range slices.Sorted(maps.Keys(fields)) {
		if _, ok := o[field]; !ok && strings.HasSuffix(fields[field], "!") {
			wrong = append(wrong, at+"."+field+" is missing")
		}
	}
	return wrong
}

// TestDepartures breaks an answer in each way that the comparison must notice.
// All answers of this package's other tests are compared, see world.send.
func TestDepartures(t *testing.T) {
	w := newWorld(t).load("pm_card_visa", false)
	fresh := func() object { return w.get(sk, path(w.setup())).body }
	if wrong := departures(fresh()); wrong != nil {
		t.Error(wrong)
	}
	for name, test := range map[string]struct {
		change func(object)
		want   string
	}{
		"missing":    {func(o object) { delete(o, "usage") }, "setup_intent.usage is missing"},
		"null":       {func(o object) { o["status"] = nil }, "setup_intent.status is null"},
		"word":       {func(o object) { o["status"] = "done" }, `setup_intent.status is "done"`},
		"type":       {func(o object) { o["created"] = "now" }, `setup_intent.created is "now", want integer`},
		"fraction":   {func(o object) { o["created"] = 1.5 }, "setup_intent.created is 1.5, want integer"},
		"list":       {func(o object) { o["payment_method_types"] = []any{1.0} }, "setup_intent.payment_method_types[0] is 1"},
		"unknown":    {func(o object) { o["foo"] = 1.0 }, "setup_intent.foo is not published"},
		"error type": {func(o object) { o["last_setup_error"] = object{"type": "foo"} }, `setup_intent.last_setup_error.type is "foo"`},
		"below": {
			func(o object) { o["payment_method"] = object{"id": "pm_1"} },
			"setup_intent.payment_method.billing_details is missing",
		},
	} {
		o := fresh()
		test.change(o)
		if wrong := departures(o); !slices.ContainsFunc(wrong, func(s string) bool { return strings.HasPrefix(s, test.want) }) {
			t.Errorf("%s: %q, want %q", name, wrong, test.want)
		}
	}
	if wrong := departures(object{"error": object{"message": "x"}}); len(wrong) != 1 {
		t.Errorf("an error without its type: %q", wrong)
	}
}
