package cases

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	contract "cariqamock/contracttests"
)

var setupCases = functions{
	"setup-intents/secret":       func(a *contract.API) { setupIntent(a, a.NewUser().ID, "?pm_type=card") },
	"setup-intents/default-type": func(a *contract.API) { setupIntent(a, a.NewUser().ID, "") },
	"setup-intents/fresh": func(a *contract.API) {
		u := a.NewUser()
		first, second := setupIntent(a, u.ID, "?pm_type=card"), setupIntent(a, u.ID, "?pm_type=card")
		a.True(intentOf(first) != intentOf(second), "setup_intent_client_secret: two calls return the setup intent %s", intentOf(first))
	},
	"stripe/add-card": func(a *contract.API) {
		u := a.NewUser()
		wantEmpty(a, "/users/"+u.ID+"/payment-methods/")
		secret := setupIntent(a, u.ID, "?pm_type=card")
		answer := a.Want(a.ConfirmSetup(secret, "pm_card_visa"), http.StatusOK)
		i := contract.Into[stripeIntent](a, answer)
		a.Equal("Stripe's status of the intent", "succeeded", i.Status)
		a.Equal("client_secret of the confirmed intent", secret, i.Secret)
		a.Equal("livemode of the confirmed intent, with a test key", false, i.Live)
		awaitMethod(a, u.ID, i.PaymentMethod)
		list := methodList(a, u.ID, "")
		if list.Count != 1 || len(list.Results) != 1 {
			a.Fatalf("wanted the one payment method, got %d of %d", len(list.Results), list.Count)
		}
		m := list.Results[0]
		a.Equal("id", i.PaymentMethod, m.ID)
		near(a, "created_at", m.CreatedAt)
		a.Equal("cardholder_name if none was sent", (*string)(nil), m.Card.Holder)
		a.Equal("type, brand and last digits", "card visa 4242", m.Type+" "+m.Card.Brand+" "+m.Card.Last4)
	},
	"stripe/holder": func(a *contract.API) {
		u := a.NewUser()
		earlier := a.Secret(u.ID)
		m := addedBy(a, u.ID, url.Values{
			"payment_method_data[type]": {"card"}, "payment_method_data[card][token]": {"tok_mastercard"},
			"payment_method_data[billing_details][name]": {"John Doe"},
		})
		holder := "John Doe"
		a.Equal("cardholder_name", &holder, m.Card.Holder)
		// A setup intent is good for a card also when a later one has been used.
		second := contract.Into[stripeIntent](a, a.Want(a.ConfirmSetup(earlier, "pm_card_visa"), http.StatusOK))
		a.Equal("usage of the confirmed intent", "off_session", second.Usage)
		a.Equal("cardholder_name of the second card, for which none was sent", (*string)(nil), awaitMethod(a, u.ID, second.PaymentMethod).Card.Holder)
		a.Equal("type, brand and last digits", "card mastercard 4444", m.Type+" "+m.Card.Brand+" "+m.Card.Last4)
	},
	"stripe/card-data": func(a *contract.API) {
		u := a.NewUser()
		form := url.Values{"type": {"card"}, "card[token]": {"tok_mastercard"}}
		made := contract.Into[struct {
			ID   string `json:"id"`
			Card struct {
				Brand string `json:"brand"`
				Last4 string `json:"last4"`
				Month int    `json:"exp_month"`
				Year  int    `json:"exp_year"`
			} `json:"card"`
		}](a, a.Want(a.Stripe(http.MethodPost, "/v1/payment_methods", form.Encode()), http.StatusOK))
		a.Want(a.ConfirmSetup(a.Secret(u.ID), made.ID), http.StatusOK)
		m := awaitMethod(a, u.ID, made.ID)
		a.Equal("brand and last digits", made.Card.Brand+" "+made.Card.Last4, m.Card.Brand+" "+m.Card.Last4)
		a.Equal("expiration_date", fmt.Sprintf("%02d/%d", made.Card.Month, made.Card.Year), m.Card.Expiration)
	},
	"stripe/wallets": func(a *contract.API) {
		u := a.NewUser()
		var added []string
		for _, wallet := range []string{"apple_pay", "google_pay"} {
			m := addedBy(a, u.ID, url.Values{
				"payment_method_data[type]": {"card"}, "payment_method_data[card][wallet][type]": {wallet},
			})
			a.Equal("type, brand and last digits", wallet+" visa 4242", m.Type+" "+m.Card.Brand+" "+m.Card.Last4)
			added = append(added, m.ID)
		}
		a.Equal("the default", added[:1], defaults(a, u.ID))
	},
	"stripe/declined-card": func(a *contract.API) {
		u := a.NewUser()
		p := contract.Into[stripeProblem](a, a.Want(a.ConfirmSetup(a.Secret(u.ID), "pm_card_visa_chargeDeclined"), http.StatusPaymentRequired))
		a.Equal("Stripe's error", "card_error card_declined", p.Error.Type+" "+p.Error.Code)
		wantEmpty(a, "/users/"+u.ID+"/payment-methods/")
		good := a.AddCard(u.ID, "pm_card_visa")
		a.Equal("the payment methods after a card that is not declined", []string{good}, methodIDs(a, u.ID))
	},
	"stripe/foreign-secret": func(a *contract.API) {
		u, other := a.NewUser(), a.NewUser()
		mine, foreign := a.Secret(u.ID), a.Secret(other.ID)
		form := url.Values{"client_secret": {foreign}, "payment_method": {"pm_card_visa"}}
		answer := a.Stripe(http.MethodPost, "/v1/setup_intents/"+intentOf(mine)+"/confirm", form.Encode())
		p := contract.Into[stripeProblem](a, a.Want(answer, http.StatusBadRequest))
		a.Equal("Stripe's error", "invalid_request_error", p.Error.Type)
		wantEmpty(a, "/users/"+u.ID+"/payment-methods/")
		wantEmpty(a, "/users/"+other.ID+"/payment-methods/")
		a.Want(a.ConfirmSetup(mine, "pm_card_visa"), http.StatusOK)
		a.Eventually("the new payment method is listed", func() bool { return len(methodIDs(a, u.ID)) == 1 })
	},
}

// setupIntent creates a setup intent and returns its secret, after checking its
// name and form.
func setupIntent(a *contract.API, id, query string) string {
	answer := a.Want(a.Get("/users/"+id+"/setup-intents/"+query), http.StatusOK)
	i := contract.Into[contract.SetupIntent](a, answer)
	generation(a, "setup intents", "setup_intent_client_secret", i.Secret, i.OldSecret)
	shaped(a, answer, "setup intent")
	return i.ClientSecret()
}

// generation checks the name that a target uses for a client secret. Since 1.0.0
// it is the longer one; the vendor's examples of spring 2026 have the other.
func generation(a *contract.API, what, name, secret, oldSecret string) {
	switch {
	case secret != "" && oldSecret != "":
		a.News("%s: the client secret is called %s, and client_secret as before 1.0.0", what, name)
		a.True(secret == oldSecret, "%s and client_secret differ", name)
	case secret != "":
		a.News("%s: the client secret is called %s, as since 1.0.0", what, name)
	case oldSecret != "":
		a.News("%s: the client secret is called client_secret, as before 1.0.0", what)
		a.Errorf("%s is called client_secret, as it was before 1.0.0: the target has the API of spring 2026", name)
	}
}

// intentOf returns the id within a client secret, for a path.
func intentOf(secret string) string {
	id, _, _ := strings.Cut(secret, "_secret_")
	return url.PathEscape(id)
}

// awaitMethod waits until a payment method is listed. That takes a moment where
// the target waits for Stripe's webhook.
func awaitMethod(a *contract.API, id, method string) contract.PaymentMethod {
	var found contract.PaymentMethod
	a.Eventually("the new payment method is listed", func() bool {
		for _, m := range a.Methods(id) {
			if m.ID == method {
				found = m
			}
		}
		return found.ID != ""
	})
	return found
}

// addedBy adds the payment method that a form of Stripe describes.
func addedBy(a *contract.API, id string, form url.Values) contract.PaymentMethod {
	secret := a.Secret(id)
	form.Set("client_secret", secret)
	answer := a.Stripe(http.MethodPost, "/v1/setup_intents/"+intentOf(secret)+"/confirm", form.Encode())
	i := contract.Into[stripeIntent](a, a.Want(answer, http.StatusOK))
	return awaitMethod(a, id, i.PaymentMethod)
}
