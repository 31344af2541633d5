package admin_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cariqamock/mockserver"
	"cariqamock/mockserver/internal/admin/adminapi"
	"cariqamock/mockserver/internal/provenance"
)

func TestEvidence(t *testing.T) {
	day := "2026-07-01"
	passed := adminapi.Proof{Target: "sandbox", Passed: &day, Text: "passed 2026-07-01 with 0.1.0"}
	old, failed := passed, adminapi.Proof{Target: "sandbox", Stale: true, Text: "failed 2026-07-01"}
	old.Stale = true
	one := func(id string, proofs ...adminapi.Proof) adminapi.Case {
		return adminapi.Case{ID: id, Title: "T", Proofs: proofs}
	}
	for want, cases := range map[string][]adminapi.Case{
		"This program has no contract cases, so it does not know what has been verified.": nil,
		"Nothing has been verified against the real sandbox yet.":                         {one("a/b"), one("a/c", failed)},
		"On sandbox, 1 of 3 cases have passed recently and 1 longer ago.":                 {one("a/b", passed), one("a/c", old), one("a/d", failed)},
	} {
		a := start(t, "default", func(c *mockserver.Config) {
			if cases != nil {
				c.Cases = func() ([]adminapi.Case, error) { return cases, nil }
			}
		})
		v := a.ok("GET", "/evidence", "")
		if v["summary"] != want || len(v["cases"].([]any)) != len(cases) {
			t.Errorf("got %v, want %s", v, want)
		}
	}
	a := start(t, "default", func(c *mockserver.Config) {
		c.Cases = func() ([]adminapi.Case, error) {
			return []adminapi.Case{{ID: "a/b", Title: "T", Rules: []string{"remove-payment-method/debt"}, Needs: []string{"clock"}, Proofs: []adminapi.Proof{passed}}}, nil
		}
	})
	want := map[string]any{
		"id": "a/b", "title": "T", "rules": []any{"remove-payment-method/debt"}, "needs": []any{"clock"},
		"proofs": []any{map[string]any{"target": "sandbox", "passed": day, "stale": false, "text": "passed 2026-07-01 with 0.1.0"}},
	}
	if diff := cmp.Diff(want, first(t, a.ok("GET", "/evidence", ""), "cases")); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	for _, r := range a.ok("GET", "/rules", "")["rules"].([]any) {
		r, want := r.(map[string]any), []any{}
		if r["id"] == "remove-payment-method/debt" {
			want = []any{"a/b"}
		}
		if diff := cmp.Diff(want, r["cases"]); diff != "" {
			t.Errorf("%s, -want +got\n%s", r["id"], diff)
		}
	}
	broken := start(t, "default", func(c *mockserver.Config) {
		c.Cases = func() ([]adminapi.Case, error) { return nil, errors.New("unreadable") }
	})
	problem(t, "broken", broken.do("GET", "/evidence", ""), 500, "")
	problem(t, "broken", broken.do("GET", "/rules", ""), 500, "")
}

func TestDifferences(t *testing.T) {
	v := start(t, "default").ok("GET", "/differences", "")
	if n := len(v["differences"].([]any)); n != len(provenance.Differences()) || n == 0 {
		t.Errorf("%d differences", n)
	}
	d := first(t, v, "differences")
	if d["topic"] != provenance.Differences()[0].Topic || d["sources"] == "" || d["fake"] == "" {
		t.Errorf("got %v", d)
	}
	if list := v["assumptions"].([]any); len(list) != len(provenance.Assumptions()) || !strings.HasPrefix(list[0].(string), "Detail texts") {
		t.Errorf("got %v", list)
	}
}
