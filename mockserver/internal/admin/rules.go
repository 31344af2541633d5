package admin

import (
	"fmt"
	"net/http"
	"strings"

	"cariqamock/mockserver/internal/admin/adminapi"
	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/provenance"
)

func (h *handler) rules(r *http.Request) (result, error) {
	proved, err := h.cfg.Library.ProvedBy()
	if err != nil {
		return nil, err
	}
	cases, err := h.cases()
	if err != nil {
		return nil, err
	}
	return showPage(r, "rules", pageOfAll, Rules(h.cfg.Rules, proved, cases), func(r adminapi.Rule) string { return r.ID }, same)
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

func (h *handler) cases() ([]adminapi.Case, error) {
	if h.cfg.Cases == nil {
		return nil, nil
	}
	return h.cfg.Cases()
}

// evidence lists what has been verified against a real environment.
func (h *handler) evidence(r *http.Request) (result, error) {
	cases, err := h.cases()
	if err != nil {
		return nil, err
	}
	out := adminapi.Evidence{Summary: summary(cases)}
	page, next, err := cut(r, pageOfAll, cases, func(c adminapi.Case) string { return c.ID })
	if err != nil {
		return nil, err
	}
	out.Next, out.Cases = next, views(page, func(c adminapi.Case) adminapi.Case {
		c.Rules, c.Needs, c.Proofs = list(c.Rules), list(c.Needs), list(c.Proofs)
		return c
	})
	return show(out)
}

// summary sums up the cases in one sentence for each target.
func summary(cases []adminapi.Case) string {
	if len(cases) == 0 {
		return "This program has no contract cases, so it does not know what has been verified."
	}
	var targets []string
	fresh, stale := map[string]int{}, map[string]int{}
	for _, c := range cases {
		for _, p := range c.Proofs {
			if p.Passed == nil {
				continue
			}
			if fresh[p.Target]+stale[p.Target] == 0 {
				targets = append(targets, p.Target)
			}
			if p.Stale {
				stale[p.Target]++
			} else {
				fresh[p.Target]++
			}
		}
	}
	if len(targets) == 0 {
		return "Nothing has been verified against the real sandbox yet."
	}
	sentences := make([]string, len(targets))
	for i, t := range targets {
		sentences[i] = fmt.Sprintf("On %s, %d of %d cases have passed recently and %d longer ago.", t, fresh[t], len(cases), stale[t])
	}
	return strings.Join(sentences, " ")
}

// differences lists where the sources contradict each other, and the
// assumptions where none of them decides.
func (h *handler) differences(*http.Request) (result, error) {
	return show(adminapi.Differences{Differences: provenance.Differences(), Assumptions: provenance.Assumptions()})
}
