package stripe_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cariqamock/mockserver/internal/connect"
)

func (w *world) page(method, to string, form url.Values) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, to, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	rec := httptest.NewRecorder()
	w.Challenge().ServeHTTP(rec, r)
	return rec
}

// TestChallenge walks through 3-D Secure as a browser does: the page at the
// next action's address, its button, the way back to the app.
func TestChallenge(t *testing.T) {
	tests := []struct {
		name, token, back, outcome string
		status                     connect.IntentStatus
		location                   string // after the return URL; {id} and {secret} stand for the intent's
	}{
		{
			"web", "pm_card_authenticationRequired", "https://shop.example/done?a=1#x", "succeed", connect.Succeeded,
			"https://shop.example/done?a=1&setup_intent={id}&setup_intent_client_secret={secret}&redirect_status=succeeded#x",
		},
		{
			"app", "pm_card_authenticationRequired", "my-app://stripe-redirect", "fail", connect.RequiresPaymentMethod,
			"my-app://stripe-redirect?setup_intent={id}&setup_intent_client_secret={secret}&redirect_status=failed",
		},
		{
			"declined", "pm_card_threeDSecureRequiredChargeDeclined", "https://shop.example/", "succeed", connect.RequiresPaymentMethod,
			"https://shop.example/?setup_intent={id}&setup_intent_client_secret={secret}&redirect_status=failed",
		},
		{"no return URL", "pm_card_authenticationRequired", "", "succeed", connect.Succeeded, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t).load("pm_card_visa", false)
			i := w.setup()
			form := []string{"payment_method", tt.token}
			if tt.back != "" {
				form = append(form, "return_url", tt.back)
			}
			a := w.confirm(i, form...)
			next := a.body["next_action"].(object)
			to := "http://example.com/stripe/authenticate/" + i.ID + "/" + source(i) + "?client_secret=" + i.Secret
			if tt.back != "" {
				want := object{"type": "redirect_to_url", "redirect_to_url": object{"url": to, "return_url": tt.back}}
				if diff := cmp.Diff(want, next); diff != "" {
					t.Errorf("next_action (-want +got):\n%s", diff)
				}
			}
			get := w.page(http.MethodGet, to, nil)
			if n := strings.Count(get.Body.String(), "<button "); get.Code != 200 || n != 2 {
				t.Errorf("the page: %d, %d buttons", get.Code, n)
			}
			post := w.page(http.MethodPost, to, url.Values{"client_secret": {i.Secret}, "outcome": {tt.outcome}})
			want := strings.NewReplacer("{id}", i.ID, "{secret}", i.Secret).Replace(tt.location)
			if got := post.Header().Get("Location"); got != want || (post.Code == 303) != (want != "") {
				t.Errorf("%d to\n%s, want\n%s", post.Code, got, want)
			}
			if got, _ := w.state.Intent(i.ID); got.Status != tt.status {
				t.Errorf("the intent is %s, want %s", got.Status, tt.status)
			}
			if again := w.page(http.MethodPost, to, url.Values{"client_secret": {i.Secret}, "outcome": {tt.outcome}}); again.Code != 409 {
				t.Errorf("a second answer: %d", again.Code)
			}
			if late := w.page(http.MethodGet, to, nil); late.Code != 200 || strings.Contains(late.Body.String(), "<form") {
				t.Errorf("a late visit: %d", late.Code)
			}
		})
	}
}

func TestFailedAuthenticationShows(t *testing.T) {
	w := newWorld(t).load("pm_card_visa", false)
	i := w.setup()
	w.confirm(i, "payment_method", "pm_card_authenticationRequired")
	if _, err := w.state.Authenticate(i.ID, false); err != nil {
		t.Fatal(err)
	}
	e, _ := w.get(sk, path(i)).body["last_setup_error"].(object)
	if e["type"] != "invalid_request_error" || e["code"] != "setup_intent_authentication_failure" ||
		e["doc_url"] != "https://stripe.com/docs/error-codes/setup-intent-authentication-failure" {
		t.Errorf("last_setup_error %v", e)
	}
}

func TestChallengeRefuses(t *testing.T) {
	w := newWorld(t).load("pm_card_visa", false)
	i := w.setup()
	w.confirm(i, "payment_method", "pm_card_authenticationRequired")
	to := "/stripe/authenticate/" + i.ID
	good := url.Values{"client_secret": {i.Secret}, "outcome": {"succeed"}}
	tests := []struct {
		name, method, to string
		form             url.Values
		want             int
	}{
		{"no secret", http.MethodGet, to, nil, 400},
		{"wrong secret", http.MethodGet, to + "?client_secret=<script>", nil, 400},
		{"secret in the address alone", http.MethodPost, to + "?client_secret=" + i.Secret, url.Values{"outcome": {"succeed"}}, 400},
		{"odd outcome", http.MethodPost, to, url.Values{"client_secret": {i.Secret}, "outcome": {"x"}}, 400},
		{"unknown", http.MethodGet, "/stripe/authenticate/seti_x", nil, 404},
		{"nothing", http.MethodGet, "/stripe/authenticate/", nil, 404},
		{"NUL", http.MethodGet, "/stripe/authenticate/%00", nil, 404},
		{"another source", http.MethodGet, to + "/src_1?client_secret=" + i.Secret, nil, 404},
		{"method", http.MethodDelete, to, good, 405},
		{"bad escape", http.MethodPost, to + "?%zz", good, 400},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			rec := w.page(tt.method, tt.to, tt.form)
			if rec.Code != tt.want || strings.Contains(rec.Body.String(), "<script>") || rec.Header().Get("Location") != "" {
				t.Errorf("got %d\n%s", rec.Code, rec.Body)
			}
		})
	}
	if got, _ := w.state.Intent(i.ID); got.Status != connect.RequiresAction {
		t.Errorf("the intent is %s", got.Status)
	}
}
