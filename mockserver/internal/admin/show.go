package admin

import (
	"bytes"
	"net/http"

	"github.com/gorilla/mux"

	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/scenario"
)

func (h *handler) health(*http.Request) (any, error) {
	return map[string]string{"status": "ok"}, nil
}

func (h *handler) version(*http.Request) (any, error) {
	return map[string]string{"version": h.cfg.Version, "api": apiVersion}, nil
}

// metrics shows the counters in the text format of Prometheus.
func (h *handler) metrics(*http.Request) (any, error) {
	var buf bytes.Buffer
	h.cfg.Metrics(&buf)
	return document{contentType: "text/plain; version=0.0.4; charset=utf-8", body: buf.Bytes()}, nil
}

// RuleView is a rule as the admin API and the command line show it.
type RuleView struct {
	ID        string            `json:"id"`
	Operation connect.Operation `json:"operation"`
	Status    int               `json:"status"`
	Type      connect.ErrorType `json:"type"`
	Sentence  string            `json:"sentence"`
	Source    string            `json:"source"`
	Assumed   bool              `json:"assumed"`
	Remedy    string            `json:"remedy"`
	Scenarios []string          `json:"scenarios"` // that prove it
	Cases     []string          `json:"cases"`     // contract cases that check it
}

// RuleViews shows rules together with the scenarios that prove them and the
// cases that check them.
func RuleViews(rules connect.Rules, provedBy map[string][]string, cases []Case) []RuleView {
	checkedBy := map[string][]string{}
	for _, c := range cases {
		for _, rule := range c.Rules {
			checkedBy[rule] = append(checkedBy[rule], c.ID)
		}
	}
	out := make([]RuleView, len(rules))
	for i, r := range rules {
		out[i] = RuleView{
			ID: r.ID, Operation: r.Operation, Status: r.Status, Type: r.Type, Sentence: r.Sentence,
			Source: r.Source, Assumed: r.Assumed, Remedy: r.Remedy,
			Scenarios: append([]string{}, provedBy[r.ID]...), Cases: append([]string{}, checkedBy[r.ID]...),
		}
	}
	return out
}

func (h *handler) rules(*http.Request) (any, error) {
	proved, err := h.cfg.Library.ProvedBy()
	if err != nil {
		return nil, err
	}
	cases, err := h.cases()
	if err != nil {
		return nil, err
	}
	return map[string]any{"rules": RuleViews(h.cfg.Rules, proved, cases)}, nil
}

type scenarioView struct {
	Name   string          `json:"name"`
	Title  string          `json:"title"`
	Proves []string        `json:"proves"`
	Try    []scenario.Step `json:"try"`
}

func (h *handler) scenarios(*http.Request) (any, error) {
	out := []scenarioView{}
	for _, name := range h.cfg.Library.Names() {
		s, err := h.cfg.Library.Get(name)
		if err != nil {
			return nil, err
		}
		out = append(out, scenarioView{
			Name: s.Name, Title: s.Title,
			Proves: append([]string{}, s.Proves...), Try: append([]scenario.Step{}, s.Steps...),
		})
	}
	return map[string]any{"scenarios": out}, nil
}

type removalView struct {
	Allowed bool          `json:"allowed"`
	Rules   []removalRule `json:"rules"`
}

type removalRule struct {
	ID       string            `json:"id"`
	Status   int               `json:"status"`
	Type     connect.ErrorType `json:"type"`
	Sentence string            `json:"sentence"`
	Source   string            `json:"source"`
	Assumed  bool              `json:"assumed"`
	Remedy   string            `json:"remedy"`
}

// removal says which rules stand in the way of removing a payment method, the
// one that answers first.
func (h *handler) removal(r *http.Request) (any, error) {
	w, err := h.world(r)
	if err != nil {
		return nil, err
	}
	vars := mux.Vars(r)
	rules, err := w.State.Removal(vars["user"], vars["pm"])
	if err != nil {
		return nil, newProblem(http.StatusNotFound, "World %s has no user %s with a payment method %s.", w.ID, vars["user"], vars["pm"])
	}
	return viewRemoval(rules), nil
}

func viewRemoval(rules connect.Rules) removalView {
	v := removalView{Allowed: len(rules) == 0, Rules: []removalRule{}}
	for _, rule := range rules {
		v.Rules = append(v.Rules, removalRule{
			ID: rule.ID, Status: rule.Status, Type: rule.Type, Sentence: rule.Sentence,
			Source: rule.Source, Assumed: rule.Assumed, Remedy: rule.Remedy,
		})
	}
	return v
}

func (h *handler) invariants(r *http.Request) (any, error) {
	w, err := h.world(r)
	if err != nil {
		return nil, err
	}
	bad := w.State.Invariants()
	return map[string]any{"ok": len(bad) == 0, "violations": append([]string{}, bad...)}, nil
}
