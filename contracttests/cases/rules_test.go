package cases_test

import (
	"slices"
	"testing"

	"cariqamock/contracttests"
	"cariqamock/contracttests/cases"
	"cariqamock/mockserver"
)

func TestCheck(t *testing.T) {
	if err := contracttests.Check(cases.All()); err != nil {
		t.Error(err)
	}
}

// withoutCase are the rules that no case can check, and why.
func withoutCase() map[string]string {
	return map[string]string{
		"request/unexpected-error": "it is the fake's own failure, which no call can bring about",
	}
}

func TestEveryRuleHasACase(t *testing.T) {
	of := map[string][]string{}
	for _, c := range cases.All() {
		for _, rule := range c.Rules {
			of[rule] = append(of[rule], c.ID)
		}
	}
	for _, rule := range mockserver.DefaultRules() {
		reason, exempt := withoutCase()[rule.ID]
		switch {
		case exempt && len(of[rule.ID]) > 0:
			t.Errorf("rule %s is exempt (%s), yet cases %v check it", rule.ID, reason, of[rule.ID])
		case !exempt && len(of[rule.ID]) == 0:
			t.Errorf("rule %s has no case: add one that provokes it and lists it in Rules", rule.ID)
		}
	}
}

// TestAssumedRulesSaySo requires a case that checks only assumed rules to be
// marked as assumed.
func TestAssumedRulesSaySo(t *testing.T) {
	rules := mockserver.DefaultRules()
	for _, c := range cases.All() {
		assumed := len(c.Rules) > 0 && !slices.ContainsFunc(c.Rules, func(id string) bool {
			rule, ok := rules.ByID(id)
			return !ok || !rule.Assumed
		})
		if assumed && !c.Assumed {
			t.Errorf("case %s checks assumed rules only (%v), but is not marked as assumed", c.ID, c.Rules)
		}
	}
}

func TestCasesNameRealRules(t *testing.T) {
	for _, c := range cases.All() {
		for _, rule := range c.Rules {
			if _, ok := mockserver.DefaultRules().ByID(rule); !ok {
				t.Errorf("case %s names the rule %s, which does not exist", c.ID, rule)
			}
		}
	}
}
