package cases

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	contract "cariqamock/contracttests"
)

func TestFormats(t *testing.T) {
	for name, tt := range map[string]struct {
		is        func(string) bool
		good, bad []string
	}{
		"UUID": {contract.IsUUID,
			[]string{"9405cf8c-8375-4373-b4d3-b61f9a0c01eb"},
			[]string{"", "123", "9405CF8C-8375-4373-B4D3-B61F9A0C01EB", "9405cf8c-8375-0373-b4d3-b61f9a0c01eb", "9405cf8c83754373b4d3b61f9a0c01eb"}},
		"amount":  {amountPattern.MatchString, []string{"5.39", "0.00", "-1.50"}, []string{"", "5", "5.4", "5.390", "5,39", "five"}},
		"decimal": {decimalPattern.MatchString, []string{"5", "0.4530", "-3.2"}, []string{"", ".5", "5.", "1e3", "NaN"}},
		"UTC": {contract.IsUTC,
			[]string{"2026-04-02T13:51:18.754610Z", "2026-04-02T13:51:18Z"},
			[]string{"", "2026-04-02", "2026-04-02T13:51:18+00:00", "2026-04-02 13:51:18Z", "2026-13-02T13:51:18Z"}},
		"UTC second": {contract.IsUTCSecond,
			[]string{"2026-03-20T11:36:39Z"},
			[]string{"2026-03-20T11:36:39.5Z", "2026-03-20T11:36:39+01:00", "2026-02-30T11:36:39Z"}},
		"time":        {contract.IsTime, []string{"2026-04-02T15:50:00+02:00", "2026-04-02T15:50:00Z"}, []string{"2026-04-02T15:50:00", "now"}},
		"date":        {isDate, []string{"2026-01-31"}, []string{"2026-02-30", "31.01.2026", "2026-1-1"}},
		"time of day": {timeOfDayPattern.MatchString, []string{"00:00", "23:59", "24:00"}, []string{"24:01", "7:00", "noon", "12:60"}},
		"email":       {isEmail, []string{"driver@example.org"}, []string{"", "driver", "driver@", "A <driver@example.org>"}},
		"link": {contract.IsLink,
			[]string{"https://example.org/a.png", "http://127.0.0.1:4343/api/v1/users/?page=2"},
			[]string{"", "/users/?page=2", "example.org", "mailto:a@example.org", "https://"}},
		"method id": {methodIDPattern.MatchString, []string{"pm_1TD1M3HtgZxQ1KXx5wMzfx15", "pm_abc123"}, []string{"", "pm_", "pm_a_b_c_d", "pi_1TD1M3HtgZxQ1KXx"}},
		"setup secret": {setupSecretPattern.MatchString,
			[]string{"seti_1THkgXHtgZxQ1KXx_secret_UGHFCX0iihdb"},
			[]string{"", "seti_1_2_secret_3", "pi_1_secret_2", "seti_1_secret_2_3", "seti_1"}},
		"expiration": {expirationPattern.MatchString, []string{"12/2027", "04/2044"}, []string{"12/27", "13/2027", "4/2044", "2027-12"}},
		"last4":      {last4Pattern.MatchString, []string{"4242"}, []string{"424", "42424", "****"}},
		"brand":      {brandPattern.MatchString, []string{"visa", "american_express"}, []string{"", "Visa", "american express"}},
		"currency":   {currencyPattern.MatchString, []string{"eur", "EUR"}, []string{"", "euro", "€"}},
		"latitude":   {isLatitude, []string{"52.51", "-90"}, []string{"90.1", "north", "1e1"}},
		"longitude":  {isLongitude, []string{"13.45", "180"}, []string{"-180.5", ""}},
	} {
		for _, s := range tt.good {
			if !tt.is(s) {
				t.Errorf("%s: %q is refused", name, s)
			}
		}
		for _, s := range tt.bad {
			if tt.is(s) {
				t.Errorf("%s: %q is taken", name, s)
			}
		}
	}
}

func TestShape(t *testing.T) {
	s := record{
		required: fields{"id": format{"a UUID", contract.IsUUID}, "tags": array{oneOf("a", "b")}, "n": wholeNumber(1)},
		usual:    fields{"on": boolean{}, "note": orNull{anyText()}, "prices": dictionary{format{"an amount", amountPattern.MatchString}}},
		optional: fields{"more": record{required: fields{"x": number{what: "a number"}}}},
	}
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
		`[]`: {`: wanted an object, got []`},
	} {
		var v any
		if err := contract.Decode([]byte(body), &v); err != nil {
			t.Fatal(err)
		}
		c := &inspection{usual: true}
		s.check(c, "", v)
		if diff := cmp.Diff(want, c.wrong); diff != "" {
			t.Errorf("%s (-want +got):\n%s", body, diff)
		}
	}
	var v any
	if err := contract.Decode([]byte(`{`+id+`,"tags":["a"],"n":1}`), &v); err != nil {
		t.Fatal(err)
	}
	c := &inspection{}
	if s.check(c, "", v); c.wrong != nil {
		t.Errorf("usual fields are missed by Shaped: %v", c.wrong)
	}
}
