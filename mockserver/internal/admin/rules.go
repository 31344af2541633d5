package admin

import (
	"net/http"

	"cariqamock/mockserver/internal/admin/adminapi"
	"cariqamock/mockserver/internal/connect"
)

func (h *handler) rules(*http.Request) (result, error) {
	proved, err := h.cfg.Library.ProvedBy()
	if err != nil {
		return nil, err
	}
	cases, err := h.cases()
	if err != nil {
		return nil, err
	}
	return showList("rules", Rules(h.cfg.Rules, proved, cases))
}

// Rules returns rules together with the scenarios that prove them, whose names
// are given by rule, and the cases that check them.
func Rules(rules connect.Rules, provedBy map[string][]string, cases []adminapi.Case) []adminapi.Rule {
	checkedBy := map[string][]string{}
	for _, c := range cases {
		for _, rule := range c.Rules {
			checkedBy[rule] = append(checkedBy[rule], c.ID)
		}
	}
	out := make([]adminapi.Rule, len(rules))
	for i, r := range rules {
		out[i] = viewRule(r)
		out[i].Operation = string(r.Operation)
		out[i].Scenarios, out[i].Cases = list(provedBy[r.ID]), list(checkedBy[r.ID])
	}
	return out
}

func viewRule(r connect.Rule) adminapi.Rule {
	return adminapi.Rule{
		ID: r.ID, Status: r.Status, Type: string(r.Type), Sentence: r.Sentence, Source: r.Source, Assumed: r.Assumed, Remedy: r.Remedy,
	}
}
