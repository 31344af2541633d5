package mockserver

import (
	"cariqamock/mockserver/internal/admin"
	"cariqamock/mockserver/internal/admin/adminapi"
	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/hosts"
	"cariqamock/mockserver/internal/stripe/testcard"
)

// Rules is the table of conditions under which operations refuse. Only tests of
// the contract suite change Config.Rules, to see that the suite notices.
type Rules = connect.Rules

// DefaultRules returns the rules of the vendor's API.
func DefaultRules() Rules { return connect.DefaultRules() }

// A Rule is one rule with the scenarios that prove it and the contract cases
// that check it, as the admin API and the command line show it.
type Rule = adminapi.Rule

// A Case is a contract case with its recorded results.
type Case = adminapi.Case

// A Proof is the recorded result of a contract case on one target.
type Proof = adminapi.Proof

// RuleTable returns every rule of the server. It decodes all scenarios to learn
// which of them prove a rule.
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
func IsLocalHost(host string) bool { return hosts.Local(host) }

// TestCards returns the tokens of Stripe's test cards that the fake knows, such
// as pm_card_visa, sorted.
func TestCards() []string { return testcard.Tokens() }
