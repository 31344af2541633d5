package stripesdk_test

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A nodeScript is what node/script.mjs needs to know of a world.
type nodeScript struct {
	Origin string       `json:"origin"`
	Setups []nodeIntent `json:"setups"`
	Debt   nodeIntent   `json:"debt"`
	Saved  string       `json:"saved"` // a method of the user
	Run    string       `json:"run"`   // is in the idempotency keys
}

type nodeIntent struct {
	ID     string `json:"id"`
	Secret string `json:"secret"`
}

// scriptEnds is how each step ends, the same with every version of the library.
// Those of limits are calls that only the vendor's own server makes.
var scriptEnds = map[string]string{
	"setup: retrieve":                            "requires_payment_method",
	"setup: declined":                            "StripeCardError 402 card_declined lost_card requires_payment_method 9987",
	"setup: last error":                          "requires_payment_method lost_card 9987",
	"setup: confirm":                             "succeeded mastercard",
	"setup: again":                               "StripeInvalidRequestError 400 setup_intent_unexpected_state succeeded",
	"setup: 3-D Secure":                          "requires_action redirect_to_url",
	"setup: wrong secret":                        "StripeInvalidRequestError 400 client_secret",
	"payment: retrieve":                          "requires_payment_method 539 eur",
	"payment: declined":                          "StripeCardError 402 card_declined insufficient_funds requires_payment_method 9995",
	"payment: last error":                        "requires_payment_method insufficient_funds 9995",
	"payment: no method":                         "StripeInvalidRequestError 400 resource_missing payment_method",
	"payment: key of the app without the secret": "StripeInvalidRequestError 400 parameter_missing client_secret",
	"payment: confirm":                           "succeeded",
	"payment: confirm, repeated":                 "succeeded true",
	"payment: received":                          "succeeded 539",
	"payment: again":                             "StripeInvalidRequestError 400 payment_intent_unexpected_state succeeded",
	"method: create":                             "discover debit jo@example.com DE b",
	"method: wrong number":                       "StripeCardError 402 incorrect_number number",
	"method: no test card":                       "StripeCardError 402 card_declined test_mode_live_card",
	"method: past":                               "StripeCardError 402 invalid_expiry_year exp_year",
	"method: odd country":                        "StripeInvalidRequestError 400 billing_details[address][country]",
	"method: odd e-mail":                         "StripeInvalidRequestError 400 email_invalid billing_details[email]",
	"method: another type":                       "StripeInvalidRequestError 400 type",
	"token: create":                              "card Visa Jo false",
	"token: use":                                 "visa Jo",
	"token: use again":                           "StripeInvalidRequestError 400 token_already_used card[token]",
	"token: unknown":                             "StripeInvalidRequestError 400 resource_missing card[token]",
	"confirmation token: create":                 "confirmation_token 4242",
	"confirmation token: use":                    "succeeded",
	"confirmation token: used":                   "true",
	"confirmation token: unknown":                "StripeInvalidRequestError 404 resource_missing confirmation_token",
	"idempotency: first":                         "first",
	"idempotency: repeated":                      "true",
	"idempotency: one method":                    "true",
	"idempotency: other parameters":              "StripeIdempotencyError 400",
	"idempotency: refused":                       "StripeInvalidRequestError 400 parameter_missing card",
	"idempotency: refused, then right":           "first",
	"error: no such key":                         "StripeAuthenticationError 401",
	"error: live key":                            "StripeAuthenticationError 401",
	"error: unknown parameter":                   "StripeInvalidRequestError 400 parameter_unknown bogus",
	"error: unknown below":                       "StripeInvalidRequestError 400 parameter_unknown billing_details[nme]",
	"error: expand":                              "StripeInvalidRequestError 400",
	"error: no such intent":                      "StripeInvalidRequestError 404 resource_missing intent",
	"error: version":                             "StripeInvalidRequestError 400",
	"limit: retrieve a method":                   "StripeInvalidRequestError 404",
	"limit: retrieve a token":                    "StripeInvalidRequestError 404",
	"limit: create an intent":                    "StripeInvalidRequestError 404",
	"limit: cancel an intent":                    "StripeInvalidRequestError 404",
	"limit: customers":                           "StripeInvalidRequestError 404",
}

// testNodeScript runs the whole script with one version of the library.
func testNodeScript(t *testing.T, lib library, server *fake) {
	f := *server
	f.t, f.token = t, server.Token("debt")
	in := nodeScript{Origin: f.URL, Saved: saved, Run: lib.name}
	for range 3 {
		i := f.setup()
		in.Setups = append(in.Setups, nodeIntent{i.id, i.secret})
	}
	owed := f.owed()
	in.Debt = nodeIntent{owed.id, owed.secret}
	arg, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	var stderr bytes.Buffer
	cmd := exec.CommandContext(t.Context(), "node", "--no-warnings", "script.mjs", string(arg), lib.name)
	cmd.Dir, cmd.Stderr = lib.dir, &stderr
	out, err := cmd.Output()
	var ends map[string]string
	if err == nil {
		err = json.Unmarshal(out, &ends)
	}
	if err != nil {
		t.Fatalf("%v\n%s%s", err, out, stderr.Bytes())
	}
	if diff := cmp.Diff(scriptEnds, ends); diff != "" {
		t.Errorf("ends (-want +got):\n%s", diff)
	}
	if left := f.debts(); len(left) != 0 {
		t.Errorf("debts %+v", left)
	}
}
