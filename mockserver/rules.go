package mockserver

import (
	"cariqamock/mockserver/internal/admin"
	"cariqamock/mockserver/internal/admin/adminapi"
	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/stripe/testcard"
)

// Rules is the table of conditions under which operations refuse. Tests of
// the contract suite pass altered ones; everybody else leaves Config.Rules
// alone.
type Rules = connect.Rules

// DefaultRules returns the rules of the vendor's API.
func DefaultRules() Rules { return connect.DefaultRules() }

// A Rule is one rule with the scenarios that prove it and the contract cases
// that check it, as the admin API and the command line show it.
type Rule = adminapi.Rule

// A Case is a contract case and what is on record of it.
type Case = adminapi.Case

// A Proof is the record of one contract case on one target.
type Proof = adminapi.Proof

// RuleTable returns every rule of the server. It decodes all scenarios, so
// that it can say which ones prove a rule.
func (s *Server) RuleTable() ([]Rule, error) {
	proved, err := s.library.ProvedBy()
	if err != nil {
		return nil, err
	}
	var cases []Case
	if s.cfg.Cases != nil {
		if cases, err = s.cfg.Cases(); err != nil {
			return nil, err
		}
	}
	return admin.Rules(s.cfg.Rules, proved, cases), nil
}

// IsLocalHost reports whether a host name is this machine's: localhost, names
// below it, and loopback addresses.
func IsLocalHost(host string) bool { return admin.LocalHost(host) }

// TestCards returns the tokens of Stripe's test cards that the fake knows, such
// as pm_card_visa, sorted.
func TestCards() []string { return testcard.Tokens() }
