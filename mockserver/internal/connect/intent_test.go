package connect_test

import (
	"errors"
	"testing"
	"time"

	"cariqamock/mockserver/internal/connect"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// index is an IntentIndex that the test can look into.
type index struct {
	held  map[string]bool
	taken int // ids to refuse as another state's
}

func (x *index) Add(id string) bool {
	if x.taken > 0 {
		x.taken--
		return false
	}
	x.held[id] = true
	return true
}

func (x *index) Remove(id string) { delete(x.held, id) }

func indexed(t rapid.TB) (*world, *index) {
	c, x := frozen(), &index{held: map[string]bool{}}
	cfg := config(c)
	cfg.Intents = x
	return &world{t, connect.New(cfg), c}, x
}

func with(c connect.Card) connect.PaymentSource { return connect.PaymentSource{Card: &c} }

func (w *world) intent(id string) connect.Intent {
	w.Helper()
	return must[connect.Intent](w)(w.Intent(id))
}

func TestSetupIntent_bounded(t *testing.T) {
	w, x := indexed(t)
	u, _ := w.driver()
	first := must[connect.Intent](t)(w.NewSetupIntent(u))
	for range 99 {
		must[connect.Intent](t)(w.NewSetupIntent(u))
	}
	w.intent(first.ID)
	if len(x.held) != 100 {
		t.Errorf("%d intents in the index, want 100", len(x.held))
	}
	must[connect.Intent](t)(w.NewSetupIntent(u))
	if _, err := w.Intent(first.ID); !errors.Is(err, connect.ErrNoIntent) || x.held[first.ID] {
		t.Errorf("the oldest of 101: %v, in the index %t", err, x.held[first.ID])
	}
	if len(x.held) != 100 {
		t.Errorf("%d intents in the index, want 100", len(x.held))
	}
}

func TestSetupIntent_idsOfTheServer(t *testing.T) {
	w, x := indexed(t)
	u := w.CreateUser(connect.UserUpdate{}).ID
	x.taken = 3
	i := must[connect.Intent](t)(w.NewSetupIntent(u))
	if !x.held[i.ID] || x.taken != 0 {
		t.Errorf("%s is not in the index", i.ID)
	}
	w.intent(i.ID)
}

func TestSetupIntent(t *testing.T) {
	for _, c := range []struct {
		name         string
		card         connect.Card
		authenticate *bool // nil: not needed
		saved        bool
		code         string // of the last error
	}{
		{"plain success", good, nil, true, ""},
		{"declined", refusesSetup, nil, false, "card_declined"},
		{"authenticated", setupSCA, ptr(true), true, ""},
		{"authentication failed", setupSCA, ptr(false), false, "setup_intent_authentication_failure"},
		{"declined later only", refusesLater, nil, true, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			w, _ := indexed(t)
			u := w.CreateUser(connect.UserUpdate{}).ID
			i := must[connect.Intent](t)(w.NewSetupIntent(u))
			if !i.Setup || i.Status != connect.RequiresPaymentMethod || i.Method != nil {
				t.Errorf("fresh: %+v", i)
			}
			got, err := w.Confirm(i.ID, with(c.card))
			var declined *connect.CardError
			if errors.As(err, &declined) != (c.code == "card_declined") || declined == nil && err != nil {
				t.Fatalf("error %v", err)
			}
			if declined != nil {
				if diff := cmp.Diff(got, declined.Intent); diff != "" {
					t.Errorf("the error's intent:\n%s", diff)
				}
			}
			if c.authenticate != nil {
				if got.Status != connect.RequiresAction || len(w.view(u).Methods) != 0 {
					t.Errorf("before authentication: %s, methods %v", got.Status, w.view(u).Methods)
				}
				if got = must[connect.Intent](t)(w.Confirm(i.ID, with(c.card))); got.Status != connect.RequiresAction {
					t.Errorf("confirmed again: %s", got.Status)
				}
				got = must[connect.Intent](t)(w.Authenticate(i.ID, *c.authenticate))
			}
			want := connect.RequiresPaymentMethod
			if c.saved {
				want = connect.Succeeded
			}
			code := ""
			if got.LastError != nil {
				code = got.LastError.Code
			}
			if got.Status != want || code != c.code {
				t.Errorf("%s with error %q, want %s with %q", got.Status, code, want, c.code)
			}
			list := w.view(u).Methods
			if c.saved != (len(list) == 1) {
				t.Fatalf("methods: %+v", list)
			}
			if c.saved {
				if !list[0].Default || list[0].ID != got.Method.ID {
					t.Errorf("method %+v, intent's %+v", list[0], got.Method)
				}
				if _, err := w.Confirm(i.ID, with(good)); !errors.Is(err, connect.ErrIntentState) {
					t.Errorf("confirmed twice: %v", err)
				}
			} else { // the intent is to be used again
				if got := must[connect.Intent](t)(w.Confirm(i.ID, with(good))); got.Status != connect.Succeeded || got.LastError != nil {
					t.Errorf("with another card: %+v", got)
				}
			}
			if _, err := w.Authenticate(i.ID, true); !errors.Is(err, connect.ErrIntentState) {
				t.Errorf("authenticated out of turn: %v", err)
			}
			w.consistent()
		})
	}
}

func TestSetupIntent_sources(t *testing.T) {
	w, _ := indexed(t)
	u, m := w.driver()
	_, foreign := w.driver()
	fresh := func() string { return must[connect.Intent](t)(w.NewSetupIntent(u)).ID }

	if _, err := w.Confirm(fresh(), connect.PaymentSource{MethodID: foreign}); !errors.Is(err, connect.ErrNoMethod) {
		t.Errorf("another user's method: %v", err)
	}
	must[connect.Intent](t)(w.Confirm(fresh(), connect.PaymentSource{MethodID: m}))
	if n := len(w.view(u).Methods); n != 1 {
		t.Errorf("%d methods after the same one again", n)
	}
	got := must[connect.Intent](t)(w.Confirm(fresh(), connect.PaymentSource{MethodID: "pm_own", Card: &good}))
	if got.Method.ID != "pm_own" || w.view(u).Methods[0].ID != "pm_own" {
		t.Errorf("method %+v", got.Method)
	}
	for name, err := range map[string]error{
		"read":         func() error { _, err := w.Intent("seti_unknown"); return err }(),
		"confirm":      func() error { _, err := w.Confirm("pi_unknown", with(good)); return err }(),
		"authenticate": func() error { _, err := w.Authenticate("pi_unknown", true); return err }(),
	} {
		if !errors.Is(err, connect.ErrNoIntent) {
			t.Errorf("%s of an unknown intent: %v", name, err)
		}
	}
	_, err := w.NewSetupIntent("USER_ID")
	if got := ruleOf(t, err); got != "request/not-found" {
		t.Errorf("unknown user: rule %q", got)
	}
}

func TestDefault(t *testing.T) {
	w := newWorld(t)
	u, a := w.driver()
	defaults := func(want ...string) {
		t.Helper()
		var got []string
		for _, m := range w.view(u).Methods {
			if m.Default {
				got = append(got, m.ID)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("default (-want +got):\n%s", diff)
		}
		w.consistent()
	}
	defaults(a)
	w.advance(time.Second)
	b := w.addCard(u, good)
	defaults(a)
	if list := w.view(u).Methods; list[0].ID != b || list[1].ID != a {
		t.Errorf("not newest first: %+v", list)
	}
	w.check(w.SetDefault(u, b))
	defaults(b)
	w.check(w.SetDefault(u, b))
	defaults(b)
	w.check(w.RemoveMethod(u, a))
	defaults(b)
}

func TestHold_authenticated(t *testing.T) {
	for _, c := range []struct {
		name, evse string
		card       connect.Card
	}{{"card", shared, alwaysSCA}, {"charge point", sca, good}} {
		t.Run(c.name, func(t *testing.T) {
			w, x := indexed(t)
			u, _ := w.driver()
			m := w.addCard(u, c.card)
			before := len(x.held)
			secret := func() string {
				t.Helper()
				r, ok := connect.AsRefusal(w.tryStart(u, c.evse, m))
				if !ok || r.Rule.ID != "start-charging/sca-required" || r.Secret == "" {
					t.Fatalf("refusal %+v", r)
				}
				return r.Secret
			}
			first := secret()
			id := intentOf(first)
			if i := w.intent(id); !i.Hold || i.Setup || i.Secret != first || !i.Amount.Equal(dec("50")) || i.Currency != "eur" ||
				i.Status != connect.RequiresPaymentMethod || i.LastError == nil || i.LastError.Code != "authentication_required" {
				t.Errorf("hold %+v", i)
			}
			if again := secret(); again != first {
				t.Error("a second hold while the first waits")
			}
			i := must[connect.Intent](t)(w.Confirm(id, connect.PaymentSource{MethodID: m}))
			if i.Status != connect.RequiresAction {
				t.Errorf("confirmed: %s", i.Status)
			}
			if got := secret(); got != first {
				t.Error("a second hold while the card holder authenticates")
			}
			if i = must[connect.Intent](t)(w.Authenticate(id, false)); i.Status != connect.RequiresPaymentMethod ||
				i.LastError.Code != "payment_intent_authentication_failure" {
				t.Errorf("failed: %+v", i)
			}
			if got := secret(); got != first {
				t.Error("a second hold after a failure")
			}
			must[connect.Intent](t)(w.Confirm(id, connect.PaymentSource{MethodID: m}))
			if i = must[connect.Intent](t)(w.Authenticate(id, true)); i.Status != connect.RequiresCapture {
				t.Errorf("authenticated: %s", i.Status)
			}
			if n := len(x.held) - before; n != 1 {
				t.Errorf("%d holds, want 1", n)
			}
			s := w.charge(u, c.evse, m)
			if i := w.intent(id); i.Status != connect.RequiresCapture {
				t.Errorf("while charging the hold is %s", i.Status)
			}
			w.stop(u, s.ID)
			w.advance(time.Minute)
			if i := w.intent(id); i.Status != connect.Succeeded {
				t.Errorf("billed, the hold is %s", i.Status)
			}
			if next := secret(); next == first {
				t.Error("the hold served twice")
			}
			w.consistent()
		})
	}
}

func TestHold_ofAnotherMethodOrAmount(t *testing.T) {
	w := newWorld(t)
	cheap := point("DE*T*CHEAP", connect.Script{Start: connect.StartSCA})
	cheap.Tariff = &connect.Tariff{Currency: "eur", PreAuthorization: dec("20.00")}
	cat := catalogue()
	cat[cheap.EVSE] = cheap
	cfg := config(w.clock)
	cfg.Catalogue = cat
	w.State = connect.New(cfg)
	u, m := w.driver()
	other := w.addCard(u, good)
	secrets := map[string]bool{}
	for _, try := range [][2]string{{sca, m}, {sca, other}, {cheap.EVSE, m}} {
		r, _ := connect.AsRefusal(w.tryStart(u, try[0], try[1]))
		if r == nil || secrets[r.Secret] {
			t.Fatalf("%v: refusal %+v", try, r)
		}
		secrets[r.Secret] = true
		if len(secrets) == 1 {
			w.pay(intentOf(r.Secret))
		}
	}
	w.charge(u, sca, m)
}

// A card that is declined after authentication never gets its hold.
func TestHold_declinedAfterAuthentication(t *testing.T) {
	w := newWorld(t)
	u, _ := w.driver()
	m := w.addCard(u, conduct(connect.Conduct{OffSession: scaThenNo.Conduct.OffSession, OnSession: scaThenNo.Conduct.OnSession}))
	r, _ := connect.AsRefusal(w.tryStart(u, plain, m))
	if r == nil || r.Secret == "" {
		t.Fatalf("refusal %+v", r)
	}
	id := intentOf(r.Secret)
	must[connect.Intent](t)(w.Confirm(id, connect.PaymentSource{MethodID: m}))
	i := must[connect.Intent](t)(w.Authenticate(id, true))
	if i.Status != connect.RequiresPaymentMethod || i.LastError == nil || i.LastError.Code != "card_declined" {
		t.Errorf("intent %+v", i)
	}
	if got := ruleOf(t, w.tryStart(u, plain, m)); got != "start-charging/sca-required" {
		t.Errorf("rule %q", got)
	}
}

func TestHold_bounded(t *testing.T) {
	w, x := indexed(t)
	u, _ := w.driver()
	before := len(x.held)
	for range 25 {
		if got := ruleOf(t, w.tryStart(u, sca, w.addCard(u, good))); got != "start-charging/sca-required" {
			t.Fatalf("rule %q", got)
		}
	}
	if n := len(x.held) - before - 25; n != 10 { // 25 are setup intents
		t.Errorf("%d holds are kept, want 10", n)
	}
}

func TestDebt_settled(t *testing.T) {
	for _, c := range []struct {
		name, evse   string
		card         connect.Card
		authenticate bool
	}{
		{"at once", chargeFails, good, false},
		{"the bank requires the card holder", chargeSCA, good, true},
		{"the card always requires its holder", chargeFails, alwaysSCA, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			w, x := indexed(t)
			u, m := w.driver()
			before := len(x.held)
			s := w.charge(u, c.evse, m)
			w.stop(u, s.ID)
			if len(x.held) != before+1 {
				t.Fatalf("%d intents for the session", len(x.held)-before)
			}
			hidden := ""
			for id := range x.held {
				if _, err := w.Intent(id); errors.Is(err, connect.ErrNoIntent) {
					hidden = id
				}
			}
			if _, err := w.Confirm(hidden, with(good)); hidden == "" || !errors.Is(err, connect.ErrNoIntent) {
				t.Errorf("the debt's intent %q before the debt: %v", hidden, err)
			}
			w.advance(time.Minute)
			id := w.debtIntent(u)
			if i := w.intent(id); id != hidden || i.Hold || !i.Amount.Equal(dec("5.39")) || i.Currency != "eur" {
				t.Errorf("intent %+v, hidden %s", i, hidden)
			}
			if n, _, _ := w.Invoices(u, 0, every); n != 0 {
				t.Errorf("%d invoices while in debt", n)
			}
			var declined *connect.CardError
			if i := w.intent(id); i.LastError == nil || !i.CreatedAt.Equal(w.Now().Truncate(time.Second)) {
				t.Errorf("the failed charge shows as %+v, made at %s", i.LastError, i.CreatedAt)
			}
			if _, err := w.Confirm(id, with(refusesLater)); !errors.As(err, &declined) {
				t.Errorf("with a card that is declined: %v", err)
			}
			w.state(s.ID, connect.StateDebt)
			w.advance(time.Hour)
			i := must[connect.Intent](t)(w.Confirm(id, with(c.card)))
			if (i.Status == connect.RequiresAction) != c.authenticate {
				t.Fatalf("confirmed: %s", i.Status)
			}
			if c.authenticate {
				w.state(s.ID, connect.StateDebt)
				i = must[connect.Intent](t)(w.Authenticate(id, true))
			}
			if i.Status != connect.Succeeded {
				t.Errorf("paid: %s", i.Status)
			}
			got := w.at(s.ID)
			if got.State != connect.StateSettled || !got.InvoicedAt.Equal(w.Now()) {
				t.Errorf("%s, invoiced at %v", got.State, got.InvoicedAt)
			}
			v := w.view(u)
			if len(v.Debts) != 0 || len(v.Invoices) != 1 || !v.Invoices[0].Total.Equal(dec("5.39")) {
				t.Errorf("debts %+v, invoices %+v", v.Debts, v.Invoices)
			}
			if _, err := w.Confirm(id, with(good)); !errors.Is(err, connect.ErrIntentState) {
				t.Errorf("paid twice: %v", err)
			}
			if n := len(v.Methods); n != 1 {
				t.Errorf("%d methods: paying a debt saves no card", n)
			}
			w.check(w.DeleteUser(u))
			w.consistent()
		})
	}
}

// A debt blocks start, removal and deletion; everything else goes on.
func TestDebt_blocksNothingElse(t *testing.T) {
	w := newWorld(t)
	u, m := w.driver()
	other := w.addCard(u, good)
	s := w.charge(u, chargeFails, m)
	w.stop(u, s.ID)
	running := w.charge(u, virtual, m)
	w.advance(time.Minute)
	w.debtIntent(u)
	w.check(w.SetDefault(u, other))
	w.addCard(u, good)
	must[connect.Billing](t)(w.SetBilling(u, german()))
	must[connect.User](t)(w.UpdateUser(u, connect.UserUpdate{Locale: connect.Some(connect.German)}))
	must[connect.Session](t)(w.Rate(u, s.ID, connect.Some(ptr(3))))
	w.stop(u, running.ID)
	w.advance(time.Minute)
	w.state(running.ID, connect.StateBilled)
	got := []string{ruleOf(t, w.tryStart(u, plain, m)), ruleOf(t, w.RemoveMethod(u, m)), ruleOf(t, w.DeleteUser(u))}
	want := []string{"start-charging/outstanding-payment", "remove-payment-method/debt", "delete-user/debt"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	w.pay(w.debtIntent(u))
	w.check(w.RemoveMethod(u, m))
	w.consistent()
}

// Two debts are paid one by one.
func TestDebt_several(t *testing.T) {
	w := newWorld(t)
	u, m := w.driver()
	for _, evse := range []string{chargeFails, chargeSCA} {
		w.stop(u, w.charge(u, evse, m).ID)
	}
	w.advance(time.Minute)
	if n, _, _ := w.Debts(u, 0, every); n != 2 {
		t.Fatalf("%d debts, want 2", n)
	}
	w.pay(w.debtIntent(u))
	if got := ruleOf(t, w.tryStart(u, plain, m)); got != "start-charging/outstanding-payment" {
		t.Errorf("one of two paid: rule %q", got)
	}
	w.pay(w.debtIntent(u))
	w.charge(u, plain, m)
}

// What never becomes a debt keeps no intent.
func TestDebt_intentForgotten(t *testing.T) {
	w, x := indexed(t)
	u, m := w.driver()
	before := len(x.held)
	for _, evse := range []string{shared, plain, fails, crashes, declined, busy} {
		if s, err := w.Start(t.Context(), u, evse, m); err == nil {
			w.stop(u, s.ID)
		}
		w.advance(time.Hour)
	}
	w.view(u)
	if n := len(x.held) - before; n != 0 {
		t.Errorf("%d intents left over", n)
	}
}
