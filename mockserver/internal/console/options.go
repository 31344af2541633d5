package console

import (
	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/stripe/testcard"
)

// options are what the forms of a world offer.
type options struct {
	Operations []string
	Cards      []string
	Errors     []connect.ErrorType
	Statuses   []connect.EVSEStatus
}

func (v *visit) options() options {
	return options{
		Operations: v.cfg.Operations, Cards: testcard.Tokens(),
		Errors: connect.ErrorTypes(), Statuses: connect.EVSEStatuses(),
	}
}
