package python

import (
	_ "embed"
	"encoding/json"
	"errors"
	"math"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// answers holds what Python 3.11 answered: the input, then its answer, which is
// null for a ValueError.
//
//go:embed testdata/answers.json
var answersJSON []byte

type answers struct {
	Query, Latin1       [][2]json.RawMessage
	Int, Float, IDNA    [][2]*string
	Number, Repr, Strip [][2]string
	Space               []string
}

func read(t *testing.T) answers {
	t.Helper()
	var a answers
	if err := json.Unmarshal(answersJSON, &a); err != nil {
		t.Fatal(err)
	}
	return a
}

func decode[T any](t *testing.T, raw json.RawMessage) (v T) {
	t.Helper()
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// grouped returns the fields of a form as they come from it, and the same of
// Python's list of pairs.
func grouped(f Form, pairs [][2]string) (got, want [][]string) {
	for name, values := range f.Fields() {
		got = append(got, append([]string{name}, values...))
	}
	place := map[string]int{}
	for _, p := range pairs {
		i, known := place[p[0]]
		if !known {
			i = len(want)
			place[p[0]] = i
			want = append(want, []string{p[0]})
		}
		want[i] = append(want[i], p[1])
	}
	return got, want
}

func TestParseForm(t *testing.T) {
	a := read(t)
	check := func(raw string, pairs [][2]string) {
		t.Helper()
		f, err := ParseForm(raw)
		if got, want := grouped(f, pairs); err != nil || !cmp.Equal(got, want) {
			t.Errorf("%q: error %v (-want +got):\n%s", raw, err, cmp.Diff(want, got))
		}
	}
	for _, c := range a.Query {
		check(decode[string](t, c[0]), decode[[][2]string](t, c[1]))
	}
	for _, c := range a.Latin1 {
		var raw []byte
		for _, b := range decode[[]int](t, c[0]) {
			raw = append(raw, byte(b))
		}
		check(string(raw), decode[[][2]string](t, c[1]))
	}
}

func TestParseFormInAnotherEncoding(t *testing.T) {
	f, err := ParseFormIn("%fc=%c3%bc&é=%e9", FromLatin1)
	if got := f.Get("ü") + f.Get("é"); got != "Ã¼é" || err != nil {
		t.Errorf("%q, error %v", got, err)
	}
}

func TestTooManyFields(t *testing.T) {
	for raw, want := range map[string]error{
		strings.Repeat("a&", MaxFields-1): nil, strings.Repeat("a&", MaxFields): ErrTooManyFields, strings.Repeat("&", MaxFields): ErrTooManyFields,
	} {
		if _, err := ParseForm(raw); !errors.Is(err, want) {
			t.Errorf("%d fields: %v", strings.Count(raw, "&")+1, err)
		}
	}
}

func TestForm(t *testing.T) {
	f, err := ParseForm("b=1&a=2&b=3&c=;&ä=%22")
	if err != nil {
		t.Fatal(err)
	}
	last, ok := f.Last("b")
	if last != "3" || !ok || f.Get("none") != "" || len(f.All("none")) != 0 {
		t.Errorf("last %q, %v", last, ok)
	}
	f.Set("c", "x", "y")
	f.Delete("a")
	f.Delete("none")
	if got := f.Encode(); got != "b=1&b=3&c=x&c=y&%C3%A4=%22" {
		t.Error(got)
	}
	var names []string
	for name := range f.Fields() {
		names = append(names, name)
		if name == "ä" {
			break
		}
	}
	if diff := cmp.Diff([]string{"b", "ä"}, names); diff != "" {
		t.Error(diff)
	}
}

func TestNumbers(t *testing.T) {
	a := read(t)
	check := func(kind string, c [2]*string, got string, ok bool) {
		t.Helper()
		if (c[1] != nil) != ok || ok && *c[1] != got {
			t.Errorf("%s(%q): %s, %v", kind, *c[0], got, ok)
		}
	}
	for _, c := range a.Int {
		n, ok := Int(*c[0])
		check("int", c, strconv.FormatInt(n, 10), ok)
	}
	for _, c := range a.Float {
		f, ok := Float(*c[0])
		got := floatString(f)
		if math.IsNaN(f) {
			got = "nan"
		}
		check("float", c, got, ok)
	}
	for _, c := range a.Number {
		if got := Number(c[0]); got != c[1] {
			t.Errorf("str of %s: %s, want %s", c[0], got, c[1])
		}
	}
}

func TestRepr(t *testing.T) {
	for _, c := range read(t).Repr {
		want := c[1]
		if got := ReprJSON(json.RawMessage(c[0])); got != want {
			t.Errorf("%s: %s, want %s", c[0], got, want)
		}
	}
	if got := Repr("d'"); got != `"d'"` {
		t.Error(got)
	}
}

func TestSurrogate(t *testing.T) {
	for raw, want := range map[string]rune{
		`""`: 0, `"a"`: 0, `"\ud83d\ude00"`: 0, `"\ud83d"`: 0xd83d, `"\ude00"`: 0xde00, `"a\udc00\ud800"`: 0xdc00, `"\ud83d\ud83d\ude00"`: 0xd83d,
		`"\\ud83d"`: 0, `"\"\uDFFF"`: 0xdfff, `"\ud83d\n"`: 0xd83d, `"\ufffd"`: 0, "\"\ufffd\"": 0, `"\ud83d\u0041"`: 0xd83d, ``: 0, `1`: 0,
	} {
		if got, found := Surrogate(json.RawMessage(raw)); got != want || found != (want != 0) {
			t.Errorf("%s: %X, %v", raw, got, found)
		}
	}
}

func TestEncodeDomain(t *testing.T) {
	for _, c := range read(t).IDNA {
		got, err := EncodeDomain(*c[0])
		if (c[1] != nil) != (err == nil) || err == nil && got != *c[1] {
			t.Errorf("%q: %q, %v", *c[0], got, err)
		}
	}
}

func TestStrip(t *testing.T) {
	a := read(t)
	for _, c := range a.Strip {
		if got := Strip(c[0]); got != c[1] {
			t.Errorf("%q: %q, want %q", c[0], got, c[1])
		}
	}
	var spaces []string
	for r := range rune(0x3100) {
		if IsSpace(r) {
			spaces = append(spaces, "0x"+strconv.FormatInt(int64(r), 16))
		}
	}
	if diff := cmp.Diff(len(a.Space), len(spaces)); diff != "" {
		t.Errorf("white space: %v, want %v", spaces, a.Space)
	}
}

// FuzzParseForm reads random forms: what comes out is text, and encoding it and
// reading it again changes nothing.
func FuzzParseForm(f *testing.F) {
	for _, raw := range []string{"a=1;b&c=%zz", "a=%ff\xff", "x[0]=1&x[0]=2", "+=%20&&="} {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		form, err := ParseForm(raw)
		if err != nil {
			return
		}
		for name, values := range form.Fields() {
			for _, s := range append([]string{name}, values...) {
				if !utf8.ValidString(s) {
					t.Fatalf("%q is no text", s)
				}
			}
		}
		again, err := ParseForm(form.Encode())
		if err != nil || again.Encode() != form.Encode() {
			t.Fatalf("%q becomes %q, error %v", form.Encode(), again.Encode(), err)
		}
	})
}

// FuzzRepr writes random JSON: nothing panics, whatever the nesting.
func FuzzRepr(f *testing.F) {
	for _, raw := range []string{`{"a":[1,{"b":null}]}`, `["\ud83d"]`, ` [ ] `} {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		if json.Valid([]byte(raw)) && ReprJSON(json.RawMessage(raw)) == "" {
			t.Fatal("empty")
		}
	})
}
