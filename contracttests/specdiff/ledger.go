package specdiff

import (
	"slices"
	"strings"
)

// A Deviation is an intended difference between our file and the vendor's.
type Deviation struct {
	Name string
	Why  string

	is func(Change) bool
}

// Ledger returns the intended deviations. One that the files no longer show is
// reported as settled.
func Ledger() []Deviation {
	return []Deviation{
		{
			"401-everywhere", "the vendor's pages describe 401 for a missing or malformed header; its file does not list it",
			func(c Change) bool { return c.Place == "answer 401" && c.What == Removed },
		},
		{
			"400-on-start", "a start with a missing field is refused like any other bad input; the vendor's file does not list that",
			func(c Change) bool {
				return c.Operation == "users_charging_start_create" && c.Place == "answer 400" && c.What == Removed
			},
		},
		{
			"former-names", "names of spring 2026 are sent as well as those of 1.0.0, for clients of both; they are deprecated in our file",
			func(c Change) bool {
				return strings.HasSuffix(c.Field, "/client_secret") && c.What == Removed+", deprecated in ours" &&
					slices.Contains([]string{"users_setup_intents_retrieve", "users_charging_debts_list"}, c.Operation)
			},
		},
		{
			"empty-billing", "line1 and postal_code are null until billing details are set, as the vendor's page shows",
			func(c Change) bool {
				return strings.HasPrefix(c.Operation, "users_billing_details_") && strings.HasPrefix(c.Place, "answer ") &&
					(c.Field == "/line1" || c.Field == "/postal_code") && c.What == "nullable" && c.Theirs == ""
			},
		},
	}
}

// declared returns the name of the deviation that a change is.
func declared(c Change) (string, bool) {
	for _, d := range Ledger() {
		if d.is(c) {
			return d.Name, true
		}
	}
	return "", false
}
