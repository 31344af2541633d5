package specdiff

import (
	"slices"
	"strings"
)

// A Departure is a difference of our file from the vendor's that is on
// purpose.
type Departure struct {
	Name string
	Why  string

	is func(Change) bool
}

// Ledger lists them. One that a vendor's file no longer shows is reported as
// settled: the vendor has come to say the same, or we have.
func Ledger() []Departure {
	return []Departure{
		{
			"401-everywhere", "the vendor's pages describe 401 for a missing or malformed header; its file lists it nowhere",
			func(c Change) bool { return c.Place == "answer 401" && c.What == Removed },
		},
		{
			"400-on-start", "a start with a missing field is refused as any other bad input; the vendor's file does not list it",
			func(c Change) bool {
				return c.Operation == "users_charging_start_create" && c.Place == "answer 400" && c.What == Removed
			},
		},
		{
			"former-names", "names of spring 2026 stand beside those of 1.0.0, so that clients of both are served; they are deprecated in our file",
			func(c Change) bool {
				return strings.HasSuffix(c.Field, "/client_secret") && c.What == Removed+", deprecated in ours" &&
					slices.Contains([]string{"users_setup_intents_retrieve", "users_charging_debts_list"}, c.Operation)
			},
		},
		{
			"empty-billing", "line1 and postal_code are null until billing details are written, as the vendor's page on them shows",
			func(c Change) bool {
				return strings.HasPrefix(c.Operation, "users_billing_details_") && strings.HasPrefix(c.Place, "answer ") &&
					(c.Field == "/line1" || c.Field == "/postal_code") && c.What == "nullable" && c.Theirs == ""
			},
		},
	}
}

func declared(c Change) (string, bool) {
	for _, d := range Ledger() {
		if d.is(c) {
			return d.Name, true
		}
	}
	return "", false
}
