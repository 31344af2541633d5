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

	"cariqamock/mockserver/internal/connect"
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
	"card.wallet": "answers recorded in Stripe's library for Android",
}

// departures returns where an answer to a secret key, or to another one, differs
// from Stripe's schemas, if it is an error or one of the objects in them.
func departures(body object, secret bool) []string {
	departs := comparison{secret}.departs
	if e := body["error"]; e != nil {
		return departs("error", "~api_errors", e)
	}
	name, _ := body["object"].(string)
	if _, ok := schemas()[name]; !ok {
		return nil
	}
	return departs(name, "~"+name, body)
}

// A comparison is with what a key must see.
type comparison struct{ secret bool }

// departs compares a value with a type of schemas.yaml.
func (c comparison) departs(at, kind string, v any) []string {
	kind = strings.TrimRight(kind, "!*")
	kind, nullable := strings.CutSuffix(kind, "?")
	fits := false
	switch name, isObject := strings.CutPrefix(kind, "~"); {
	case v == nil:
		fits = nullable
	case kind == "any":
		fits = true
	case isObject:
		if o, ok := v.(object); ok {
			return c.object(at, name, o)
		}
		_, fits = v.(string) // the id of an object that is not expanded
	case strings.HasPrefix(kind, "["):
		list, ok := v.([]any)
		for i, each := range list {
			if wrong := c.departs(fmt.Sprintf("%s[%d]", at, i), kind[1:len(kind)-1], each); wrong != nil {
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

func (c comparison) object(at, name string, o object) (wrong []string) {
	fields, ok := schemas()[name]
	if !ok {
		return []string{"no schema of " + name}
	}
	for _, field := range slices.Sorted(maps.Keys(o)) {
		kind, ok := fields[field]
		switch {
		case ok:
			wrong = append(wrong, c.departs(at+"."+field, kind, o[field])...)
		case unpublished[name+"."+field] == "" && len(fields) > 0:
			wrong = append(wrong, at+"."+field+" is not published")
		}
	}
	for _, field := range slices.Sorted(maps.Keys(fields)) {
		required := strings.HasSuffix(fields[field], "!") || c.secret && strings.HasSuffix(fields[field], "*")
		if _, ok := o[field]; !ok && required {
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
	if wrong := departures(fresh(), true); wrong != nil {
		t.Error(wrong)
	}
	for name, test := range map[string]struct {
		change func(object)
		want   string
	}{
		"missing":    {func(o object) { delete(o, "usage") }, "setup_intent.usage is missing"},
		"by types":   {func(o object) { delete(o, "latest_attempt") }, "setup_intent.latest_attempt is missing"},
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
		if wrong := departures(o, true); !slices.ContainsFunc(wrong, func(s string) bool { return strings.HasPrefix(s, test.want) }) {
			t.Errorf("%s: %q, want %q", name, wrong, test.want)
		}
	}
	if wrong := departures(object{"error": object{"message": "x"}}, true); len(wrong) != 1 {
		t.Errorf("an error without its type: %q", wrong)
	}
}

// TestSecretKey: a secret key sees each object as the types of Stripe's library
// have it, also those that are in others; world.send compares them.
func TestSecretKey(t *testing.T) {
	w := newWorld(t).load("pm_card_visa", true)
	card := []string{"card[number]", "4242424242424242", "card[exp_month]", "12", "card[exp_year]", "2030", "card[cvc]", "123"}
	collected := []string{"payment_method_data[type]", "card", "payment_method_data[card][token]", "tok_visa"}
	answers := map[string]answer{
		"payment_method":     w.post(sk, "/v1/payment_methods", append(card, "type", "card")...),
		"token":              w.post(sk, "/v1/tokens", card...),
		"confirmation_token": w.post(sk, "/v1/confirmation_tokens", collected...),
	}
	id, _ := w.post(pk, "/v1/confirmation_tokens", collected...).body["id"].(string)
	answers["confirmation_token of a publishable key"] = w.get(sk, "/v1/confirmation_tokens/"+id)
	for _, i := range []connect.Intent{w.setup(), w.debt()} {
		answers["new "+path(i)] = w.get(sk, path(i))
		answers["failed "+path(i)] = w.post(sk, path(i)+"/confirm", "payment_method", "pm_card_chargeDeclined")
		answers["last error "+path(i)] = w.get(sk, path(i))
		answers["confirmed "+path(i)] = w.post(sk, path(i)+"/confirm", "payment_method", "pm_card_visa", "expand[]", "payment_method")
	}
	for name, a := range answers {
		if want := strings.HasPrefix(name, "failed"); (a.status == 402) != want || !want && a.status != 200 {
			t.Errorf("%s: %d %v", name, a.status, a.body)
		}
	}
}
