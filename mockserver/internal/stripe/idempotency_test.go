package stripe_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cariqamock/mockserver/internal/connect"
)

// keyed sends a form with an idempotency key and further headers.
func (w *world) keyed(idempotency, to string, form []string, headers ...string) answer {
	w.t.Helper()
	v := url.Values{}
	for i := 0; i < len(form); i += 2 {
		v.Add(form[i], form[i+1])
	}
	r := httptest.NewRequest(http.MethodPost, to, strings.NewReader(v.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Authorization", "Bearer "+pk)
	r.Header.Set("Idempotency-Key", idempotency)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return w.send(r)
}

func confirmation(i connect.Intent, method string) []string {
	return []string{"client_secret", i.Secret, "payment_method", method}
}

var visa = []string{"type", "card", "card[token]", "tok_visa"}

// TestRepeats makes each call twice with one key. Some answers are saved, others
// are not: then the second call is made again, with good parameters.
func TestRepeats(t *testing.T) {
	w := newWorld(t).load("pm_card_visa", true)
	done := w.setup()
	w.confirm(done, "payment_method", "pm_card_visa")
	setup, declined, debt := w.setup(), w.setup(), w.debt()
	for name, c := range map[string]struct {
		to     string
		form   []string
		status int
		saved  bool
	}{
		"method":            {"/v1/payment_methods", visa, 200, true},
		"token":             {"/v1/tokens", []string{"card[number]", "4242424242424242", "card[exp_month]", "12", "card[exp_year]", "30"}, 200, true},
		"setup":             {path(setup) + "/confirm", confirmation(setup, "pm_card_visa"), 200, true},
		"payment":           {path(debt) + "/confirm", confirmation(debt, "pm_saved"), 200, true},
		"declined":          {path(declined) + "/confirm", confirmation(declined, "pm_card_chargeDeclined"), 402, true},
		"card refused":      {"/v1/payment_methods", []string{"type", "card", "card[number]", "42", "card[exp_month]", "1", "card[exp_year]", "30"}, 402, true},
		"unexpected state":  {path(done) + "/confirm", confirmation(done, "pm_card_visa"), 400, true},
		"parameter missing": {"/v1/payment_methods", []string{"card[token]", "tok_visa"}, 400, false},
		"no such token":     {"/v1/payment_methods", []string{"type", "card", "card[token]", "tok_x"}, 400, false},
		"no such intent":    {"/v1/setup_intents/seti_x/confirm", []string{"client_secret", "x"}, 404, false},
		"wrong secret":      {path(setup) + "/confirm", []string{"client_secret", "x"}, 400, false},
		"not a form":        {"/v1/payment_methods", []string{"a[b", "x"}, 400, false},
		"not served":        {"/v1/customers", nil, 404, false},
		"not a return URL":  {path(setup) + "/confirm", append(confirmation(setup, "pm_card_visa"), "return_url", "javascript:x"), 400, false},
		"two methods":       {path(setup) + "/confirm", append(confirmation(setup, "pm_card_visa"), "payment_method_data[type]", "card"), 400, false},
	} {
		t.Run(name, func(t *testing.T) {
			w.t = t
			methods := len(w.methods())
			first := w.keyed(name, c.to, c.form)
			added := len(w.methods()) - methods
			again := w.keyed(name, c.to, c.form)
			if first.status != c.status || again.status != c.status {
				t.Fatalf("got %d, then %d: %v", first.status, again.status, first.body)
			}
			if got := len(w.methods()) - methods; got != added {
				t.Errorf("%d methods were added instead of %d", got, added)
			}
			if first.header.Get("Idempotent-Replayed") != "" || first.header.Get("Request-Id") == again.header.Get("Request-Id") {
				t.Errorf("headers: %v, then %v", first.header, again.header)
			}
			if saved := again.header.Get("Idempotent-Replayed") == "true"; saved != c.saved {
				t.Errorf("saved: %v", saved)
			}
			if !c.saved {
				if a := w.keyed(name, "/v1/payment_methods", visa); a.status != 200 {
					t.Errorf("the key was kept: %v", a.fault())
				}
				return
			}
			for _, a := range []answer{first, again} {
				if got := a.header.Get("Original-Request"); got != first.header.Get("Request-Id") || a.header.Get("Idempotency-Key") != name {
					t.Errorf("Original-Request %q of %q", got, a.header.Get("Idempotency-Key"))
				}
			}
			if diff := cmp.Diff(first.body, again.body); diff != "" {
				t.Errorf("bodies (-first +again):\n%s", diff)
			}
		})
	}
}

// TestOtherCall uses a key for another call, which changes nothing.
func TestOtherCall(t *testing.T) {
	const hint = " Try using a key other than 'k' if you meant to execute a different request."
	for name, c := range map[string]struct {
		to      string
		form    []string
		message string // empty: the saved answer
	}{
		"same":            {"/v1/payment_methods", visa, ""},
		"other order":     {"/v1/payment_methods", []string{"card[token]", "tok_visa", "type", "card"}, ""},
		"other value":     {"/v1/payment_methods", []string{"type", "card", "card[token]", "tok_amex"}, "with the same parameters they were first used with."},
		"one more":        {"/v1/payment_methods", append([]string{"metadata[a]", "1"}, visa...), "with the same parameters they were first used with."},
		"one less":        {"/v1/payment_methods", visa[:2], "with the same parameters they were first used with."},
		"other endpoint":  {"/v1/tokens", []string{"card[number]", "42"}, "for the same endpoint they were first used for ('/v1/payment_methods' and not '/v1/tokens')."},
		"other, in query": {"/v1/payment_methods?metadata[a]=1", visa, "with the same parameters they were first used with."},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t).load("pm_card_visa", false)
			first := w.keyed("k", "/v1/payment_methods", visa)
			a := w.keyed("k", c.to, c.form)
			if c.message == "" {
				if a.body["id"] != first.body["id"] {
					t.Errorf("got %v, want %v", a.body["id"], first.body["id"])
				}
				return
			}
			want := object{"status": 400, "type": "idempotency_error", "message": "Keys for idempotent requests can only be used " + c.message + hint}
			if diff := cmp.Diff(want, a.fault()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestIdempotencyScope: keys are of one API key and one account.
func TestIdempotencyScope(t *testing.T) {
	w := newWorld(t).load("pm_card_visa", false)
	ids := map[any]string{}
	for name, headers := range map[string][]string{
		"key": nil, "other key": {"Authorization", "Bearer pk_test_other"}, "secret key": {"Authorization", "Bearer " + sk}, "account": {"Stripe-Account", "acct_1"},
	} {
		for range 2 {
			id := w.keyed("k", "/v1/payment_methods", visa, headers...).body["id"]
			if other := ids[id]; other != "" && other != name {
				t.Errorf("%s and %s have the same answer", name, other)
			}
			ids[id] = name
		}
	}
	if len(ids) != 4 {
		t.Errorf("%d answers, want 4: %v", len(ids), ids)
	}
	if a, b := w.keyed("", "/v1/payment_methods", visa), w.keyed("", "/v1/payment_methods", visa); a.body["id"] == b.body["id"] {
		t.Error("an empty key is one")
	}
	long := strings.Repeat("k", 255)
	if a := w.keyed(long, "/v1/payment_methods", visa); a.status != 200 {
		t.Errorf("255 characters: %v", a.fault())
	}
	if a := w.keyed(long+"k", "/v1/payment_methods", visa); a.status != 400 || a.fault()["type"] != "invalid_request_error" {
		t.Errorf("256 characters: %v", a.fault())
	}
}

// A waiting context reports the first wait for its end.
type waiting struct {
	context.Context
	leave func()
	waits chan struct{}
	once  sync.Once
}

func newWaiting(t *testing.T) *waiting {
	ctx, cancel := context.WithCancel(t.Context())
	return &waiting{Context: ctx, leave: cancel, waits: make(chan struct{})}
}

func (w *waiting) Done() <-chan struct{} {
	w.once.Do(func() { close(w.waits) })
	return w.Context.Done()
}

// TestKeyInUse repeats a call that waits.
func TestKeyInUse(t *testing.T) {
	w := newWorld(t).load("pm_card_visa", false)
	i := w.setup()
	w.fault(`{"operation":"stripe_setup_intents_confirm","delay":"10m"}`)
	ctx := newWaiting(t)
	r := httptest.NewRequest(http.MethodPost, path(i)+"/confirm", strings.NewReader(url.Values{
		"client_secret": {i.Secret}, "payment_method": {"pm_card_visa"},
	}.Encode())).WithContext(ctx)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Authorization", "Bearer "+pk)
	r.Header.Set("Idempotency-Key", "k")
	var wg sync.WaitGroup
	wg.Go(func() {
		defer func() { _ = recover() }() // the client has left
		w.ServeHTTP(httptest.NewRecorder(), r)
	})
	<-ctx.waits
	a := w.keyed("k", path(i)+"/confirm", confirmation(i, "pm_card_visa"))
	want := object{
		"status": 409, "type": "idempotency_error", "code": "idempotency_key_in_use",
		"message": "There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, " +
			"and the other request is still going through): k. Please try again later.",
	}
	if diff := cmp.Diff(want, a.fault()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	ctx.leave()
	wg.Wait()
	if a := w.keyed("k", path(i)+"/confirm", confirmation(i, "pm_card_visa")); a.body["status"] != "succeeded" || a.header.Get("Idempotent-Replayed") != "" {
		t.Errorf("after the client has left: %v", a.body)
	}
}

// TestFaultsAndRepeats: what a fault leaves of the first call, and what the
// repeat gets.
func TestFaultsAndRepeats(t *testing.T) {
	for fault, c := range map[string]struct {
		second   any // status of the intent, or of the answer
		replayed bool
	}{
		`"drop":true`:                          {"succeeded", true},
		`"truncate":true`:                      {"succeeded", true},
		`"delay":"1ms"`:                        {"succeeded", true},
		`"status":500`:                         {500, true},
		`"status":402,"error":"card_declined"`: {402, true},
		`"status":503`:                         {"succeeded", false},
		`"status":400`:                         {"succeeded", false},
		`"status":401`:                         {"succeeded", false},
		`"status":409`:                         {"succeeded", false},
		`"rate_limit":"1s"`:                    {"succeeded", false},
	} {
		t.Run(fault, func(t *testing.T) {
			w := newWorld(t).load("pm_card_visa", false)
			w.fault(`{"operation":"stripe_*",` + fault + `}`)
			i := w.setup()
			to, form := path(i)+"/confirm", confirmation(i, "pm_card_visa")
			func() {
				defer func() { _ = recover() }() // a broken connection
				r := httptest.NewRequest(http.MethodPost, to, strings.NewReader(url.Values{"client_secret": {i.Secret}, "payment_method": {"pm_card_visa"}}.Encode()))
				r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				r.Header.Set("Authorization", "Bearer "+pk)
				r.Header.Set("Idempotency-Key", "k")
				w.ServeHTTP(httptest.NewRecorder(), r)
			}()
			again := w.keyed("k", to, form)
			var got any = again.status
			if s, ok := again.body["status"]; ok {
				got = s
			}
			if got != c.second || (again.header.Get("Idempotent-Replayed") == "true") != c.replayed {
				t.Errorf("got %v, replayed %q", got, again.header.Get("Idempotent-Replayed"))
			}
			if added := len(w.methods()) - 1; (c.second == "succeeded") != (added == 1) {
				t.Errorf("%d methods were added", added)
			}
		})
	}
	t.Run("a repeat is reached, too", func(t *testing.T) {
		w := newWorld(t).load("pm_card_visa", false)
		i := w.setup()
		to, form := path(i)+"/confirm", confirmation(i, "pm_card_visa")
		first := w.keyed("k", to, form)
		w.fault(`{"operation":"stripe_*","status":500}`)
		if a := w.keyed("k", to, form); a.status != 500 {
			t.Errorf("the fault: %d", a.status)
		}
		if diff := cmp.Diff(first.body, w.keyed("k", to, form).body); diff != "" {
			t.Errorf("after it (-first +again):\n%s", diff)
		}
	})
	t.Run("a preference is not saved", func(t *testing.T) {
		w := newWorld(t).load("pm_card_visa", false)
		if a := w.keyed("k", "/v1/payment_methods", visa, "Prefer", "code=500"); a.status != 500 {
			t.Errorf("preferred: %d", a.status)
		}
		if a := w.keyed("k", "/v1/payment_methods", visa); a.status != 200 {
			t.Errorf("then: %v", a.fault())
		}
	})
}

// TestSavedAnswersEnd: after 24 hours, and when the intent's world is reset.
func TestSavedAnswersEnd(t *testing.T) {
	w := newWorld(t).load("pm_card_visa", true)
	id := func(key string) any { return w.keyed(key, "/v1/payment_methods", visa).body["id"] }
	first := id("k")
	w.wall = w.wall.Add(24*time.Hour - time.Second)
	if id("k") != first {
		t.Error("dropped before its time")
	}
	w.wall = w.wall.Add(time.Second)
	if id("k") == first {
		t.Error("kept for more than 24 hours")
	}
	i := w.debt()
	to, form := path(i)+"/confirm", confirmation(i, "pm_saved")
	if a := w.keyed("debt", to, form); a.body["status"] != "succeeded" {
		t.Fatalf("debt %v", a.body)
	}
	fresh := newWorld(t).load("pm_card_visa", true)
	if fresh.debt().ID != i.ID {
		t.Fatal("the intent has another id in the same world after a reset")
	}
	w.state, w.life = fresh.state, w.life+1
	if a := w.keyed("debt", to, form); a.header.Get("Idempotent-Replayed") != "" || a.body["status"] != "succeeded" {
		t.Errorf("after a reset: %v", a.body)
	}
	if n, _, _ := w.state.Debts(userID, 0, 1); n != 0 {
		t.Error("the debt of the world after its reset is not paid")
	}
}
