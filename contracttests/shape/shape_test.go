package shape

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const number0 = json.Number("0")

func TestFormats(t *testing.T) {
	for name, tt := range map[string]struct{ good, bad []string }{
		"UUID": {
			[]string{"9405cf8c-8375-4373-b4d3-b61f9a0c01eb"},
			[]string{"", "123", "9405CF8C-8375-4373-B4D3-B61F9A0C01EB", "9405cf8c-8375-0373-b4d3-b61f9a0c01eb", "9405cf8c83754373b4d3b61f9a0c01eb"}},
		"amount":            {[]string{"5.39", "0.00", "-1.50"}, []string{"", "5", "5.4", "5.390", "5,39", "five"}},
		"amount above zero": {[]string{"5.39", "0.01", "0.10", "10.00"}, []string{"0.00", "00.00", "-1.50", "5"}},
		"decimal":           {[]string{"5", "0.4530", "-3.2"}, []string{"", ".5", "5.", "1e3", "NaN"}},
		"energy":            {[]string{"0.000", "12345.678"}, []string{"1.00", "-1.000", "123456.000", "1"}},
		"UTC time": {
			[]string{"2026-04-02T13:51:18.754610Z", "2026-04-02T13:51:18Z"},
			[]string{"", "2026-04-02", "2026-04-02T13:51:18+00:00", "2026-04-02 13:51:18Z", "2026-13-02T13:51:18Z"}},
		"UTC second": {
			[]string{"2026-03-20T11:36:39Z"},
			[]string{"2026-03-20T11:36:39.5Z", "2026-03-20T11:36:39+01:00", "2026-02-30T11:36:39Z"}},
		"time":        {[]string{"2026-04-02T15:50:00+02:00", "2026-04-02T15:50:00Z"}, []string{"2026-04-02T15:50:00", "now"}},
		"date":        {[]string{"2026-01-31"}, []string{"2026-02-30", "31.01.2026", "2026-1-1"}},
		"time of day": {[]string{"00:00", "23:59", "24:00"}, []string{"24:01", "7:00", "noon", "12:60"}},
		"email":       {[]string{"driver@example.org"}, []string{"", "driver", "driver@", "A <driver@example.org>"}},
		"link": {
			[]string{"https://example.org/a.png", "http://127.0.0.1:4343/api/v1/users/?page=2"},
			[]string{"", "/users/?page=2", "example.org", "mailto:a@example.org", "https://"}},
		"method id": {[]string{"pm_1TD1M3HtgZxQ1KXx5wMzfx15", "pm_abc123"}, []string{"", "pm_", "pm_a_b_c_d", "pi_1TD1M3HtgZxQ1KXx"}},
		"setup secret": {
			[]string{"seti_1THkgXHtgZxQ1KXx_secret_UGHFCX0iihdb"},
			[]string{"", "seti_1_2_secret_3", "pi_1_secret_2", "seti_1_secret_2_3", "seti_1"}},
		"payment secret": {[]string{"pi_1_secret_2"}, []string{"", "seti_1_secret_2", "pi_1_2_secret_3", "pi_1_secret_2_3"}},
		"expiration":     {[]string{"12/2027", "04/2044"}, []string{"12/27", "13/2027", "4/2044", "2027-12"}},
		"last4":          {[]string{"4242"}, []string{"424", "42424", "****"}},
		"brand":          {[]string{"visa", "american_express"}, []string{"", "Visa", "american express"}},
		"any currency":   {[]string{"eur", "EUR"}, []string{"", "euro", "€"}},
		"currency":       {[]string{"eur"}, []string{"", "euro", "EUR"}},
		"latitude":       {[]string{"52.51", "-90"}, []string{"90.1", "north", "1e1"}},
		"longitude":      {[]string{"13.45", "180"}, []string{"-180.5", ""}},
		"locale":         {[]string{"en", "de"}, []string{"", "fr", "DE"}},
		"not blank":      {[]string{" a "}, []string{"", " \t"}},
	} {
		for _, s := range tt.good {
			if !Is(name, s) {
				t.Errorf("%s: %q is refused", name, s)
			}
		}
		for _, s := range tt.bad {
			if Is(name, s) {
				t.Errorf("%s: %q is taken", name, s)
			}
		}
	}
}

func TestNumbersAndBooleans(t *testing.T) {
	for name, tt := range map[string]struct{ good, bad []any }{
		"count":      {[]any{number0, json.Number("7")}, []any{json.Number("-1"), json.Number("1.5"), "1", nil}},
		"stars":      {[]any{json.Number("1"), json.Number("5")}, []any{number0, json.Number("6"), json.Number("1.5")}},
		"power":      {[]any{json.Number("22.5")}, []any{number0, "22"}},
		"percentage": {[]any{number0, json.Number("19.5")}, []any{json.Number("100"), json.Number("-1")}},
		"boolean":    {[]any{true, false}, []any{"true", nil, number0}},
		"true":       {[]any{true}, []any{false, "true"}},
	} {
		for _, v := range tt.good {
			if !defined().Formats[name].accepts(v) {
				t.Errorf("%s: %v is refused", name, v)
			}
		}
		for _, v := range tt.bad {
			if defined().Formats[name].accepts(v) {
				t.Errorf("%s: %v is taken", name, v)
			}
		}
	}
}

// TestDefinitions finds names in shapes.yaml that it does not define, and formats
// without a rule.
func TestDefinitions(t *testing.T) {
	d := defined()
	var known func(expression string) bool
	known = func(expression string) bool {
		inner := strings.TrimSuffix(expression, " or null")
		_, isFormat := d.Formats[inner]
		_, isShape := d.Shapes[inner]
		kind, of, compound := strings.Cut(inner, " of ")
		return isFormat || isShape || compound && slices.Contains([]string{"list", "map", "page"}, kind) && known(of)
	}
	for name, s := range d.Shapes {
		for _, all := range []map[string]string{s.Required, s.Usual, s.Optional, s.By} {
			for field, expression := range all {
				if !known(expression) {
					t.Errorf("%s: %s is %q, which is not defined", name, field, expression)
				}
			}
		}
		if s.Also != "" && !known(s.Also) {
			t.Errorf("%s: %q is not defined", name, s.Also)
		}
	}
	for name := range checks {
		if _, ok := d.Formats[name]; !ok {
			t.Errorf("the function of %q has no format", name)
		}
	}
	for name, f := range d.Formats {
		if f.Type == "" && f.Pattern == "" && f.Words == nil && f.check == nil && name != "text" {
			t.Errorf("the format %q accepts every text", name)
		}
	}
}

func TestShape(t *testing.T) {
	d := define([]byte(`
formats:
  UUID: {what: a UUID}
  letter: {words: [a, b]}
  count: {what: a whole number of at least 1, type: number, whole: true, least: 1}
  boolean: {what: true or false, type: boolean}
  text: {what: a text}
  amount: {what: an amount, pattern: '^\d+\.\d{2}$'}
  number: {what: a number, type: number}
shapes:
  s:
    required: {id: UUID, tags: list of letter, n: count}
    usual: {"on": boolean, note: text or null, prices: map of amount}
    optional: {more: more}
  more: {required: {x: number}}
  either: {also: more, by: {b: many, c: few}}
  many: {required: {b: list of number}}
  few: {usual: {d: text}}
`))
	const id = `"id":"9405cf8c-8375-4373-b4d3-b61f9a0c01eb"`
	for body, want := range map[string][]string{
		`{` + id + `,"tags":[],"n":1,"on":true,"note":null,"prices":{}}`:                                                nil,
		`{` + id + `,"tags":["a","b"],"n":1,"on":false,"note":"","prices":{"kwh":"0.54"},"more":{"x":1.5},"unknown":1}`: nil,
		`{` + id + `,"tags":["a"],"n":1}`: {"/note: the field is missing", "/on: the field is missing", "/prices: the field is missing"},
		`{"id":"1","tags":["c"],"n":0,"on":"yes","note":1,"prices":{"kwh":0.54},"more":{}}`: {
			`/id: wanted a UUID, got "1"`, `/n: wanted a whole number of at least 1, got 0`, `/tags/0: wanted one of a, b, got "c"`,
			`/note: wanted a text, got 1`, `/on: wanted true or false, got "yes"`, `/prices/kwh: wanted an amount, got 0.54`,
			`/more/x: the field is missing`,
		},
		`{` + id + `,"tags":{},"n":1.5,"on":null,"note":null,"prices":[],"more":null}`: {
			`/n: wanted a whole number of at least 1, got 1.5`, `/tags: wanted an array, got {}`,
			`/on: wanted true or false, got null`, `/prices: wanted an object, got []`, `/more: wanted an object, got null`,
		},
		`{` + id + `,"tags":[],"n":1,"on":true,"note":null,"prices":{"":1}}`: {`/prices/: wanted an amount, got 1`},
		`[]`: {`: wanted an object, got []`},
	} {
		var v any
		if err := decode(body, &v); err != nil {
			t.Fatal(err)
		}
		c := &inspection{definitions: d, usual: true}
		c.value("s", v)
		if diff := cmp.Diff(want, c.wrong); diff != "" {
			t.Errorf("%s (-want +got):\n%s", body, diff)
		}
	}
	var v any
	if err := decode(`{`+id+`,"tags":["a"],"n":1}`, &v); err != nil {
		t.Fatal(err)
	}
	c := &inspection{definitions: d}
	if c.value("s", v); c.wrong != nil {
		t.Errorf("usual fields are missed by Shaped: %v", c.wrong)
	}
	for body, want := range map[string][]string{
		`{"x":1,"b":[1,2]}`:   nil,
		`{"x":"1","b":[""]}`:  {`/x: wanted a number, got "1"`, `/b/0: wanted a number, got ""`},
		`{"x":1,"c":1,"d":1}`: {`/d: wanted a text, got 1`},
		`{"x":1}`:             {`: wanted one of the fields b, c, got {"x":1}`},
	} {
		var v any
		if err := decode(body, &v); err != nil {
			t.Fatal(err)
		}
		c := &inspection{definitions: d}
		c.value("either", v)
		if diff := cmp.Diff(want, c.wrong); diff != "" {
			t.Errorf("%s (-want +got):\n%s", body, diff)
		}
	}
}

func decode(text string, into any) error {
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	return dec.Decode(into)
}

// TestManyMistakes has a list whose items are all wrong: the lines about it are
// bounded.
func TestManyMistakes(t *testing.T) {
	items := make([]any, 30_000)
	for i := range items {
		items[i] = map[string]any{"id": i}
	}
	if wrong := Answer("users_list", map[string]any{"count": len(items), "results": items}); len(wrong) != maxWrong {
		t.Errorf("%d lines, want %d", len(wrong), maxWrong)
	}
}
