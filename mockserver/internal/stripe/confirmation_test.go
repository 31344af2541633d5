package stripe_test

import (
	"regexp"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cariqamock/mockserver/internal/connect"
)

func (w *world) confirmation(form ...string) answer {
	w.t.Helper()
	return w.post(pk, "/v1/confirmation_tokens", form...)
}

// ctoken returns the id of a new confirmation token for a card.
func (w *world) ctoken(number string, more ...string) string {
	w.t.Helper()
	a := w.confirmation(append([]string{
		"payment_method_data[type]", "card", "payment_method_data[card][number]", number,
		"payment_method_data[card][exp_month]", "12", "payment_method_data[card][exp_year]", "30", "payment_method_data[card][cvc]", "123",
	}, more...)...)
	id, _ := a.body["id"].(string)
	if !regexp.MustCompile(`^ctoken_[A-Za-z0-9]{24}$`).MatchString(id) {
		w.t.Fatalf("confirmation token %d %v", a.status, a.body)
	}
	return id
}

func TestCreateConfirmationToken(t *testing.T) {
	w := newWorld(t)
	a := w.confirmation("payment_method_data[type]", "card", "payment_method_data[card][number]", "4242424242424242",
		"payment_method_data[card][exp_month]", "12", "payment_method_data[card][exp_year]", "30", "payment_method_data[card][cvc]", "123",
		"payment_method_data[billing_details][name]", "Jo", "payment_method_data[billing_details][email]", "jo@example.com",
		"return_url", "app://back", "setup_future_usage", "off_session", "shipping[name]", "Jo", "shipping[address][line1]", "Weg 1",
		"mandate_data[customer_acceptance][type]", "online", "mandate_data[customer_acceptance][online][infer_from_client]", "true")
	created := noon().Unix()
	preview := a.body["payment_method_preview"].(object)
	delete(preview, "card")
	want := object{
		"id": a.body["id"], "object": "confirmation_token", "created": float64(created), "expires_at": float64(created + 12*3600), "livemode": false,
		"mandate_data": object{"customer_acceptance": object{"type": "online", "online": object{"ip_address": nil, "user_agent": nil}}},
		"metadata":     nil, "payment_intent": nil, "payment_method_options": nil, "payment_method_preview": preview, "return_url": "app://back",
		"setup_future_usage": "off_session", "setup_intent": nil, "use_stripe_sdk": true,
		"shipping": object{"name": "Jo", "phone": nil, "address": object{
			"city": nil, "country": nil, "line1": "Weg 1", "line2": nil, "postal_code": nil, "state": nil,
		}},
	}
	if diff := cmp.Diff(want, a.body); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for name, want := range (object{"type": "card", "id": nil, "created": nil}) {
		if preview[name] != want {
			t.Errorf("preview has %s %v", name, preview[name])
		}
	}
	billing := preview["billing_details"].(object)
	if billing["name"] != "Jo" || billing["email"] != "jo@example.com" {
		t.Errorf("billing details %v", billing)
	}
}

func TestConfirmWithConfirmationToken(t *testing.T) {
	w := newWorld(t).load("pm_card_visa", false)
	tests := []struct {
		name   string
		number string
		more   []string
		status string // or the code of the error
	}{
		{"accepted", "4242424242424242", nil, "succeeded"},
		{"declined", "4000000000000002", nil, "card_declined"},
		{"3-D Secure", "4000002760003184", nil, "requires_action"},
		{"another card in the request", "4000000000000002", []string{"payment_method", "pm_card_visa"}, "succeeded"},
		{"a card that is entered takes precedence", "4000000000000002", []string{
			"payment_method_data[type]", "card", "payment_method_data[card][token]", "tok_visa",
		}, "succeeded"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			id, i := w.ctoken(tt.number), w.setup()
			a := w.confirm(i, append([]string{"confirmation_token", id}, tt.more...)...)
			got := a.body["status"]
			if got == nil {
				got = a.fault()["code"]
			}
			if got != tt.status {
				t.Fatalf("%d %v", a.status, a.body)
			}
			if used := w.get(sk, "/v1/confirmation_tokens/"+id); used.body["setup_intent"] != i.ID || used.body["payment_intent"] != nil {
				t.Errorf("afterwards %v", used.body)
			}
			want := object{
				"status": 400, "type": "invalid_request_error", "param": "confirmation_token",
				"message": "The ConfirmationToken " + id + " has already been used. Create another one.",
			}
			if diff := cmp.Diff(want, w.confirm(w.setup(), "confirmation_token", id).fault()); diff != "" {
				t.Errorf("used again (-want +got):\n%s", diff)
			}
		})
	}
}

// A method that waits in the pool becomes the intent's own.
func TestConfirmationTokenOfAMethod(t *testing.T) {
	w := newWorld(t).load("pm_card_visa", false)
	pm := w.post(pk, "/v1/payment_methods", "type", "card", "card[token]", "tok_visa").body["id"].(string)
	a := w.confirmation("payment_method", pm)
	i := w.setup()
	if got := w.confirm(i, "confirmation_token", a.body["id"].(string)); got.body["status"] != "succeeded" || got.body["payment_method"] != pm {
		t.Fatalf("%d %v", got.status, got.body)
	}
	if got := w.methods(); got[0] != pm {
		t.Errorf("methods %v", got)
	}
	for _, test := range []string{"pm_card_visa", "pm_card_chargeDeclined"} {
		if a := w.confirmation("payment_method", test); a.status != 200 {
			t.Errorf("%s: %d %v", test, a.status, a.body)
		}
	}
	if e := w.confirmation("payment_method", "pm_1").fault(); e["code"] != "resource_missing" || e["param"] != "payment_method" {
		t.Errorf("unknown method: %v", e)
	}
}

// A token brings its return URL and whether a library handles 3-D Secure, but
// what the request has takes precedence.
func TestConfirmationTokenReturnURL(t *testing.T) {
	w := newWorld(t).load("pm_card_visa", false)
	const threeDS = "4000002760003184"
	tests := []struct {
		name          string
		token, inCall []string
		kind, back    string
	}{
		{"a library handles it", []string{"return_url", "app://token"}, nil, "use_stripe_sdk", ""},
		{"no library", []string{"return_url", "app://token", "use_stripe_sdk", "false"}, nil, "redirect_to_url", "app://token"},
		{
			"the call has its own", []string{"return_url", "app://token", "use_stripe_sdk", "false"},
			[]string{"return_url", "app://call"}, "redirect_to_url", "app://call",
		},
		{
			"the server handles it", []string{"return_url", "app://token"},
			[]string{"use_stripe_sdk", "false"}, "redirect_to_url", "app://token",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := w.confirm(w.setup(), append([]string{"confirmation_token", w.ctoken(threeDS, tt.token...)}, tt.inCall...)...)
			action, _ := a.body["next_action"].(object)
			back, _ := action["redirect_to_url"].(object)
			if action["type"] != tt.kind || tt.back != "" && back["return_url"] != tt.back {
				t.Errorf("%d next action %v", a.status, action)
			}
		})
	}
}

func TestConfirmationTokenErrors(t *testing.T) {
	w := newWorld(t).load("pm_card_visa", false)
	old := w.ctoken("4242424242424242")
	w.wall = w.wall.Add(12 * time.Hour)
	card := []string{"payment_method_data[type]", "card", "payment_method_data[card][token]", "tok_visa"}
	i := w.setup()
	unknown := func(status int, id string) object {
		return object{
			"status": status, "type": "invalid_request_error", "code": "resource_missing", "param": "confirmation_token",
			"message": "No such confirmationtoken: '" + id + "'",
		}
	}
	tests := []struct {
		name string
		got  answer
		want object
	}{
		{"nothing collected", w.confirmation(), object{
			"status": 400, "type": "invalid_request_error", "code": "parameter_missing", "param": "payment_method_data[type]",
			"message": "Missing required param: payment_method_data[type].",
		}},
		{"collected twice", w.confirmation(append(card, "payment_method", "pm_card_visa")...), object{
			"status": 400, "type": "invalid_request_error",
			"message": "You may only specify one of these parameters: payment_method, payment_method_data.",
		}},
		{"bad return URL", w.confirmation(append(card, "return_url", "javascript:1")...), object{
			"status": 400, "type": "invalid_request_error", "code": "url_invalid", "param": "return_url", "message": "Not a valid URL",
		}},
		{"unknown", w.confirm(i, "confirmation_token", "ctoken_1"), unknown(400, "ctoken_1")},
		{"expired", w.confirm(i, "confirmation_token", old), unknown(400, old)},
		{"retrieve an unknown one", w.get(sk, "/v1/confirmation_tokens/ctoken_1"), unknown(404, "ctoken_1")},
		{"retrieve with a publishable key", w.get(pk, "/v1/confirmation_tokens/ctoken_1"), object{
			"status": 403, "type": "invalid_request_error", "code": "secret_key_required",
			"message": "This API call cannot be made with a publishable API key. Please use a secret API key. " +
				"You can find a list of your API keys at https://dashboard.stripe.com/account/apikeys.",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, tt.got.fault()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	if got, _ := w.state.Intent(i.ID); got.Status != connect.RequiresPaymentMethod {
		t.Errorf("the intent has become %s", got.Status)
	}
	// A confirmation that is refused does not use the token up.
	id := w.ctoken("4242424242424242")
	if a := w.confirm(i, "confirmation_token", id, "return_url", "javascript:1"); a.status != 400 {
		t.Errorf("bad return URL: %d", a.status)
	}
	if a := w.confirm(i, "confirmation_token", id); a.body["status"] != "succeeded" {
		t.Errorf("after a refusal: %d %v", a.status, a.body)
	}
}
