package jsonmatch

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestSubset(t *testing.T) {
	decode := func(source string) (v any) {
		t.Helper()
		dec := json.NewDecoder(strings.NewReader(source))
		dec.UseNumber()
		if err := dec.Decode(&v); err != nil {
			t.Fatal(err)
		}
		return v
	}
	for _, c := range []struct{ want, got, difference string }{
		{`{"a":1}`, `{"a":1.0,"b":2}`, ""},
		{`{}`, `{"a":1}`, ""},
		{`[1e2,{"a":null}]`, `[100,{"a":null,"b":[]}]`, ""},
		{`{"a":1}`, `{"b":1}`, `body.a: want 1, got no such key (there are ["b"])`},
		{`{"a":{"b":[1,2]}}`, `{"a":{"b":[1,3]}}`, `body.a.b[1]: want 2, got 3`},
		{`[1]`, `[1,2]`, `body: want 1 elements, got 2: [1,2]`},
		{`{}`, `[]`, `body: want {}, got []`},
		{`"1"`, `1`, `body: want "1", got 1`},
		{`1`, `"1"`, `body: want 1, got "1"`},
		{`null`, `false`, `body: want null, got false`},
	} {
		got := ""
		if err := Subset("body", decode(c.want), decode(c.got)); err != nil {
			got = err.Error()
		}
		if got != c.difference {
			t.Errorf("%s in %s: %q, want %q", c.want, c.got, got, c.difference)
		}
	}
}
