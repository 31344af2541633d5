package wire

import (
	"fmt"
	"math"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cariqamock/internal/python"
)

// query returns the fields of a query string.
func query(t *testing.T, raw string) *Fields {
	t.Helper()
	q, err := python.ParseForm(raw)
	if err != nil {
		t.Fatal(err)
	}
	return Read(FromQuery(q))
}

// TestNumbersOfQueries holds what the framework, versions 3.14 and 3.18, answers.
func TestNumbersOfQueries(t *testing.T) {
	const invalid, tooLarge = "n: A valid number is required.", "n: String value too large."
	for s, want := range map[string]string{
		"1": "1", "-1.5": "-1.5", "+2": "2", " 3 ": "3", "1e3": "1000", ".5": "0.5", "5.": "5", "-0": "-0", "1_0": "10", "5_2.5_1": "52.51",
		"\u0661.\u0665": "1.5", "\u00a01\u3000": "1", "nan": "NaN", "-NaN": "NaN", "inf": "+Inf", "-Infinity": "-Inf", "1e999": "+Inf", "1E-2": "0.01",
		strings.Repeat("0", 999) + "5": "5",
		"x":                            invalid, "1,5": invalid, "0x1p4": invalid, "1 2": invalid, "--1": invalid, "1__0": invalid, "_1": invalid, "1_": invalid,
		"1_.5": invalid, "\x1c1": invalid, "1\x00": invalid, "inf1": invalid, "": invalid, " ": invalid, "true": invalid, "\ufffd": invalid,
		strings.Repeat("0", 1000) + "5": tooLarge, strings.Repeat("\u0660", 1001): tooLarge,
	} {
		f := query(t, "n="+url.QueryEscape(s))
		n := f.Number("n", true)
		got := f.Err()
		if n != nil {
			got = fmt.Sprint(*n)
		}
		if got != want {
			t.Errorf("%q: %s, want %s", s, got, want)
		}
	}
}

// TestIntegersOfQueries holds what the framework answers. What an int cannot hold
// is the nearest one.
func TestIntegersOfQueries(t *testing.T) {
	const invalid, tooLarge = "A valid integer is required.", "String value too large."
	for s, want := range map[string]string{
		"1": "1", "-5": "-5", "+5": "5", "10.0": "10", "10.": "10", "10.000 ": "10", " 4 ": "4", "9223372036854775807": "9223372036854775807",
		"9223372036854775808": "9223372036854775807", "-" + strings.Repeat("9", 999): "-9223372036854775808", "1_0": "10", "1_0.0": "10",
		"\u0663": "3", "\u0661\u0662.0": "12", "\u00a07": "7", "007": "7", "-0": "0", "5.0\x1c": "5", "5.\n": "5", "5\n": "5",
		strings.Repeat("0", 999) + "5": "5",
		"x":                            invalid, "10.5": invalid, "1e3": invalid, "0x10": invalid, ".": invalid, ".0": invalid, "1__0": invalid, "1_": invalid,
		"5.0.0": invalid, "5.\u0660": invalid, "5\x1c": invalid, "nan": invalid, "inf": invalid, "1 0": invalid, "-": invalid, "\u00b2": invalid, "true": invalid,
		"\u200b5": invalid, "5_.0": invalid,
		strings.Repeat("0", 1000) + "5": tooLarge,
	} {
		show := func(f *Fields, name string, n int) string {
			if f.Err() != "" {
				return strings.TrimPrefix(f.Err(), name+": ")
			}
			return fmt.Sprint(n)
		}
		f := query(t, "n="+url.QueryEscape(s))
		if got := show(f, "n", f.Integer("n", true, 7)); got != want {
			t.Errorf("%q: %s, want %s", s, got, want)
		}
		f = query(t, "n="+url.QueryEscape(s))
		list := append(f.Integers("n"), 0)
		if got := show(f, "n.0", list[0]); got != want {
			t.Errorf("%q in a list: %s, want %s", s, got, want)
		}
	}
	if f := query(t, "n="); f.Integer("n", false, 7) != 7 || f.Err() != "" {
		t.Error(f.Err())
	}
	if f := query(t, "n="); f.Integer("n", true, 7) != 7 || f.Err() != "n: A valid integer is required." {
		t.Error(f.Err())
	}
}

func TestBooleansOfQueries(t *testing.T) {
	const bad = "b: Must be a valid boolean."
	for s, want := range map[string]string{
		"": "false", "true": "true", "T": "true", "YES": "true", "y": "true", "on": "true", "1": "true",
		"False": "false", "n": "false", "OFF": "false", "0": "false", "no": "false", "f": "false",
		"2": bad, "+true": bad, "null": bad, "None": bad, "01": bad, "1.0": bad, "%d9%a1": bad, "true%00": bad, "tru": bad, "0;": bad,
	} {
		f := query(t, "b="+s)
		got := fmt.Sprint(f.Boolean("b"))
		if f.Err() != "" {
			got = f.Err()
		}
		if got != want {
			t.Errorf("%q: %s, want %s", s, got, want)
		}
	}
}

// TestLists holds what the framework answers: repeated names, else indexed ones.
func TestLists(t *testing.T) {
	for raw, want := range map[string]string{
		"":                       "[] x: This field is required.",
		"x=1&x=2&x=3.0":          "[1 2 3]",
		"x[0]=5":                 "[5]",
		"x%5B0%5D=5&x%5b1%5d=6":  "[5 6]",
		"x[1]=6&x[0]=5":          "[5 6]",
		"x[10]=3&x[9]=2&x[08]=1": "[1 2 3]",
		"x[5]=7":                 "[7]",
		"x[7]=a":                 "[] x.0: A valid integer is required.",
		"x[0]=1&x[00]=2":         "[2]",
		"x[00]=1&x[0]=2&x[00]=3": "[2]",
		"x[0]=1&x[0]=2":          "[2]",
		"x=9&x[0]=1":             "[9]",
		"x[]=1":                  "[] x: This field is required.",
		"x[a]=1":                 "[] x: This field is required.",
		"x[-1]=1":                "[] x: This field is required.",
		"x[0=1":                  "[] x: This field is required.",
		"x[%d9%a1]=1":            "[] x: This field is required.",
		"x[ 0]=1":                "[] x: This field is required.",
		"x.0=1":                  "[] x: This field is required.",
		"x,=1&xx=2":              "[] x: This field is required.",
		"x=1,2":                  "[] x.0: A valid integer is required.",
		"x[0]=1%0a&x[1]%0a=2":    "[1 2]",
		"x[0]a=1":                "[] x.0: A valid integer is required.",
		"x[0]a=1&x[0]=2":         "[2]",
		"x[0]=2&x[0]a=1":         "[] x.0: A valid integer is required.",
		"x[0][1]=2&x[1]=3":       "[3] x.0: A valid integer is required.",
		"x=":                     "[] x.0: A valid integer is required.",
		"x[184467440737095516160]=2&x[18446744073709551615]=1": "[1 2]",
	} {
		f := query(t, raw)
		got := strings.TrimSpace(fmt.Sprint(f.Integers("x"), " ", f.Err()))
		if got != want {
			t.Errorf("%s: %s, want %s", raw, got, want)
		}
	}
}

func TestListsOfWords(t *testing.T) {
	const notChoice = " is not a valid choice."
	for raw, want := range map[string]string{
		"":                   "[] ",
		"c=A&c=B":            "[A B] ",
		"c[0]=A&c[1]=C":      `[A] c.1: "C"` + notChoice,
		"c=A,B":              `[] c.0: "A,B"` + notChoice,
		"c=+A":               `[] c.0: " A"` + notChoice,
		"c=":                 `[] c.0: ""` + notChoice,
		"c[3]=":              `[] c.0: ""` + notChoice,
		"c[0]a=b&c[0]d=e'":   `[] c.0: "<MultiValueDict: {'a': ['b'], 'd': ["e'"]}>"` + notChoice,
		"c[0]a=1&c[0]a%0a=2": `[] c.0: "<MultiValueDict: {'a': ['2']}>"` + notChoice,
		"c[0].x=%00%ff":      `[] c.0: "<MultiValueDict: {'.x': ['\x00�']}>"` + notChoice,
		"c=A;c=B":            `[] c.0: "A;c=B"` + notChoice,
		"c=%41":              "[A] ",
		"o=+x+y%1c&o=z":      "[x y z] ",
		"o=":                 "[] o.0: This field may not be blank.",
		"o=a&o=%c2%a0%1f":    "[a] o.1: This field may not be blank.",
		"o=a%00":             "[] o.0: Null characters are not allowed.",
		"o[0]=a&o[1]x=":      "[a] o.1: Not a valid string.",
		"o[]=a":              "[] ",
	} {
		f := query(t, raw)
		got := fmt.Sprint(append(f.Choices("c", []string{"A", "B"}), f.Choices("o", nil)...), " ", f.Err())
		if got != want {
			t.Errorf("%s: %s, want %s", raw, got, want)
		}
	}
}

// TestReadPage holds what the framework answers. The number of an empty page
// differs between its versions.
func TestReadPage(t *testing.T) {
	for raw, want := range map[string]PageRequest{
		"": {1, false, 20}, "page=3": {3, false, 20}, "page=last&page_size=7": {1, true, 7}, "page_size=1000": {1, false, 100},
		"page_size=0": {1, false, 20}, "page_size=-1": {1, false, 20}, "page_size=x": {1, false, 20}, "page_size=": {1, false, 20}, "page_size=2.0": {1, false, 20},
		"page=1&page=2": {2, false, 20}, "page=": {1, false, 20}, "page=%D9%A1": {1, false, 20}, "page_size=1_0": {1, false, 10}, "page=+2+": {2, false, 20},
		"page=%2B2": {2, false, 20}, "page=02": {2, false, 20}, "page=%EF%BC%92": {2, false, 20}, "page_size=%D9%A2_%D9%A1": {1, false, 21},
		"page=99999999999999999999": {math.MaxInt, false, 20}, "page_size=99999999999999999999": {1, false, 100},
		"page_size=" + strings.Repeat("9", 4300): {1, false, 100}, "page_size=" + strings.Repeat("9", 4301): {1, false, 20},
	} {
		q, err := python.ParseForm(raw)
		if err != nil {
			t.Fatal(err)
		}
		got, ok := ReadPage(q)
		if diff := cmp.Diff(want, got); diff != "" || !ok {
			t.Errorf("%.40s: %v %s", raw, ok, diff)
		}
	}
	for _, page := range []string{"0", "-1", "x", "1.0", "2;page_size=3", "Last", " last", "1e0", "1__0", "0x1", "\x1c1", "+", "nan"} {
		q := python.Form{}
		q.Set("page", page)
		if _, ok := ReadPage(q); ok {
			t.Errorf("page=%s is accepted", page)
		}
	}
}

// TestLinksKeepQueries holds the links of the framework: sorted by name, in each
// name in order, escaped again.
func TestLinksKeepQueries(t *testing.T) {
	for raw, want := range map[string]string{
		"": "page=3",
		"page=2&b=2&a=1;c&b=%ff&b=+%20&z&=y&c=%zz": "=y&a=1%3Bc&b=2&b=%EF%BF%BD&b=++&c=%25zz&page=3&z=",
		"\u00e4=1":           "page=3&%C3%83%C2%A4=1",
		"x[1]=a&x[0]=b":      "page=3&x%5B0%5D=b&x%5B1%5D=a",
		"page=2&a=b#c":       "a=b&page=3#c",
		"page=1&page=2&&":    "page=3",
		"a=%C3%BC~._-*'()!/": "a=%C3%BC~._-%2A%27%28%29%21%2F&page=3",
	} {
		next, previous := Links(&url.URL{Path: "/", RawQuery: raw}, 2, 1, 9)
		if next == nil || previous == nil {
			t.Fatalf("%s: no links", raw)
		}
		if *next != "/?"+want || strings.Contains(*previous, "page=") {
			t.Errorf("%s: next %s, want %s; previous %s", raw, *next, want, *previous)
		}
	}
}
