package stripe_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cariqamock/mockserver/internal/connect"
)

// end ends 3-D Secure as the browser script does.
func (w *world) end(to, secret, outcome string) answer {
	w.t.Helper()
	r := httptest.NewRequest(http.MethodPost, to, strings.NewReader(url.Values{"client_secret": {secret}, "outcome": {outcome}}.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept", "application/json")
	rec := httptest.NewRecorder()
	w.Challenge().ServeHTTP(rec, r)
	a := answer{status: rec.Code, header: rec.Header()}
	if err := json.Unmarshal(rec.Body.Bytes(), &a.body); err != nil || a.header.Get("Content-Type") != "application/json" {
		w.t.Fatalf("answer is no JSON: %v\n%s", err, rec.Body)
	}
	return a
}

func TestScriptEndsChallenge(t *testing.T) {
	tests := []struct {
		name, token, outcome, status, code string
	}{
		{"succeeds", "pm_card_authenticationRequired", "succeed", "succeeded", ""},
		{"fails", "pm_card_authenticationRequired", "fail", "requires_payment_method", "setup_intent_authentication_failure"},
		{"declined after all", "pm_card_threeDSecureRequiredChargeDeclined", "succeed", "requires_payment_method", "card_declined"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t).load("pm_card_visa", false)
			i := w.setup()
			w.confirm(i, "payment_method", tt.token, "return_url", "https://shop.example/", "use_stripe_sdk", "true")
			to := "/stripe/authenticate/" + i.ID
			a := w.end(to, i.Secret, tt.outcome)
			last, _ := a.body["last_setup_error"].(object)
			code, _ := last["code"].(string)
			if a.status != 200 || a.body["object"] != "setup_intent" || a.body["id"] != i.ID || a.body["status"] != tt.status || code != tt.code {
				t.Errorf("%d %v", a.status, a.body)
			}
			if a.header.Get("Location") != "" || a.body["metadata"] != nil {
				t.Errorf("redirected to %q, or shown more than a publishable key may see: %v", a.header.Get("Location"), a.body)
			}
			again := w.end(to, i.Secret, tt.outcome)
			if e := again.fault(); e["status"] != 409 || e["code"] != "setup_intent_unexpected_state" || again.body["error"].(object)["setup_intent"] == nil {
				t.Errorf("a second answer: %v", again.body)
			}
		})
	}
}

func TestScriptIsRefused(t *testing.T) {
	w := newWorld(t).load("pm_card_visa", false)
	i := w.setup()
	w.confirm(i, "payment_method", "pm_card_authenticationRequired")
	to := "/stripe/authenticate/" + i.ID
	refused := func(status int, message string, more ...string) object {
		o := object{"status": status, "type": "invalid_request_error", "message": message}
		for n := 0; n < len(more); n += 2 {
			o[more[n]] = more[n+1]
		}
		return o
	}
	unknown := refused(404, "3-D Secure: There is no such authentication. Its world may have been reset or deleted: start the payment or setup again.", "code", "resource_missing", "param", "intent")
	tests := []struct {
		name, to, secret, outcome string
		want                      object
	}{
		{"wrong secret", to, "x", "succeed", refused(400, "3-D Secure: The client secret does not belong to this intent. Use the whole address in the intent's next_action.", "param", "client_secret")},
		{"no secret", to, "", "succeed", refused(400, "3-D Secure: The client secret does not belong to this intent. Use the whole address in the intent's next_action.", "param", "client_secret")},
		{"odd outcome", to, i.Secret, "x", refused(400, `3-D Secure: The form cannot be read. It needs a client_secret, and an outcome that is "succeed" or "fail".`)},
		{"bad query", to + "?%zz", i.Secret, "succeed", refused(400, `3-D Secure: The form cannot be read. It needs a client_secret, and an outcome that is "succeed" or "fail".`)},
		{"unknown", "/stripe/authenticate/seti_x", i.Secret, "succeed", unknown},
		{"nothing", "/stripe/authenticate/", i.Secret, "succeed", unknown},
		{"NUL", "/stripe/authenticate/%00", i.Secret, "succeed", unknown},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, w.end(tt.to, tt.secret, tt.outcome).fault()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	if got, _ := w.state.Intent(i.ID); got.Status != connect.RequiresAction {
		t.Errorf("the intent is %s", got.Status)
	}
}

// TestUseStripeSDK: clients that announce with use_stripe_sdk that they handle
// 3-D Secure do so, all others are sent to the bank's page.
func TestUseStripeSDK(t *testing.T) {
	const back = "https://shop.example/done"
	for sdk, want := range map[string]string{"true": "use_stripe_sdk", "false": "redirect_to_url", "": "redirect_to_url"} {
		t.Run("use_stripe_sdk="+sdk, func(t *testing.T) {
			w := newWorld(t).load("pm_card_visa", false)
			i := w.setup()
			form := []string{"payment_method", "pm_card_authenticationRequired", "return_url", back}
			if sdk != "" {
				form = append(form, "use_stripe_sdk", sdk)
			}
			next := w.confirm(i, form...).body["next_action"].(object)
			if next["type"] != want {
				t.Errorf("next_action %v, want %s", next, want)
			}
			if again := w.get(sk, path(i)).body["next_action"].(object); again["type"] != want {
				t.Errorf("later: %v", again)
			}
			// The page redirects to the app in both cases, as libraries in apps show it.
			post := w.page(http.MethodPost, "/stripe/authenticate/"+i.ID, url.Values{"client_secret": {i.Secret}, "outcome": {"succeed"}})
			if !strings.HasPrefix(post.Header().Get("Location"), back+"?setup_intent=") {
				t.Errorf("the page redirects to %q", post.Header().Get("Location"))
			}
		})
	}
}

// TestConfirmWaiting confirms a waiting intent without naming a method.
func TestConfirmWaiting(t *testing.T) {
	w := newWorld(t).load("pm_card_visa", false)
	i := w.setup()
	if a := w.confirm(i); a.fault()["code"] != "setup_intent_unexpected_state" {
		t.Errorf("with nothing: %v", a.body)
	}
	first := w.confirm(i, "payment_method", "pm_card_authenticationRequired", "return_url", "https://shop.example/")
	second := w.confirm(i, "use_stripe_sdk", "true")
	if second.body["status"] != "requires_action" || second.body["payment_method"] != first.body["payment_method"] ||
		second.body["next_action"].(object)["type"] != "use_stripe_sdk" {
		t.Errorf("%d %v", second.status, second.body)
	}
}
