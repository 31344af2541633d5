package scenario_test

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/fault"
	"cariqamock/mockserver/internal/scenario"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

var update = flag.Bool("update", false, "rewrite the golden files")

const (
	shared   = "DE*CIQ*EWBNHHLM82TLA*1"
	progress = "DE*PWA*EALP22541X01617*01"
	itself   = "DE*MCK*STOPS*ITSELF"
)

// threePoints is a catalogue of three of the charge points of catalogue.
type threePoints struct{ catalogue }

func (c threePoints) ChargePoint(evse string) (connect.ChargePoint, bool) {
	return c.Blank(evse), evse == shared || evse == progress || evse == itself
}

// known accepts all rules, three charge points and two operations.
func known() scenario.Known {
	rules := connect.DefaultRules()
	return scenario.Known{
		Rule:       func(id string) bool { _, ok := rules.ByID(id); return ok },
		Catalogue:  threePoints{},
		Operations: []fault.Operation{{ID: "users_list", Body: true}, {ID: "users_destroy", User: true}},
	}
}

func read(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(string(read(t, path)), got); diff != "" {
		t.Errorf("%s (run with -update if this is intended): -want +got\n%s", path, diff)
	}
}

// session adds a session to the valid file.
func session(rest string) edit {
	return edit{"  sessions: []", "  sessions:\n  - {id: 3f0c6d5e-8f1b-4a57-9c1d-0e6b1a7c2d01, evse: \"" + progress + "\", payment_method: pm_abc123, " + rest + "}"}
}

func try(steps string) edit { return edit{"try: []", "try:\n" + steps} }

type edit struct{ old, new string }

// valid is the file in which the mistakes are made.
const valid = `name: m
title: A title
proves: [remove-payment-method/debt]
clock: {frozen: true}
users:
- id: 9405cf8c-8375-4373-b4d3-b61f9a0c01eb
  email: null
  payment_methods:
  - {id: pm_abc123, default: true}
  sessions: []
charge_points: []
stations: []
faults: []
try: []
`

func TestMistakes(t *testing.T) {
	var out strings.Builder
	seen := map[string]bool{}
	for _, c := range mistakes() {
		if seen[c.name] {
			t.Fatalf("two cases are named %s", c.name)
		}
		seen[c.name] = true
		src := valid
		if c.edit.old == "" {
			src = c.edit.new
		} else if strings.Count(src, c.edit.old) != 1 {
			t.Fatalf("%s: the valid file does not have %q once", c.name, c.edit.old)
		} else {
			src = strings.Replace(src, c.edit.old, c.edit.new, 1)
		}
		_, err := scenario.Parse("dir/m.yaml", []byte(src), known())
		var e *scenario.Error
		if !errors.As(err, &e) {
			t.Errorf("%s: got %v, want an *Error", c.name, err)
			continue
		}
		fmt.Fprintf(&out, "== %s\n%s\n\n", c.name, err)
	}
	golden(t, "testdata/mistakes.golden", out.String())
}

func TestSound(t *testing.T) {
	for name, src := range map[string]string{
		"valid":                  valid,
		"CRLF":                   strings.ReplaceAll(valid, "\n", "\r\n"),
		"least":                  "name: m\ntitle: T\n",
		"comments":               "# a\nname: m # b\n# c\ntitle: T\n---\n",
		"a point ends by itself": strings.Replace(valid, "  sessions: []", "  sessions:\n  - {id: 3f0c6d5e-8f1b-4a57-9c1d-0e6b1a7c2d01, evse: \""+itself+"\", payment_method: pm_abc123, start: -9m, cdr: {at: -1m}}", 1),
		"ends in the future":     strings.Replace(valid, "  sessions: []", session("start: -9m, stop: 5m, cdr: {at: 6m}").new, 1),
		"nulls":                  strings.Replace(valid, "clock: {frozen: true}", "clock: null", 1),
		"form steps":             strings.Replace(valid, "try: []", try("- {call: POST /v1/x, form: {a: {b: [1]}}, want: {status: 200}}").new, 1),
	} {
		if _, err := scenario.Parse("m.yaml", []byte(src), known()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestErrorPointsAtTheMistake(t *testing.T) {
	_, err := scenario.Parse("dir/m.yaml", []byte("name: m\ntitel: Ä\ttab\ntitle: T\nclock: {frozen: ja}\n"), known())
	var e *scenario.Error
	if !errors.As(err, &e) {
		t.Fatal(err)
	}
	want := &scenario.Error{File: "dir/m.yaml", Line: 2, Column: 1, Text: e.Text, Snippet: "titel: Ä\ttab\n^"}
	if diff := cmp.Diff(want, e, cmpopts.IgnoreUnexported(scenario.Error{})); diff != "" {
		t.Error(diff)
	}
	if !strings.Contains(err.Error(), "dir/m.yaml:4:17: expected true or false") {
		t.Errorf("the second mistake is missing: %v", err)
	}
}

func TestFullFile(t *testing.T) {
	src := read(t, "testdata/full.yaml")
	s, err := scenario.Parse("testdata/full.yaml", src, known())
	if err != nil {
		t.Fatal(err)
	}
	if !s.Revoked || !s.Frozen || len(s.Steps) != 5 || s.Name != "full" || s.Title == "" || len(s.Proves) != 1 {
		t.Errorf("got %+v", s)
	}
	if diff := cmp.Diff(string(src), string(s.Source())); diff != "" {
		t.Error(diff)
	}
	wall := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	start := s.Start(wall)
	if want := time.Date(2026, 4, 2, 14, 0, 0, 0, time.UTC); !start.Equal(want) {
		t.Errorf("start %s, want %s", start, want)
	}
	golden(t, "testdata/full.golden", dump(s.Seed(start)))
}

func TestHostileFilesAreRefused(t *testing.T) {
	const n = 1 << 20
	var distinct strings.Builder
	for i := 0; distinct.Len() < n-20; i++ {
		fmt.Fprintf(&distinct, "k%d: v\n", i)
	}
	for name, src := range map[string]string{
		"brackets": strings.Repeat("[", n), "braces": strings.Repeat("{a: ", n/4),
		"dashes": strings.Repeat("- ", n/2), "long text": "name: \"" + strings.Repeat("x ", n/3) + "\"",
		"keys": distinct.String(), "keys in braces": "{" + strings.ReplaceAll(distinct.String()[:n-n/8], "\n", ", ") + "}", "too long": strings.Repeat("#", n+1), "steps": "a:\n" + strings.Repeat("- b\n", n/5),
		"questions": strings.Repeat("? ", n/2), "anchors": strings.Repeat("a: &a\n", n/8),
	} {
		if _, err := scenario.Parse("m.yaml", []byte(src), known()); err == nil {
			t.Errorf("%s: want a mistake", name)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(valid))
	f.Add(read(f, "testdata/full.yaml"))
	for _, c := range mistakes() {
		f.Add([]byte(strings.Replace(valid, c.edit.old, c.edit.new, 1)))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		s, err := scenario.Parse("m.yaml", src, known())
		if err != nil {
			var e *scenario.Error
			if !errors.As(err, &e) || e.Line < 1 || e.Column < 1 || e.Text == "" {
				t.Fatalf("got %#v", err)
			}
			return
		}
		seed := s.Seed(s.Start(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)))
		if err := load(seed); err != nil {
			t.Fatal(err)
		}
	})
}
