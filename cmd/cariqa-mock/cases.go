package main

import (
	"strings"
	"time"

	"cariqamock/contracttests"
	"cariqamock/contracttests/cases"
	"cariqamock/contracttests/evidence"
	"cariqamock/mockserver"
)

// contractCases returns the contract cases of this build with the evidence that
// is committed with it. The server cannot import them itself, because they test
// it.
func contractCases() ([]mockserver.Case, error) {
	files, err := evidence.Committed()
	if err != nil {
		return nil, err
	}
	return withProofs(cases.All(), files, time.Now()), nil
}

// withProofs returns the cases with the evidence of each.
func withProofs(cases []contracttests.Case, files []evidence.File, today time.Time) []mockserver.Case {
	out := make([]mockserver.Case, len(cases))
	for i, c := range cases {
		out[i] = mockserver.Case{ID: c.ID, Title: c.Title, Rules: c.Rules}
		if needs := c.Needs.String(); needs != "" {
			out[i].Needs = strings.Split(needs, ", ")
		}
		for _, e := range files {
			if proof, ok := e.Cases[c.ID]; ok {
				out[i].Proofs = append(out[i].Proofs, viewProof(e.Target, proof, today))
			}
		}
	}
	return out
}

func viewProof(target string, p evidence.Proof, today time.Time) mockserver.Proof {
	v := mockserver.Proof{Target: target, Stale: p.Stale(today), Text: p.Text(today)}
	if p.Passed != nil {
		day := p.Passed.Format(time.DateOnly)
		v.Passed = &day
	}
	return v
}
