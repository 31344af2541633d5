package stripe_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/fault"
	"cariqamock/mockserver/internal/stripe"
	"cariqamock/mockserver/internal/wire"
)

// fault queues a fault, written as JSON.
func (w *world) fault(source string) {
	w.t.Helper()
	var spec fault.Spec
	if err := json.Unmarshal([]byte(source), &spec); err != nil {
		w.t.Fatal(err)
	}
	if err := spec.Validate(stripe.FaultOperations()); err != nil {
		w.t.Fatal(err)
	}
	if _, err := w.faults.Add(spec); err != nil {
		w.t.Fatal(err)
	}
}

// last returns the call that was recorded last.
func (w *world) last() stripe.Call {
	w.t.Helper()
	if len(w.calls) == 0 {
		w.t.Fatal("nothing was recorded")
	}
	return w.calls[len(w.calls)-1]
}

func TestFaultsInThePlaceOfAnOperation(t *testing.T) {
	for name, c := range map[string]struct {
		fault string
		want  object
	}{
		"decline": {`"status":402,"error":"card_declined"`,
			object{"status": 402, "type": "card_error", "code": "card_declined", "decline_code": "generic_decline", "message": "Your card was declined."}},
		"402":        {`"status":402`, object{"status": 402, "type": "card_error", "code": "card_declined", "decline_code": "generic_decline", "message": "Your card was declined."}},
		"expired":    {`"status":402,"error":"expired_card"`, object{"status": 402, "type": "card_error", "code": "expired_card", "message": "Your card has expired."}},
		"500":        {`"status":500`, object{"status": 500, "type": "api_error", "message": "Injected fault."}},
		"503":        {`"status":503,"error":"lock_timeout"`, object{"status": 503, "type": "api_error", "code": "lock_timeout"}},
		"401":        {`"status":401`, object{"status": 401, "type": "invalid_request_error", "message": "Injected fault."}},
		"404":        {`"status":404`, object{"status": 404, "type": "invalid_request_error", "code": "resource_missing", "message": "Injected fault."}},
		"busy key":   {`"status":409,"error":"idempotency_key_in_use"`, object{"status": 409, "type": "idempotency_error", "code": "idempotency_key_in_use", "message": "Injected fault."}},
		"rate limit": {`"rate_limit":"30s"`, object{"status": 429, "type": "invalid_request_error", "code": "rate_limit"}},
	} {
		for _, operation := range []string{"stripe_setup_intents_confirm", "stripe_*", "*"} {
			t.Run(name+" of "+operation, func(t *testing.T) {
				w := newWorld(t).load("pm_card_visa", false)
				w.fault(`{"operation":"` + operation + `",` + c.fault + `}`)
				i := w.setup()
				a := w.confirm(i, "payment_method", "pm_card_visa")
				got := a.fault()
				if len(got["message"].(string)) > len("Your card was declined.") && c.want["message"] == nil {
					delete(got, "message") // Stripe's long ones
				}
				if diff := cmp.Diff(c.want, got); diff != "" {
					t.Errorf("error (-want +got):\n%s", diff)
				}
				e := a.body["error"].(object)
				if code, _ := e["code"].(string); code != "" && e["doc_url"] != "https://stripe.com/docs/error-codes/"+strings.ReplaceAll(code, "_", "-") {
					t.Errorf("doc_url %v", e["doc_url"])
				}
				if shown, _ := e["setup_intent"].(object); (a.status == http.StatusPaymentRequired) != (shown["id"] == i.ID) {
					t.Errorf("status %d, setup_intent %v", a.status, shown["id"])
				}
				headers := map[string]string{"Retry-After": "", "Stripe-Should-Retry": ""}
				if name == "rate limit" {
					headers["Retry-After"] = "30"
				}
				if a.status == http.StatusInternalServerError {
					headers["Stripe-Should-Retry"] = "false"
				}
				for header, want := range headers {
					if got := a.header.Get(header); got != want {
						t.Errorf("%s: %q, want %q", header, got, want)
					}
				}
				if call := w.last(); call.Fault == nil || call.Fault.ID != "f1" || call.Reply.Rule != "fault/f1" || call.User != userID {
					t.Errorf("recorded fault %v, rule %q, user %q", call.Fault, call.Reply.Rule, call.User)
				}
				if len(w.methods()) != 1 {
					t.Errorf("the fault has changed the world: %v", w.methods())
				}
				if again := w.confirm(i, "payment_method", "pm_card_visa"); again.status != http.StatusOK {
					t.Errorf("after the fault: %v", again.fault())
				}
			})
		}
	}
}

// TestFaultsChooseTheirCalls makes one call of each kind; the fault takes those
// with a 5 in want.
func TestFaultsChooseTheirCalls(t *testing.T) {
	for spec, want := range map[string]string{
		`{"operation":"*","status":500,"times":99}`:                                                     "5.5.5...",
		`{"operation":"stripe_*","status":500,"times":99}`:                                              "5.5.5...",
		`{"operation":"stripe_setup_intents_retrieve","status":500,"times":99}`:                         "5.......",
		`{"operation":"stripe_setup_intents_confirm","status":500,"times":99}`:                          "..5.....",
		`{"operation":"stripe_payment_intents_retrieve","status":500,"times":99}`:                       "....5...",
		`{"operation":"stripe_*","status":500,"skip":1}`:                                                "..5.....",
		`{"operation":"stripe_*","status":500,"times":2}`:                                               "5.5.....",
		`{"operation":"stripe_*","status":500,"times":9,"user":"` + userID + `"}`:                       "5.5.5...",
		`{"operation":"stripe_*","status":500,"times":9,"user":"11111111-1111-4111-8111-111111111111"}`: "........",
		`{"operation":"*","status":500,"error":"lock_timeout","times":9}`:                               "5.5.5...",
		`{"operation":"*","status":500,"error":"payment_error","times":9}`:                              "........",
	} {
		w := newWorld(t).load("pm_card_visa", true)
		w.fault(spec)
		setup, debt := w.setup(), w.debt()
		calls := []func() answer{
			func() answer { return w.get(pk, path(setup)+"?client_secret="+setup.Secret) },
			func() answer { return w.get("no key", path(setup)) },
			func() answer { return w.confirm(setup, "payment_method", "pm_card_visa") },
			func() answer { return w.post(pk, path(setup)+"/cancel", "client_secret", setup.Secret) },
			func() answer { return w.get(pk, path(debt)+"?client_secret="+debt.Secret) },
			func() answer { return w.get(sk, "/v1/setup_intents/seti_unknown") },
			func() answer {
				return w.post(pk, "/v1/tokens", "card[number]", "4242424242424242", "card[exp_month]", "9", "card[exp_year]", "2041")
			},
			func() answer { return w.post(pk, "/v1/payment_methods", "type", "card", "card[token]", "tok_visa") },
		}
		var got strings.Builder
		for _, call := range calls {
			if call().status == http.StatusInternalServerError {
				got.WriteString("5")
			} else {
				got.WriteString(".")
			}
		}
		if got.String() != want {
			t.Errorf("%s takes %s, want %s", spec, got.String(), want)
		}
	}
}

func TestPreferOnStripe(t *testing.T) {
	w := newWorld(t).load("pm_card_visa", false)
	i := w.setup()
	for _, to := range []string{path(i) + "/confirm", "/v1/tokens", "/v1/payment_methods"} {
		for prefer, want := range map[string]string{
			"code=402":                            "402 card_error card_declined code=402",
			"code=500":                            "500 api_error  code=500",
			"error=expired_card":                  "402 card_error expired_card code=402, error=expired_card",
			"code=429, error=lock_timeout":        "429 invalid_request_error lock_timeout code=429, error=lock_timeout",
			"error=lock_timeout":                  "429 invalid_request_error lock_timeout code=429, error=lock_timeout",
			`code="409"; error=parameter_unknown`: "409 invalid_request_error parameter_unknown code=409, error=parameter_unknown",
			"code=200":                            "400 invalid_request_error  ",
			"code=600":                            "400 invalid_request_error  ",
			"code=x":                              "400 invalid_request_error  ",
			"code=402, error=payment_error":       "400 invalid_request_error  ",
			"error=card_declind":                  "400 invalid_request_error  ",
		} {
			r := httptest.NewRequest(http.MethodPost, to, strings.NewReader("client_secret="+i.Secret+"&payment_method=pm_card_visa&type=card&card[token]=tok_visa"))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set("Authorization", "Bearer "+pk)
			r.Header.Set("Prefer", prefer)
			a := w.send(r)
			e := a.fault()
			code, _ := e["code"].(string)
			if got := fmt.Sprint(e["status"], " ", e["type"], " ", code, " ", a.header.Get("Preference-Applied")); got != want {
				t.Errorf("%s with %s: %s, want %s", to, prefer, got, want)
			}
			if rule := w.last().Reply.Rule; (rule == "prefer") != (a.header.Get("Preference-Applied") != "") {
				t.Errorf("%s with %s: rule %q", to, prefer, rule)
			}
			if strings.HasPrefix(want, "400 ") && !strings.Contains(fmt.Sprint(e["message"]), "Accepted are code=400 to code=599") {
				t.Errorf("%s with %s: the message does not say what is accepted: %v", to, prefer, e["message"])
			}
		}
	}
	if len(w.methods()) != 1 {
		t.Errorf("the world has changed: %v", w.methods())
	}
}

// TestOperationsOfStripe compares the names that faults know with those that
// calls are recorded under.
func TestOperationsOfStripe(t *testing.T) {
	w := newWorld(t).load("pm_card_visa", true)
	setup, debt := w.setup(), w.debt()
	w.get(pk, path(setup))
	w.get(pk, path(debt))
	w.confirm(setup)
	w.confirm(debt)
	w.post(pk, "/v1/tokens")
	w.post(pk, "/v1/payment_methods")
	w.post(pk, "/v1/confirmation_tokens")
	w.get(pk, "/v1/confirmation_tokens/ctoken_1")
	w.get(pk, "/v1/elements/sessions?client_secret="+setup.Secret)
	for _, i := range []connect.Intent{setup, debt} {
		w.post(pk, path(i)+"/source_cancel")
		w.post(pk, path(i)+"/refresh")
	}
	w.post(pk, "/v1/3ds2/authenticate", "source", source(setup))
	w.post(pk, "/v1/3ds2/challenge_complete", "source", source(debt))
	w.post(pk, "/v1/consumers/sessions/lookup")
	got := map[string]bool{}
	for _, c := range w.calls {
		got[c.Operation] = c.World == nil
	}
	want := map[string]bool{}
	for _, op := range stripe.FaultOperations() {
		want[op.ID] = op.Worldless
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("operations, and whether they belong to no world (-faults +recorded):\n%s", diff)
	}
}

// TestErrorsHaveOneAPI makes sure that an error says which API it is of.
func TestErrorsHaveOneAPI(t *testing.T) {
	seen := map[string]bool{}
	for _, e := range fault.Errors() {
		if seen[e] {
			t.Errorf("%s is an error of both APIs", e)
		}
		seen[e] = true
	}
	if len(seen) < 150 || !seen[string(connect.PaymentError)] || !seen["card_declined"] {
		t.Errorf("only %d errors", len(seen))
	}
}

// TestDelayEndsEarly ends the context of a call within its delay.
func TestDelayEndsEarly(t *testing.T) {
	for name, c := range map[string]struct {
		cause error
		want  string
	}{
		"stop": {wire.ErrStopping, "503 api_error, Connection: close, left false, stopped true"},
		"left": {errors.New("the client has left"), "no answer, left true, stopped false"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t).load("pm_card_visa", false)
			w.fault(`{"operation":"stripe_*","delay":"10m"}`)
			i := w.setup()
			ctx, cancel := context.WithCancelCause(t.Context())
			cancel(c.cause)
			r := httptest.NewRequestWithContext(ctx, http.MethodPost, path(i)+"/confirm", strings.NewReader("payment_method=pm_card_visa&client_secret="+i.Secret))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set("Authorization", "Bearer "+pk)
			got := "no answer"
			func() {
				defer func() {
					if p := recover(); p != nil && p != http.ErrAbortHandler { //nolint:errorlint // it is panicked with as it is
						panic(p)
					}
				}()
				a := w.send(r)
				got = fmt.Sprint(a.status, " ", a.fault()["type"], ", Connection: ", a.header.Get("Connection"))
			}()
			got += fmt.Sprintf(", left %t, stopped %t", w.last().Left, w.last().Stopped)
			if got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
			if len(w.methods()) != 1 {
				t.Errorf("the world has changed: %v", w.methods())
			}
		})
	}
}
