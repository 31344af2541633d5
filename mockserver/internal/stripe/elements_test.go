package stripe_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/fault"
)

func (w *world) session(form ...string) answer {
	w.t.Helper()
	q := url.Values{}
	for i := 0; i < len(form); i += 2 {
		q.Add(form[i], form[i+1])
	}
	return w.get(pk, "/v1/elements/sessions?"+q.Encode())
}

// A session shows the intent as a retrieval does.
func TestElementsSession(t *testing.T) {
	w := newWorld(t).load("pm_card_visa", true)
	setup, debt := w.setup(), w.debt()
	tests := []struct {
		kind string
		i    connect.Intent
	}{{"setup_intent", setup}, {"payment_intent", debt}}
	for _, tt := range tests {
		t.Run(tt.kind, func(t *testing.T) {
			a := w.session("type", tt.kind, "client_secret", tt.i.Secret, "locale", "de-DE", "expand[]", "payment_method_preference."+tt.kind+".payment_method")
			preference, _ := a.body["payment_method_preference"].(object)
			want := object{
				"object": "payment_method_preference", "type": tt.kind, "country_code": "DE", "ordered_payment_method_types": []any{"card"},
				tt.kind: w.get(pk, path(tt.i)+"?client_secret="+tt.i.Secret).body,
			}
			if diff := cmp.Diff(want, preference); diff != "" {
				t.Errorf("%d (-want +got):\n%s", a.status, diff)
			}
			if last := w.calls[0]; last.World == nil || last.User != userID {
				t.Errorf("recorded in %v for %q", last.World, last.User)
			}
		})
	}
	a := w.session("type", "deferred_intent", "deferred_intent[mode]", "setup", "key", pk)
	preference, _ := a.body["payment_method_preference"].(object)
	want := object{
		"object": "payment_method_preference", "type": "deferred_intent", "country_code": "DE", "ordered_payment_method_types": []any{"card"},
	}
	if diff := cmp.Diff(want, preference); diff != "" {
		t.Errorf("deferred: %d (-want +got):\n%s", a.status, diff)
	}
}

func TestElementsSessionExpands(t *testing.T) {
	w := newWorld(t).load("pm_card_visa", false)
	i := w.setup()
	w.confirm(i, "payment_method", "pm_card_visa")
	for expand, want := range map[string]bool{"payment_method_preference.setup_intent.payment_method": true, "payment_method_preference": false} {
		a := w.session("type", "setup_intent", "client_secret", i.Secret, "expand[]", expand)
		preference := a.body["payment_method_preference"].(object)
		if _, got := preference["setup_intent"].(object)["payment_method"].(object); got != want {
			t.Errorf("expand %s: the payment method is an object: %v", expand, got)
		}
	}
}

func TestElementsSessionErrors(t *testing.T) {
	w := newWorld(t).load("pm_card_visa", true)
	setup := w.setup()
	of := func(status int, code, param, message string) object {
		o := object{"status": status, "type": "invalid_request_error", "message": message, "param": param}
		if code != "" {
			o["code"] = code
		}
		return o
	}
	const customers = "cariqa-mock has no customers of Stripe's: open the sheet without a customer, as the API hands out no key of one."
	tests := []struct {
		name string
		form []string
		want object
	}{
		{"no type", nil, of(400, "parameter_missing", "type", "Missing required param: type.")},
		{"unknown type", []string{"type", "x"}, of(400, "", "type", "Invalid type: must be one of deferred_intent, payment_intent, or setup_intent")},
		{"no secret", []string{"type", "setup_intent"}, of(400, "parameter_missing", "client_secret", "Missing required param: client_secret.")},
		{
			"unknown", []string{"type", "setup_intent", "client_secret", "seti_1_secret_2"},
			of(404, "resource_missing", "intent", "No such setupintent: 'seti_1'"),
		},
		{
			"another kind", []string{"type", "payment_intent", "client_secret", setup.Secret},
			of(404, "resource_missing", "intent", "No such payment_intent: '"+setup.ID+"'"),
		},
		{
			"wrong secret", []string{"type", "setup_intent", "client_secret", setup.ID + "_secret_x"},
			of(400, "", "client_secret", "The client_secret provided does not match the client_secret associated with the SetupIntent."),
		},
		{"deferred without a mode", []string{"type", "deferred_intent"}, of(400, "parameter_missing", "deferred_intent[mode]", "Missing required param: deferred_intent[mode].")},
		{
			"deferred with another mode", []string{"type", "deferred_intent", "deferred_intent[mode]", "x"},
			of(400, "", "deferred_intent[mode]", "Invalid deferred_intent[mode]: must be one of payment or setup"),
		},
		{
			"no amount", []string{"type", "deferred_intent", "deferred_intent[mode]", "payment", "deferred_intent[currency]", "eur"},
			of(400, "parameter_missing", "deferred_intent[amount]", "Missing required param: deferred_intent[amount]."),
		},
		{
			"no currency", []string{"type", "deferred_intent", "deferred_intent[mode]", "payment", "deferred_intent[amount]", "1"},
			of(400, "parameter_missing", "deferred_intent[currency]", "Missing required param: deferred_intent[currency]."),
		},
		{
			"odd amount", []string{"type", "deferred_intent", "deferred_intent[mode]", "payment", "deferred_intent[currency]", "eur", "deferred_intent[amount]", "1.5"},
			of(400, "", "deferred_intent[amount]", "Invalid positive integer: 1.5"),
		},
		{
			"customer session", []string{"type", "setup_intent", "client_secret", setup.Secret, "customer_session_client_secret", "cuss_secret_1"},
			of(400, "", "customer_session_client_secret", customers),
		},
		{
			"ephemeral key", []string{"type", "setup_intent", "client_secret", setup.Secret, "legacy_customer_ephemeral_key", "ek_test_1"},
			of(400, "", "legacy_customer_ephemeral_key", customers),
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, w.session(tt.form...).fault()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// An ephemeral key is refused with a sentence, wherever it is a key.
func TestEphemeralKeys(t *testing.T) {
	w := newWorld(t).load("pm_card_visa", false)
	i := w.setup()
	for _, key := range []string{"ek_test_YWNjdF8x", "ek_1"} {
		for _, a := range []answer{w.get(key, path(i)+"?client_secret="+i.Secret), w.post(key, "/v1/payment_methods", "type", "card", "card[token]", "tok_visa")} {
			if m, _ := a.fault()["message"].(string); a.status != 401 || !strings.Contains(m, "cariqa-mock has no customers") || strings.Contains(m, "YWNj") {
				t.Errorf("%s: %d %s", key, a.status, m)
			}
		}
	}
}

// TestCancelSource leaves 3-D Secure as the libraries for phones do.
func TestCancelSource(t *testing.T) {
	tests := []struct {
		name   string
		source func(connect.Intent) string
		status connect.IntentStatus
		code   string // of the intent's last error
	}{
		{"iOS, or Android after a fallback", source, connect.RequiresPaymentMethod, "setup_intent_authentication_failure"},
		{"Android", func(connect.Intent) string { return "" }, connect.RequiresPaymentMethod, "setup_intent_authentication_failure"},
		{"another source", func(connect.Intent) string { return "src_1" }, connect.RequiresAction, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t).load("pm_card_visa", false)
			i := w.setup()
			w.confirm(i, "payment_method", "pm_card_authenticationRequired", "use_stripe_sdk", "true")
			a := w.post(pk, path(i)+"/source_cancel", "source", tt.source(i))
			got, _ := w.state.Intent(i.ID)
			code := ""
			if got.LastError != nil {
				code = got.LastError.Code
			}
			if got.Status != tt.status || code != tt.code {
				t.Errorf("the intent is %s with error %q", got.Status, code)
			}
			if tt.code == "" {
				want := object{
					"status": 404, "type": "invalid_request_error", "code": "resource_missing", "param": "source", "message": "No such source: 'src_1'",
				}
				if diff := cmp.Diff(want, a.fault()); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
				return
			}
			if a.body["id"] != i.ID || a.body["status"] != string(tt.status) {
				t.Errorf("answer %d %v", a.status, a.body)
			}
			// Once more, when nothing waits: the intent as it is.
			if again := w.post(pk, path(i)+"/source_cancel", "source", tt.source(i)); again.body["status"] != string(tt.status) {
				t.Errorf("once more: %d %v", again.status, again.body)
			}
		})
	}
}

// Whether a settled intent is canceled too late does not matter to it.
func TestCancelSourceOfASettledIntent(t *testing.T) {
	w := newWorld(t).load("pm_card_visa", false)
	i := w.setup()
	w.confirm(i, "payment_method", "pm_card_visa")
	if a := w.post(pk, path(i)+"/source_cancel", "source", source(i)); a.body["status"] != "succeeded" || len(w.methods()) != 2 {
		t.Errorf("%d %v, methods %v", a.status, a.body, w.methods())
	}
}

func TestThreeDS2(t *testing.T) {
	w := newWorld(t).load("pm_card_visa", true)
	const authenticate, complete = "/v1/3ds2/authenticate", "/v1/3ds2/challenge_complete"
	outcomes := map[bool]struct{ state, trans string }{true: {"succeeded", "Y"}, false: {"failed", "N"}}
	for _, i := range []connect.Intent{w.setup(), w.debt()} {
		for _, succeed := range []bool{false, true} {
			if got, _ := w.state.Intent(i.ID); got.Status != connect.RequiresPaymentMethod {
				t.Fatalf("%s is %s", i.ID, got.Status)
			}
			w.confirm(i, "payment_method", "pm_card_authenticationRequired", "use_stripe_sdk", "true")
			a := w.post(pk, authenticate, "source", source(i), "app", `{"sdkTransID":"1"}`)
			want := object{
				"id": "threeds2_" + source(i)[len("src_"):], "object": "three_d_secure_2", "ares": nil, "created": float64(noon().Unix()), "creq": nil,
				"error": nil, "livemode": false, "source": source(i), "state": "challenge_required",
				"fallback_redirect_url": "http://example.com/stripe/authenticate/" + i.ID + "/" + source(i) + "?client_secret=" + i.Secret,
			}
			if diff := cmp.Diff(want, a.body); diff != "" {
				t.Errorf("%d (-want +got):\n%s", a.status, diff)
			}
			if early := w.post(pk, complete, "source", source(i)); early.status != 400 || early.fault()["type"] != "invalid_request_error" {
				t.Errorf("before the card holder has decided: %d %v", early.status, early.body)
			}
			if _, err := w.state.Authenticate(i.ID, succeed); err != nil {
				t.Fatal(err)
			}
			o := outcomes[succeed]
			want["state"], want["fallback_redirect_url"] = o.state, nil
			want["ares"] = object{"acsTransID": want["id"], "messageType": "ARes", "messageVersion": "2.2.0", "transStatus": o.trans}
			if diff := cmp.Diff(want, w.post(pk, complete, "source", source(i)).body); diff != "" {
				t.Errorf("afterwards (-want +got):\n%s", diff)
			}
			if late := w.post(pk, authenticate, "source", source(i)).fault(); late["status"] != 400 {
				t.Errorf("authenticated again: %v", late)
			}
		}
	}
	for _, to := range []string{authenticate, complete} {
		for _, bad := range []string{"src_1", "x", "src_", "src_\x01", ""} {
			if e := w.post(pk, to, "source", bad).fault(); e["status"] != 400 || e["param"] != "source" {
				t.Errorf("%s with source %q: %v", to, bad, e)
			}
		}
	}
}

func TestRefreshAndLookup(t *testing.T) {
	w := newWorld(t).load("pm_card_visa", true)
	for _, i := range []connect.Intent{w.setup(), w.debt()} {
		want := w.get(pk, path(i)+"?client_secret="+i.Secret).body
		if diff := cmp.Diff(want, w.post(pk, path(i)+"/refresh", "client_secret", i.Secret).body); diff != "" {
			t.Errorf("refreshed (-retrieved +got):\n%s", diff)
		}
		if e := w.post(pk, path(i)+"/refresh").fault(); e["code"] != "parameter_missing" {
			t.Errorf("without a secret: %v", e)
		}
	}
	a := w.post(pk, "/v1/consumers/sessions/lookup", "email_address", "jo@example.com", "request_surface", "android_payment_element")
	if a.status != 200 || a.body["exists"] != false || a.body["consumer_session"] != nil {
		t.Errorf("lookup: %d %v", a.status, a.body)
	}
}

// Faults of a world reach the calls that name an intent by its secret or its
// source, and Prefer reaches all.
func TestFaultsOfNativeCalls(t *testing.T) {
	w := newWorld(t).load("pm_card_visa", false)
	i := w.setup()
	w.confirm(i, "payment_method", "pm_card_authenticationRequired", "use_stripe_sdk", "true")
	calls := map[string]func() answer{
		"stripe_elements_sessions_retrieve":  func() answer { return w.session("type", "setup_intent", "client_secret", i.Secret) },
		"stripe_setup_intents_refresh":       func() answer { return w.post(pk, path(i)+"/refresh", "client_secret", i.Secret) },
		"stripe_setup_intents_source_cancel": func() answer { return w.post(pk, path(i)+"/source_cancel", "source", "src_1") },
		"stripe_3ds2_authenticate":           func() answer { return w.post(pk, "/v1/3ds2/authenticate", "source", source(i)) },
		"stripe_3ds2_challenge_complete":     func() answer { return w.post(pk, "/v1/3ds2/challenge_complete", "source", source(i)) },
	}
	status := 503
	for operation, call := range calls {
		if _, err := w.faults.Add(fault.Spec{Operation: operation, Status: &status}); err != nil {
			t.Fatal(err)
		}
		if a := call(); a.status != 503 {
			t.Errorf("%s: %d %v", operation, a.status, a.body)
		}
	}
	r, _ := http.NewRequest(http.MethodGet, "/v1/elements/sessions", http.NoBody)
	r.Header.Set("Authorization", "Bearer "+pk)
	r.Header.Set("Prefer", "code=500")
	r.Host = "example.com"
	if a := w.send(r); a.status != 500 {
		t.Errorf("Prefer: %d", a.status)
	}
	if got, _ := w.state.Intent(i.ID); got.Status != connect.RequiresAction {
		t.Errorf("the intent is %s", got.Status)
	}
}
