package console

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"cariqamock/mockserver/internal/admin/adminapi"
)

// Actions that call the vendor's API or Stripe's, as an app does.

// call makes a call in the world. The flash is the text if it succeeds, and
// else the reason why it was refused.
func (r *request) call(world, text string, body map[string]any) (adminapi.CallResult, flash, error) {
	var got adminapi.CallResult
	if err := r.admin.do(http.MethodPost, worldPath(world, "calls"), body, &got); err != nil {
		return got, flash{}, err
	}
	f := flash{Kind: "done", Text: text}
	// The world of a revoked token does not record its calls.
	if got.Request != "" && r.admin.get(worldPath(world, "requests", got.Request), nil) == nil {
		f.LinkText, f.Link = "See request", worldPath(world, "journal", got.Request)
	}
	if got.Status == 0 || got.Status >= http.StatusBadRequest {
		f.Kind, f.LinkText = "refused", "See why"
		f.Text = fmt.Sprintf("Refused with %d: %s", got.Status, reason(got.Body))
	}
	if got.Status == 0 {
		f.Text = "The connection was dropped without a response."
	}
	return got, f, nil
}

// reason returns the message of an error of the vendor's API or of Stripe's.
func reason(body json.RawMessage) string {
	var e struct {
		Detail string
		Error  struct{ Type, Details, Message string }
	}
	if json.Unmarshal(body, &e) != nil {
		return "the response is not JSON."
	}
	for _, text := range []string{e.Error.Message, e.Error.Details, e.Detail, e.Error.Type} {
		if text != "" {
			return text
		}
	}
	return "no reason given."
}

// callVendor makes a call of the vendor's API. {name} in its path stands for a
// field of the form.
func (r *request) callVendor(world, text, call string, body any) (flash, error) {
	_, f, err := r.call(world, text, map[string]any{"call": r.expand(call), "json": body})
	return f, err
}

func (r *request) startSession(world string) (flash, error) {
	body := map[string]string{"evse_id": r.field("evse"), "payment_method_id": r.field("method")}
	return r.callVendor(world, "Session started.", "POST /users/{user}/charging/start/", body)
}

// completeBilling fills in the billing details without which charging is
// refused.
func (r *request) completeBilling(world string) (flash, error) {
	return r.callVendor(world, "Billing details completed.", "PUT /users/{user}/billing-details/", map[string]string{
		"country": "de", "city": "Berlin", "line1": "Weg 1", "postal_code": "10243", "first_name": "Jo", "last_name": "Driver",
	})
}

// createUser creates a user and selects it.
func (r *request) createUser(world string) (flash, error) {
	got, f, err := r.call(world, "User created (no billing details or payment method yet).", map[string]any{
		"call": "POST /users/", "json": r.addFields(map[string]any{}, "email"),
	})
	var user struct{ ID string }
	if err == nil && f.Kind == "done" && json.Unmarshal(got.Body, &user) == nil {
		r.PostForm.Set("user", user.ID)
	}
	return f, err
}

// addCard requests a setup intent from the vendor and confirms it with Stripe.
func (r *request) addCard(world string) (flash, error) {
	got, f, err := r.call(world, "", map[string]any{"call": r.expand("GET /users/{user}/setup-intents/")})
	if err != nil || f.Kind == "refused" {
		return f, err
	}
	var intent struct {
		Secret string `json:"setup_intent_client_secret"`
		Old    string `json:"client_secret"` // the only one with --api-generation 2026-03
	}
	if err := json.Unmarshal(got.Body, &intent); err != nil {
		return flash{}, err
	}
	if intent.Secret == "" {
		intent.Secret = intent.Old
	}
	id, _, _ := strings.Cut(intent.Secret, "_secret_")
	return r.confirm(world, "setup_intents", id, intent.Secret, "Card added.")
}

// pay confirms the payment intent of a debt or a hold.
func (r *request) pay(world string) (flash, error) {
	var u adminapi.UserDetail
	if err := r.admin.get(worldPath(world, "users", r.field("user")), &u); err != nil {
		return flash{}, err
	}
	secrets := map[string]string{}
	for _, d := range u.Debts {
		secrets[d.Intent] = d.Secret
	}
	for _, w := range u.Waiting {
		secrets[w.Intent] = cmp.Or(w.Secret, secrets[w.Intent])
	}
	intent := r.field("intent")
	return r.confirm(world, "payment_intents", intent, secrets[intent], "Payment confirmed.")
}

// confirm confirms an intent with the form's card.
func (r *request) confirm(world, kind, id, secret, text string) (flash, error) {
	got, f, err := r.call(world, text, map[string]any{
		"call": "POST /v1/" + kind + "/" + url.PathEscape(id) + "/confirm",
		"form": map[string]string{"client_secret": secret, "payment_method": r.field("card")},
	})
	var intent struct{ Status string }
	if err == nil && f.Kind == "done" && json.Unmarshal(got.Body, &intent) == nil && intent.Status == "requires_action" {
		f.Text = "The bank requires 3-D Secure: complete it or let it fail under the user."
	}
	return f, err
}
