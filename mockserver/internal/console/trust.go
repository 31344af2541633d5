package console

import (
	"errors"

	"cariqamock/mockserver/internal/admin/adminapi"
)

// A trustPage is the data of the page on how far the fake can be trusted.
type trustPage struct {
	Groups      []ruleGroup
	Total       int
	Assumed     int
	Evidence    adminapi.Evidence
	Differences adminapi.Differences
}

// A ruleGroup is the rules of one operation.
type ruleGroup struct {
	Operation string
	Rules     []adminapi.Rule
}

func (r *request) trust() (view, error) {
	var page trustPage
	var rules struct{ Rules []adminapi.Rule }
	err := errors.Join(
		r.admin.get("/rules", &rules), r.admin.get("/evidence", &page.Evidence), r.admin.get("/differences", &page.Differences),
	)
	if err != nil {
		return view{}, err
	}
	page.Total = len(rules.Rules)
	for _, rule := range rules.Rules {
		if rule.Assumed {
			page.Assumed++
		}
		last := len(page.Groups) - 1
		if last < 0 || page.Groups[last].Operation != rule.Operation {
			page.Groups = append(page.Groups, ruleGroup{Operation: rule.Operation})
			last++
		}
		page.Groups[last].Rules = append(page.Groups[last].Rules, rule)
	}
	return view{Page: "trust", Title: "Trust", Data: page}, nil
}
