// Package adminapi holds the JSON documents of the admin API, which its
// handlers and its clients share. openapi.yaml of package admin describes
// each field.
package adminapi

import (
	"fmt"
	"net/http"

	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/provenance"
	"cariqamock/mockserver/internal/stations"
	"cariqamock/mockserver/internal/stripe/testcard"
)

// Version is the answer of GET /version.
type Version struct {
	Version string `json:"version"`          // of the program
	Commit  string `json:"commit,omitempty"` // the program was built from
	Date    string `json:"date,omitempty"`   // of that commit, as in RFC 3339
	API     string `json:"api"`              // of the vendor's API
}

// Options are the values that other calls accept.
type Options struct {
	Operations []string             `json:"operations"`            // ids of the vendor's operations, in the order of its paths, then of Stripe's
	ErrorTypes []connect.ErrorType  `json:"error_types"`           // the vendor's
	ErrorCodes []string             `json:"stripe_error_codes"`    // sorted
	Statuses   []connect.EVSEStatus `json:"charge_point_statuses"` // the vendor's
	Cards      []string             `json:"cards"`                 // tokens of Stripe's test cards, sorted
	CardGroups []testcard.Group     `json:"card_groups"`           // the same cards, by what they do
}

// A Rule is a rule by which the fake refuses a call. The rules of a Removal
// have no Operation, Scenarios and Cases.
type Rule struct {
	ID        string   `json:"id"`
	Operation string   `json:"operation,omitempty"` // "*" for all
	Status    int      `json:"status"`
	Type      string   `json:"type"` // the vendor's error.type; empty if its errors have none
	Sentence  string   `json:"sentence"`
	Source    string   `json:"source"`
	Assumed   bool     `json:"assumed"`
	Remedy    string   `json:"remedy"`
	Scenarios []string `json:"scenarios,omitzero"` // that prove it
	Cases     []string `json:"cases,omitzero"`     // contract cases that check it
}

// A Scenario is a scenario that a world can start from.
type Scenario struct {
	Name   string   `json:"name"`
	Title  string   `json:"title"`
	Proves []string `json:"proves"`           // ids of rules
	Try    any      `json:"try"`              // the steps, as in its file
	Replay bool     `json:"replay,omitempty"` // it is a bug report, whose steps lead to what has been reported
}

// A Case is a contract case with its recorded results.
type Case struct {
	ID     string   `json:"id"`
	Title  string   `json:"title"`
	Rules  []string `json:"rules"` // ids of the rules that it checks
	Needs  []string `json:"needs"` // capabilities of a target
	Proofs []Proof  `json:"proofs"`
}

// A Proof is the recorded result of a case on a target.
type Proof struct {
	Target string  `json:"target"`
	Passed *string `json:"passed"` // day of the last pass; nil if it never passed
	Stale  bool    `json:"stale"`  // the last pass is too long ago to count
	Text   string  `json:"text"`
}

// Evidence lists what has been verified against a real environment.
type Evidence struct {
	Summary string `json:"summary"`
	Cases   []Case `json:"cases"`
	Next    string `json:"next,omitempty"` // of the next page; empty on the last
}

// Differences lists contradictions between sources, and the assumptions where
// no source decides. Texts are Markdown.
type Differences struct {
	Differences []provenance.Difference `json:"differences"`
	Assumptions []string                `json:"assumptions"`
}

// A KnownPoint is a charge point of the catalogue with known behavior.
type KnownPoint = stations.KnownPoint

// A Problem is an error of the admin API (RFC 9457).
type Problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
	Field  string `json:"field,omitempty"` // the one that is wrong
	// RetryAfter is the header of that name, in seconds; empty without one.
	RetryAfter string `json:"-"`
}

func (p *Problem) Error() string { return p.Detail }

// NewProblem returns a problem with a status and a formatted detail.
func NewProblem(status int, format string, args ...any) *Problem {
	return &Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: fmt.Sprintf(format, args...)}
}

// BadValue returns a 422 that names the field.
func BadValue(field, format string, args ...any) *Problem {
	p := NewProblem(http.StatusUnprocessableEntity, format, args...)
	p.Field = field
	return p
}
