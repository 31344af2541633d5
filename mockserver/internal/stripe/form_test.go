package stripe_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/stripe"
)

func TestKeys(t *testing.T) {
	w := newWorld(t).load("pm_card_visa", false)
	to := path(w.setup())
	tests := []struct {
		name, header string
		status       int
	}{
		{"none", "", 401},
		{"other scheme", "Token pk_test_1", 401},
		{"empty", "Bearer ", 401},
		{"live", "Bearer pk_live_123456789012345678", 401},
		{"live, restricted", "Bearer rk_live_123456789012345678", 401},
		{"restricted", "Bearer rk_test_1", 200},
		{"nothing after the prefix", "Bearer sk_test_", 401},
		{"odd characters", "Bearer sk_test_\x80", 401},
		{"bad basic", "Basic x", 401},
		{"secret", "bearer sk_test_1", 200},
		{"basic", "Basic c2tfdGVzdF8xOg==", 200}, // sk_test_1:
		{"publishable", "Bearer pk_test_1", 400}, // requires the client secret
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodGet, to, nil)
			r.Header.Set("Authorization", tt.header)
			r.Header.Set("Stripe-Version", "2024-06-20")
			a := w.send(r)
			if a.status != tt.status || a.header.Get("Stripe-Version") != "2024-06-20" {
				t.Errorf("got %d %v", a.status, a.header)
			}
			if (a.header.Get("WWW-Authenticate") != "") != (tt.status == 401) {
				t.Errorf("WWW-Authenticate %q", a.header.Get("WWW-Authenticate"))
			}
		})
	}
}

// TestKeysAsParameters sends the key in the body or the query, as Stripe's browser
// script does: the header has precedence, then the body.
func TestKeysAsParameters(t *testing.T) {
	const missing, good, live = "", "pk_test_1", "pk_live_123456789012345678"
	w := newWorld(t).load("pm_card_visa", false)
	for _, c := range []struct {
		header, query, body string
		status              int
		rejected            string // key in the message
	}{
		{missing, missing, missing, 401, ""},
		{missing, good, missing, 200, ""},
		{missing, missing, good, 200, ""},
		{missing, live, missing, 401, "pk_live_**************5678"},
		{missing, missing, live, 401, "pk_live_**************5678"},
		{missing, live, good, 200, ""},
		{missing, good, live, 401, "pk_live_**************5678"},
		{live, good, good, 401, "pk_live_**************5678"},
		{good, live, live, 200, ""},
		{missing, missing, "rk_test_1", 200, ""},
		{missing, missing, "sk_test_", 401, "********"},
	} {
		for _, method := range []string{http.MethodPost, http.MethodGet} {
			i := w.setup()
			form, query := url.Values{"client_secret": {i.Secret}}, url.Values{"client_secret": {i.Secret}}
			to := path(i)
			if method == http.MethodPost {
				to += "/confirm"
				form.Set("payment_method", "pm_card_visa")
			} else if c.body != missing {
				continue // has none
			}
			if c.query != missing {
				query.Set("key", c.query)
			}
			if c.body != missing {
				form.Set("key", c.body)
			}
			r := httptest.NewRequest(method, to+"?"+query.Encode(), strings.NewReader(form.Encode()))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			if c.header != missing {
				r.Header.Set("Authorization", "Bearer "+c.header)
			}
			a := w.send(r)
			message, _ := a.fault()["message"].(string)
			if a.status != c.status || c.rejected != "" && message != "Invalid API Key provided: "+c.rejected {
				t.Errorf("%s %+v: got %d %s", method, c, a.status, message)
			}
		}
	}
}

func TestOtherCalls(t *testing.T) {
	w := newWorld(t).load("pm_card_visa", false)
	paths := []string{
		"/v1/", "/v1/customers", "/v1/payment_methods/pm_1", "/v1/setup_intents", "/v1/setup_intents/", "/v1/setup_intents/a/cancel",
		"/v1/tokens/tok_1", "/v1/elements", "/v2/x",
	}
	for _, to := range paths {
		want := object{
			"status": 404, "type": "invalid_request_error",
			"message": "Unrecognized request URL (GET: " + to + "). cariqa-mock does not fake this call. Stripe itself may have it: see https://stripe.com/docs.",
		}
		for _, key := range []string{pk, sk, "sk_live_1", "ek_test_1", ""} {
			if diff := cmp.Diff(want, w.get(key, to).fault()); diff != "" {
				t.Errorf("%s with key %q (-want +got):\n%s", to, key, diff)
			}
		}
	}
	if a := w.post("", "/v1/setup_intents/a"); a.status != 404 {
		t.Errorf("another method: %d", a.status)
	}
}

func TestBodies(t *testing.T) {
	const form = "application/x-www-form-urlencoded"
	deep := "a" + strings.Repeat("[b]", 9)
	tests := []struct {
		name, media, body string
		status            int
	}{
		{"plain", form, "payment_method=pm_card_visa", 200},
		{"no content type", "", "payment_method=pm_card_visa", 200},
		{"objects, lists", form, "payment_method=pm_card_visa&use_stripe_sdk=true&expand[0]=customer&expand[]=mandate&mandate_data[customer_acceptance][type]=online", 200},
		{"the last wins", form, "payment_method=pm_x&payment_method=pm_card_visa", 200},
		{"JSON", "application/json", `{"payment_method":"pm_card_visa"}`, 400},
		{"odd media type", ";", "payment_method=pm_card_visa", 400},
		{"multipart without boundary", "multipart/form-data", "x", 400},
		{"broken multipart", "multipart/form-data; boundary=x", "--x\r\nfoo", 400},
		{"NUL", form, "payment_method=pm_card_visa&x=%00", 400},
		{"NUL in a name", form, "payment_method=pm_card_visa&x%00=1", 400},
		{"invalid UTF-8", form, "payment_method=pm_card_visa&x=%ff", 400},
		{"bad escape", form, "payment_method=pm_card_visa&x=%zz", 400},
		{"open bracket", form, "payment_method=pm_card_visa&a[b=1", 400},
		{"closing bracket", form, "payment_method=pm_card_visa&a]=1", 400},
		{"text after a bracket", form, "payment_method=pm_card_visa&a[b]c=1", 400},
		{"bracket in a bracket", form, "payment_method=pm_card_visa&a[[b]]=1", 400},
		{"no name", form, "payment_method=pm_card_visa&[a]=1", 400},
		{"too deep", form, "payment_method=pm_card_visa&" + deep + "=1", 400},
		{"string and object", form, "payment_method=pm_card_visa&payment_method[a]=1", 400},
		{"object and string", form, "a[b]=1&a=1&payment_method=pm_card_visa", 400},
		{"too many", form, "payment_method=pm_card_visa" + strings.Repeat("&a=1", 1001), 400},
		{"long string", form, "payment_method=pm_card_visa&a=" + strings.Repeat("x", 5001), 400},
		{"too large", form, "payment_method=pm_card_visa&a=" + strings.Repeat("x", 1<<20), 413},
		{"script as return URL", form, "payment_method=pm_card_visa&return_url=JavaScript:alert(1)", 400},
		{"data as return URL", form, "payment_method=pm_card_visa&return_url=data:text/html,x", 400},
		{"relative return URL", form, "payment_method=pm_card_visa&return_url=/x", 400},
		{"app's return URL", form, "payment_method=pm_card_visa&return_url=my-app://stripe-redirect", 200},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t).load("pm_card_visa", false)
			i := w.setup()
			r := httptest.NewRequest(http.MethodPost, path(i)+"/confirm", strings.NewReader(tt.body))
			r.Header.Set("Authorization", "Bearer "+sk)
			r.Header.Set("Content-Type", tt.media)
			a := w.send(r)
			if e := a.fault(); a.status != tt.status || a.status != 200 && e["type"] != "invalid_request_error" {
				t.Errorf("got %d %v, want %d", a.status, a.body, tt.status)
			}
			if n := len(w.methods()); (n == 2) != (tt.status == 200) {
				t.Errorf("the user has %d methods", n)
			}
		})
	}
}

func TestMultipart(t *testing.T) {
	w := newWorld(t).load("pm_card_visa", false)
	for _, file := range []bool{false, true} {
		var body bytes.Buffer
		m := multipart.NewWriter(&body)
		m.WriteField("payment_method", "pm_card_visa")
		if file {
			m.CreateFormFile("f", "f.txt")
		}
		m.Close()
		r := httptest.NewRequest(http.MethodPost, path(w.setup())+"/confirm", &body)
		r.Header.Set("Authorization", "Bearer "+sk)
		r.Header.Set("Content-Type", m.FormDataContentType())
		if a := w.send(r); (a.status == 200) == file {
			t.Errorf("file %v: %d %v", file, a.status, a.body)
		}
	}
}

// FuzzForm sends any body to a confirmation: the server never fails, and nothing
// changes unless the answer is 200.
func FuzzForm(f *testing.F) {
	const form = "application/x-www-form-urlencoded"
	f.Add("payment_method=pm_card_visa&expand[]=payment_method", form, "")
	f.Add("payment_method_data[type]=card&payment_method_data[card][number]=4242424242424242&payment_method_data[card][exp_month]=1&payment_method_data[card][exp_year]=30", form, "a[b]=c")
	f.Add("a[[]=%00&=&[]&a[b]c", form, "%ff=%zz")
	f.Add("--x\r\nContent-Disposition: form-data; name=\"a[b]\"\r\n\r\nv\r\n--x--", "multipart/form-data; boundary=x", "")
	f.Add("{}", "application/json", "client_secret=x")
	f.Fuzz(func(t *testing.T, body, media, query string) {
		w := newWorld(t).load("pm_card_visa", false)
		i := w.setup()
		for _, to := range []string{"/v1/payment_methods", path(i) + "/confirm"} {
			r := httptest.NewRequest(http.MethodPost, to, strings.NewReader(body))
			r.URL.RawQuery = query
			r.Header.Set("Authorization", "Bearer "+sk)
			r.Header.Set("Content-Type", media)
			a := w.send(r)
			if a.status >= 500 {
				t.Fatalf("%s: %d %v", to, a.status, a.body)
			}
			now, err := w.state.Intent(i.ID)
			if err != nil {
				t.Fatal(err)
			}
			same := now.Status == connect.RequiresPaymentMethod
			if confirmed := a.status == 200 && to != "/v1/payment_methods"; same == confirmed || len(w.methods()) > 1 && !confirmed {
				t.Fatalf("%s: answer %d, intent %s", to, a.status, now.Status)
			}
		}
	})
}

// TestEveryCallChecksParameters: each call of the fake refuses what it does not
// know, and changes nothing.
func TestEveryCallChecksParameters(t *testing.T) {
	w := newWorld(t).load("pm_card_visa", true)
	setup, debt := w.setup(), w.debt()
	w.confirm(setup, "payment_method", "pm_card_authenticationRequired", "use_stripe_sdk", "true")
	calls := map[string]func(string) answer{}
	for _, i := range []connect.Intent{setup, debt} {
		resource := "stripe_" + strings.Split(path(i), "/")[2]
		calls[resource+"_retrieve"] = func(odd string) answer { return w.get(pk, path(i)+"?client_secret="+i.Secret+"&"+odd) }
		for action, given := range map[string]string{"confirm": "client_secret", "refresh": "client_secret", "source_cancel": "source"} {
			value := map[string]string{"client_secret": i.Secret, "source": source(i)}[given]
			calls[resource+"_"+action] = func(odd string) answer {
				return w.post(pk, path(i)+"/"+action, given, value, strings.TrimSuffix(odd, "=1"), "1")
			}
		}
	}
	for operation, to := range map[string]string{
		"stripe_payment_methods_create": "payment_methods", "stripe_tokens_create": "tokens", "stripe_confirmation_tokens_create": "confirmation_tokens",
		"stripe_3ds2_authenticate": "3ds2/authenticate", "stripe_3ds2_challenge_complete": "3ds2/challenge_complete",
		"stripe_consumers_sessions_lookup": "consumers/sessions/lookup",
	} {
		calls[operation] = func(odd string) answer {
			return w.post(pk, "/v1/"+to, strings.TrimSuffix(odd, "=1"), "1")
		}
	}
	calls["stripe_elements_sessions_retrieve"] = func(odd string) answer {
		return w.get(pk, "/v1/elements/sessions?type=setup_intent&client_secret="+setup.Secret+"&"+odd)
	}
	calls["stripe_confirmation_tokens_retrieve"] = func(odd string) answer { return w.get(sk, "/v1/confirmation_tokens/ctoken_1?"+odd) }
	for _, operation := range stripe.FaultOperations() {
		call, ok := calls[operation.ID]
		if !ok {
			t.Errorf("%s is not tried", operation.ID)
			continue
		}
		for _, odd := range []string{"bogus=1", "bogus[a][b]=1", "bogus[]=1"} {
			if e := call(odd).fault(); e["status"] != 400 || e["code"] != "parameter_unknown" || e["param"] != "bogus" {
				t.Errorf("%s with %s: %v", operation.ID, odd, e)
			}
		}
		if got := w.calls[len(w.calls)-1].Operation; got != operation.ID {
			t.Errorf("%s was tried as %s", got, operation.ID)
		}
	}
	if i, _ := w.state.Intent(setup.ID); i.Status != connect.RequiresAction {
		t.Errorf("the intent is %s", i.Status)
	}
}

// TestKeysOfLists: elements of a list may have numbers, which begin with 0 and
// leave none out. In metadata, numbers are names.
func TestKeysOfLists(t *testing.T) {
	w := newWorld(t).load("pm_card_visa", false)
	to := path(w.setup()) + "?"
	for query, param := range map[string]string{
		"expand[]=customer&expand[]=mandate": "", "expand[0]=customer&expand[1]=mandate": "", "expand[1]=customer&expand[0]=mandate": "",
		"expand[0]=customer&expand[0]=mandate": "", "expand[0]=customer&expand[]=mandate": "",
		"expand[1]=customer": "expand", "expand[0]=customer&expand[2]=mandate": "expand", "expand[a]=customer": "expand",
		"expand[0][a]=customer": "expand[]", "client_secret[1]=x": "client_secret", "bogus[1]=x": "bogus",
	} {
		a := w.get(sk, to+query)
		if got, _ := a.fault()["param"].(string); got != param || (a.status == 200) != (param == "") {
			t.Errorf("%s: %d %v", query, a.status, a.body)
		}
	}
	a := w.post(pk, "/v1/payment_methods", "type", "card", "card[token]", "tok_visa", "metadata[0]", "a", "metadata[1]", "b", "metadata[07]", "c")
	if diff := cmp.Diff(map[string]any{"0": "a", "1": "b", "07": "c"}, a.body["metadata"]); diff != "" {
		t.Errorf("metadata (-want +got):\n%s", diff)
	}
}

// TestOtherTokens: tokens of what is no card are refused by a text that says so.
func TestOtherTokens(t *testing.T) {
	w := newWorld(t).load("pm_card_visa", false)
	for field, object := range map[string]string{
		"pii[id_number]": "pii", "cvc_update[cvc]": "cvc_update", "bank_account[country]": "bank_account", "person[first_name]": "person", "account[business_type]": "account",
	} {
		if e := w.post(pk, "/v1/tokens", field, "1").fault(); e["status"] != 400 || e["param"] != object || e["message"] != "cariqa-mock makes tokens of cards only." {
			t.Errorf("%s: %v", field, e)
		}
	}
}

// TestErrorsLinkToTheLog: every error of a call whose key is good has a link with
// the id of the request.
func TestErrorsLinkToTheLog(t *testing.T) {
	w := newWorld(t).load("pm_card_visa", false)
	i := w.setup()
	for name, a := range map[string]answer{
		"invalid": w.confirm(i, "bogus", "1"), "missing": w.get(sk, "/v1/setup_intents/seti_1"), "declined": w.confirm(i, "payment_method", "pm_card_chargeDeclined"),
		"key": w.get("sk_live_1", path(i)), "no key": w.get("", path(i)), "path": w.get(pk, "/v1/customers"),
	} {
		e, _ := a.body["error"].(map[string]any)
		link, _ := e["request_log_url"].(string)
		want := "https://dashboard.stripe.com/test/logs/" + a.header.Get("Request-Id") + "?t="
		if unknown := a.status == 401 || name == "path"; strings.HasPrefix(link, want) == unknown || unknown && link != "" {
			t.Errorf("%s: %d %q", name, a.status, link)
		}
	}
}
