package contracttests

import (
	"bytes"
	"encoding/json"
	"maps"
	"mime/multipart"
	"slices"
	"time"
)

// The structs below are this suite's own reading of the contract. They are
// never shared with the fake.

type user struct {
	ID     string  `json:"id"`
	Email  *string `json:"email"`
	Locale string  `json:"locale"`
	Custom *struct {
		ExternalID *string `json:"external_id"`
	} `json:"custom_properties"`
}

type page[T any] struct {
	Count    int     `json:"count"`
	Next     *string `json:"next"`
	Previous *string `json:"previous"`
	Results  []T     `json:"results"`
}

type paymentMethod struct {
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

type setupIntent struct {
	Secret    string `json:"setup_intent_client_secret"`
	OldSecret string `json:"client_secret"`
}

func (s setupIntent) secret() string { return either(s.Secret, s.OldSecret) }

type debt struct {
	SessionID string `json:"session_id"`
	Secret    string `json:"payment_intent_client_secret"`
	OldSecret string `json:"client_secret"`
	Amount    string `json:"amount"`
	Currency  string `json:"currency"`
}

func (d debt) secret() string { return either(d.Secret, d.OldSecret) }

func either(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

type session struct {
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

type invoice struct {
	Link      string    `json:"link"`
	Total     string    `json:"total"`
	Date      time.Time `json:"date"`
	Refund    bool      `json:"refund"`
	SessionID *string   `json:"charging_session_id"`
	Currency  string    `json:"currency"`
}

type problem struct {
	Detail string `json:"detail"`
	Error  *struct {
		Type    string `json:"type"`
		Details string `json:"details"`
		Secret  string `json:"payment_intent_client_secret"`
	} `json:"error"`
}

type stripeIntent struct {
	ID            string `json:"id"`
	Status        string `json:"status"`
	PaymentMethod string `json:"payment_method"`
	Amount        int    `json:"amount"`
	Currency      string `json:"currency"`
}

type stripeProblem struct {
	Error struct {
		Type        string `json:"type"`
		Code        string `json:"code"`
		DeclineCode string `json:"decline_code"`
		Message     string `json:"message"`
	} `json:"error"`
}

// into reads an answer; one that cannot be read fails the case.
func into[V any](a *API, answer *Answer) V {
	a.Helper()
	var v V
	dec := json.NewDecoder(bytes.NewReader(answer.Body))
	if err := dec.Decode(&v); err != nil {
		a.blame(answer)
		a.Fatalf("cannot read the answer: %v", err)
	}
	return v
}

func multipartBody(fields map[string]string) (body []byte, contentType string) {
	var buf bytes.Buffer
	w := multipart.NewWriter(&buf)
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		// Writing to memory cannot fail.
		_ = w.WriteField(name, fields[name])
	}
	_ = w.Close()
	return buf.Bytes(), w.FormDataContentType()
}
