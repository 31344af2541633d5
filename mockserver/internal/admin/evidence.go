package admin

import (
	"fmt"
	"net/http"
	"strings"

	"cariqamock/mockserver/internal/provenance"
)

// A Case is a contract case, and what is on record of it.
type Case struct {
	ID     string   `json:"id"`
	Title  string   `json:"title"`
	Rules  []string `json:"rules"`
	Needs  []string `json:"needs"` // capabilities of a target
	Proofs []Proof  `json:"proofs"`
}

// A Proof is what is known of a case on a target.
type Proof struct {
	Target string  `json:"target"`
	Passed *string `json:"passed"` // day of the last pass; nil: there was none
	Stale  bool    `json:"stale"`  // that is too long ago to count
	Text   string  `json:"text"`
}

func (h *handler) cases() ([]Case, error) {
	if h.cfg.Cases == nil {
		return nil, nil
	}
	return h.cfg.Cases()
}

// evidence says what has been verified against a real environment.
func (h *handler) evidence(*http.Request) (any, error) {
	cases, err := h.cases()
	if err != nil {
		return nil, err
	}
	out := make([]Case, len(cases))
	for i, c := range cases {
		c.Rules, c.Needs, c.Proofs = append([]string{}, c.Rules...), append([]string{}, c.Needs...), append([]Proof{}, c.Proofs...)
		out[i] = c
	}
	return map[string]any{"summary": summary(cases), "cases": out}, nil
}

// summary says it all in a sentence for each target.
func summary(cases []Case) string {
	if len(cases) == 0 {
		return "This program knows no contract cases, so it cannot say what has been verified."
	}
	var targets []string
	fresh, stale := map[string]int{}, map[string]int{}
	for _, c := range cases {
		for _, p := range c.Proofs {
			if fresh[p.Target]+stale[p.Target] == 0 && p.Passed != nil {
				targets = append(targets, p.Target)
			}
			switch {
			case p.Passed == nil:
			case p.Stale:
				stale[p.Target]++
			default:
				fresh[p.Target]++
			}
		}
	}
	if len(targets) == 0 {
		return "Nothing has been verified against the real sandbox yet."
	}
	sentences := make([]string, len(targets))
	for i, t := range targets {
		sentences[i] = fmt.Sprintf("Of %d cases %d have passed on %s lately and %d longer ago.", len(cases), fresh[t], t, stale[t])
	}
	return strings.Join(sentences, " ")
}

type differenceView struct {
	Topic   string `json:"topic"`
	Sources string `json:"sources"`
	Fake    string `json:"fake"`
}

// differences says where the sources contradict each other, and what none of
// them decides.
func (h *handler) differences(*http.Request) (any, error) {
	known := provenance.Differences()
	out := make([]differenceView, len(known))
	for i, d := range known {
		out[i] = differenceView(d)
	}
	return map[string]any{"differences": out, "assumptions": provenance.Assumptions()}, nil
}
