package connect_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"cariqamock/mockserver/internal/connect"

	"github.com/google/go-cmp/cmp"
)

func TestUsers(t *testing.T) {
	w := newWorld(t)
	var all []string
	for i := range 5 {
		var c connect.UserUpdate
		if i > 0 {
			c.Custom = connect.Some(&connect.CustomUpdate{ExternalID: connect.Some(ptr(fmt.Sprintf("QA-Driver-%d", i)))})
		}
		all = append(all, w.CreateUser(c).ID)
	}
	for _, c := range []struct {
		name, search  string
		offset, limit int
		want          []int // of all
		total         int
	}{
		{"newest first", "", 0, 10, []int{4, 3, 2, 1, 0}, 5},
		{"a page", "", 1, 2, []int{3, 2}, 5},
		{"the last page", "", 4, 2, []int{0}, 5},
		{"past the end", "", 9, 2, nil, 5},
		{"external id", "QA-Driver-3", 0, 10, []int{3}, 1},
		{"any case", "qa-dRIVER-3", 0, 10, []int{3}, 1},
		{"contains", "driver", 0, 10, []int{4, 3, 2, 1}, 4},
		{"a page of what is found", "driver", 1, 2, []int{3, 2}, 4},
		{"id", all[0], 0, 10, []int{0}, 1},
		{"part of an id, any case", strings.ToUpper(all[0][4:20]), 0, 10, []int{0}, 1},
		{"nothing", "nobody", 0, 10, nil, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			n, list := w.Users(c.search, c.offset, c.limit)
			var want, got []string
			for _, i := range c.want {
				want = append(want, all[i])
			}
			for _, u := range list {
				got = append(got, u.ID)
			}
			if diff := cmp.Diff(want, got); n != c.total || diff != "" {
				t.Errorf("%d found, want %d (-want +got):\n%s", n, c.total, diff)
			}
		})
	}
}

func TestUser_update(t *testing.T) {
	type custom = connect.CustomUpdate
	some := func(id *string) connect.Optional[*custom] {
		return connect.Some(&custom{ExternalID: connect.Some(id)})
	}
	w := newWorld(t)
	u := w.CreateUser(connect.UserUpdate{})
	if diff := cmp.Diff(connect.User{ID: u.ID, Locale: connect.English}, u); diff != "" {
		t.Errorf("fresh (-want +got):\n%s", diff)
	}
	for _, c := range []struct {
		name   string
		update connect.UserUpdate
		want   connect.User
	}{
		{"nothing", connect.UserUpdate{}, connect.User{Locale: "en"}},
		{
			"all", connect.UserUpdate{Email: connect.Some(ptr("a@b.de")), Locale: connect.Some(connect.German), Custom: some(ptr("x"))},
			connect.User{Email: ptr("a@b.de"), Locale: "de", Custom: &connect.CustomProperties{ExternalID: ptr("x")}},
		},
		{
			"custom properties without a field", connect.UserUpdate{Custom: connect.Some(&custom{})},
			connect.User{Email: ptr("a@b.de"), Locale: "de", Custom: &connect.CustomProperties{ExternalID: ptr("x")}},
		},
		{
			"external id null", connect.UserUpdate{Custom: some(nil)},
			connect.User{Email: ptr("a@b.de"), Locale: "de", Custom: &connect.CustomProperties{}},
		},
		{
			"back to never set", connect.UserUpdate{Custom: connect.Some[*custom](nil), Email: connect.Some[*string](nil)},
			connect.User{Locale: "de"},
		},
	} {
		c.want.ID = u.ID
		got := must[connect.User](t)(w.UpdateUser(u.ID, c.update))
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
	if _, err := w.UpdateUser("USER_ID", connect.UserUpdate{}); ruleOf(t, err) != "request/not-found" {
		t.Errorf("unknown user: %v", err)
	}
}

// A returned value does not change later.
func TestUser_values(t *testing.T) {
	w := newWorld(t)
	u := w.CreateUser(connect.UserUpdate{Custom: connect.Some(&connect.CustomUpdate{ExternalID: connect.Some(ptr("one"))})})
	_, err := w.UpdateUser(u.ID, connect.UserUpdate{Custom: connect.Some(&connect.CustomUpdate{ExternalID: connect.Some(ptr("two"))})})
	w.check(err)
	if *u.Custom.ExternalID != "one" {
		t.Errorf("the old value became %q", *u.Custom.ExternalID)
	}
}

func TestBilling(t *testing.T) {
	w := newWorld(t)
	u := w.CreateUser(connect.UserUpdate{}).ID
	got := must[connect.Billing](t)(w.Billing(u))
	if diff := cmp.Diff(connect.Billing{AccountType: connect.Personal}, got); diff != "" {
		t.Errorf("fresh (-want +got):\n%s", diff)
	}
	full := german()
	full.TaxID = ptr("DE123456789")
	must[connect.Billing](t)(w.SetBilling(u, full))
	less := german()
	must[connect.Billing](t)(w.SetBilling(u, less))
	if diff := cmp.Diff(less, must[connect.Billing](t)(w.Billing(u))); diff != "" {
		t.Errorf("replaced whole (-want +got):\n%s", diff)
	}
}

func TestIDs(t *testing.T) {
	uuid := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	g := connect.NewIDs(7, "mock.default.a_b")
	seen := map[string]bool{}
	for i := range 2000 {
		at := start.Add(time.Duration(i) * time.Hour)
		seti, pi, pm := g.Stripe("seti_", at), g.Stripe("pi_", at), g.Stripe("pm_", at)
		for want, got := range map[string]string{
			uuid.String():                           g.UUID(),
			`^seti_1[0-9A-Za-z]{5}HtgZxQ1KXx\w{8}$`: seti, `^pi_1[0-9A-Za-z]{5}HtgZxQ1KXx\w{8}$`: pi,
			`^pm_1[0-9A-Za-z]{5}HtgZxQ1KXx\w{8}$`:  pm,
			`^seti_[^_]{24}_secret_[^_\W]{31}$`:    g.Secret(seti, 31),
			`^pi_[^_]{24}_secret_[0-9A-Za-z]{25}$`: g.Secret(pi, 25),
		} {
			if !regexp.MustCompile(want).MatchString(got) {
				t.Fatalf("%s does not match %s", got, want)
			}
			if seen[got] {
				t.Fatalf("%s came twice", got)
			}
			seen[got] = true
		}
	}
}

func TestIDs_derived(t *testing.T) {
	list := func(seed uint64, world string) string {
		g := connect.NewIDs(seed, world)
		return g.UUID() + g.Stripe("pm_", start) + g.Secret("pi_x", 25)
	}
	first := list(1, "a")
	if again := list(1, "a"); again != first {
		t.Error("the same seed and world have other ids")
	}
	if first == list(2, "a") || first == list(1, "b") {
		t.Error("another seed or world has the same ids")
	}
}

func TestState_ids(t *testing.T) {
	w := newWorld(t)
	u, m := w.driver()
	i := must[connect.Intent](t)(w.NewSetupIntent(u))
	r, _ := connect.AsRefusal(w.tryStart(u, sca, m))
	s := w.charge(u, chargeFails, m)
	w.stop(u, s.ID)
	w.advance(time.Minute)
	_, debts, _ := w.Debts(u, 0, 1)
	_, invoices, _ := w.Invoices(u, 0, 1)
	if len(invoices) != 0 {
		t.Error("an invoice while in debt")
	}
	const chars = `[0-9A-Za-z]`
	for got, want := range map[string]string{
		i.Secret:        `^seti_` + chars + `{24}_secret_` + chars + `{31}$`,
		r.Secret:        `^pi_` + chars + `{24}_secret_` + chars + `{25}$`,
		debts[0].Secret: `^pi_` + chars + `{24}_secret_` + chars + `{25}$`,
		m:               `^pm_` + chars + `{24}$`,
		s.InvoiceLink(): `^https://pay\.stripe\.com/invoice/acct_1LKJg9HtgZxQ1KXx/test_` + chars + `+/pdf\?s=ap$`,
	} {
		if !regexp.MustCompile(want).MatchString(got) {
			t.Errorf("%s does not match %s", got, want)
		}
	}
}

// The table is complete: listings and the README are made from it.
func TestRules_table(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range connect.DefaultRules() {
		if seen[r.ID] {
			t.Errorf("%s appears twice", r.ID)
		}
		seen[r.ID] = true
		if r.Status < 400 || r.Sentence == "" || r.Source == "" || r.Remedy == "" {
			t.Errorf("%s is incomplete: %+v", r.ID, r)
		}
		if (r.Applies == nil) != r.Generic() {
			t.Errorf("%s: generic %t", r.ID, r.Generic())
		}
		if r.Type != "" && (r.Detail == "" || !r.Generic() && r.Details == "") {
			t.Errorf("%s has a type but no texts", r.ID)
		}
	}
}

// Without its rule in the table an operation succeeds.
func TestRules_custom(t *testing.T) {
	c := frozen()
	cfg := config(c)
	cfg.Rules = slices.DeleteFunc(connect.DefaultRules(), func(r connect.Rule) bool {
		return r.ID == "remove-payment-method/default-method"
	})
	w := &world{t, connect.New(cfg), c}
	u, m := w.driver()
	w.check(w.RemoveMethod(u, m))
}
