package cases

import (
	"cmp"
	"time"
)

type debt struct {
	SessionID string `json:"session_id"`
	Secret    string `json:"payment_intent_client_secret"`
	OldSecret string `json:"client_secret"`
	Amount    string `json:"amount"`
	Currency  string `json:"currency"`
}

func (d debt) secret() string { return cmp.Or(d.Secret, d.OldSecret) }

type invoice struct {
	Link      string    `json:"link"`
	Total     string    `json:"total"`
	Date      time.Time `json:"date"`
	Refund    bool      `json:"refund"`
	SessionID *string   `json:"charging_session_id"`
	Currency  string    `json:"currency"`
}

type stripeIntent struct {
	ID            string `json:"id"`
	Status        string `json:"status"`
	PaymentMethod string `json:"payment_method"`
	Secret        string `json:"client_secret"`
	Live          bool   `json:"livemode"`
	Usage         string `json:"usage"`
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
