// Package errorcode is Stripe's error codes, with what an answer with each of
// them looks like. See codes.yaml.
package errorcode

import (
	"cmp"
	"embed"
	"net/http"
	"slices"
	"sync"

	"cariqamock/mockserver/internal/embedded"
)

// The types of Stripe's errors; its description has no others. What its
// libraries call a rate limit or an authentication error is an invalid request
// with status 429 or 401.
const (
	InvalidRequest = "invalid_request_error"
	CardError      = "card_error"
	APIError       = "api_error"

	IdempotencyError = "idempotency_error"
)

//go:embed codes.yaml
var files embed.FS

// A table is codes.yaml.
type table struct {
	Usual map[int]string
	Known map[string]Error
	Codes []string
}

var codes = sync.OnceValue(func() table { return embedded.YAML[table](files, "codes.yaml") })

// All returns all codes, sorted.
func All() []string { return slices.Clone(codes().Codes) }

// Is reports whether Stripe has an error code.
func Is(code string) bool {
	_, found := slices.BinarySearch(codes().Codes, code)
	return found
}

// An Error is an error as Stripe returns it.
type Error struct {
	Status      int
	Type        string
	Code        string `yaml:"-"` // empty if it has none
	DeclineCode string `yaml:"decline_code"`
	Message     string
}

// Of returns the error of a status and a code. Without a status (0) it has the
// usual one of the code, without a code the usual one of the status.
func Of(status int, code string) Error {
	code = cmp.Or(code, codes().Usual[status])
	e := codes().Known[code]
	e.Code, e.Status = code, cmp.Or(status, e.Status, http.StatusBadRequest)
	e.Type = cmp.Or(e.Type, InvalidRequest)
	switch {
	case e.Status >= http.StatusInternalServerError:
		e.Type = APIError
	case e.Status == http.StatusPaymentRequired: // what the libraries take it for, whatever the code
		e.Type = CardError
	}
	e.Message = cmp.Or(e.Message, "Injected fault.")
	return e
}
