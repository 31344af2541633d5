package contracttests

import (
	"cmp"
	"time"
)

// The types below are the suite's own reading of the contract. They are never
// shared with the fake.

// A User is a user of the API.
type User struct {
	ID     string  `json:"id"`
	Email  *string `json:"email"`
	Locale string  `json:"locale"`
	Custom *struct {
		ExternalID *string `json:"external_id"`
	} `json:"custom_properties"`
}

// A Page is a page of a list.
type Page[T any] struct {
	Count    int     `json:"count"`
	Next     *string `json:"next"`
	Previous *string `json:"previous"`
	Results  []T     `json:"results"`
}

// A PaymentMethod is a payment method of a user.
type PaymentMethod struct {
	ID      string `json:"id"`
	Default bool   `json:"default"`
	Type    string `json:"type"`
	Card    struct {
		Brand      string  `json:"brand"`
		Last4      string  `json:"last4"`
		Expiration string  `json:"expiration_date"`
		Holder     *string `json:"cardholder_name"`
	} `json:"card"`
	CreatedAt time.Time `json:"created_at"`
}

// A SetupIntent is the answer to a call for a setup intent. Servers of spring
// 2026 send OldSecret.
type SetupIntent struct {
	Secret    string `json:"setup_intent_client_secret"`
	OldSecret string `json:"client_secret"`
}

// ClientSecret returns the secret, under whichever name it came.
func (s SetupIntent) ClientSecret() string { return cmp.Or(s.Secret, s.OldSecret) }

// A Session is a charging session.
type Session struct {
	ID        string     `json:"id"`
	StartTime *time.Time `json:"start_time"`
	EndTime   *time.Time `json:"end_time"`
	Duration  *int       `json:"duration"`
	Energy    *string    `json:"consumed_energy"`
	Active    bool       `json:"is_active"`
	EVSE      string     `json:"evse_id"`
	Partner   bool       `json:"is_partner"`
	Prices    struct {
		KWh      *string `json:"kwh_price"`
		Currency string  `json:"currency"`
	} `json:"user_facing_session_prices"`
	Cost struct {
		KWh         *string `json:"kwh_cost"`
		Time        *string `json:"time_cost"`
		SessionFee  *string `json:"session_fee_cost"`
		BlockingFee *string `json:"blocking_fee_cost"`
		StartingFee *string `json:"starting_fee_cost"`
		Download    *string `json:"invoice_download"`
		VAT         string  `json:"invoice_vat"`
		Summary     string  `json:"invoice_summary"`
		Credits     string  `json:"invoice_credits"`
		Discount    string  `json:"invoice_discount"`
		Currency    string  `json:"currency"`
	} `json:"session_cost"`
	Rates *int `json:"rates"`
}

// An APIError is the body of a refusal.
type APIError struct {
	Detail string `json:"detail"`
	Error  *struct {
		Type    string `json:"type"`
		Details string `json:"details"`
		Secret  string `json:"payment_intent_client_secret"`
	} `json:"error"`
}

// Into decodes the body of an answer, with numbers in values of type any as
// they are written. A body that cannot be decoded fails the case.
func Into[V any](a *API, answer *Answer) V {
	var v V
	if err := Decode(answer.Body, &v); err != nil {
		a.FatalAt(answer, "%v%s", err, declared(answer))
	}
	a.Content(answer)
	return v
}

// Content returns the decoded body of an answer, with numbers as they are written. All
// who ask share it, so it must not be changed. A body that cannot be decoded fails the
// case.
func (a *API) Content(answer *Answer) any {
	v, err := answer.decoded()
	if err != nil {
		a.FatalAt(answer, "%v%s", err, declared(answer))
	}
	if answer.exchange.Operation != "" { // the admin API has ids of rules, which have slashes
		if id, ok := unusableID(v); ok {
			a.FatalAt(answer, "id: wanted text that can be part of a path, got %q", Shorten([]byte(id)))
		}
	}
	return v
}
