// Package cases has the cases of the contract suite. cases.yaml describes what a
// case checks, why, and where that is written; its function is in the file of
// its part of the API, under the same id. A case of refused calls only has them in
// cases.yaml, and no function.
package cases

import (
	_ "embed"
	"fmt"
	"slices"
	"sync"

	"github.com/goccy/go-yaml"

	contract "cariqamock/contracttests"
)

//go:embed cases.yaml
var file []byte

// An entry is a case as cases.yaml describes it.
type entry struct {
	ID      string
	Title   string
	Why     string
	Source  string
	Assumed bool
	Rules   []string
	Needs   []string
	Refused refusedCalls // instead of a function
}

// functions are the functions of cases by id.
type functions map[string]func(*contract.API)

// all lists the functions of every file of this package.
var all = []functions{
	authCases, questionCases, billingCases, deletionCases, effectCases, methodCases, moneyCases, removalCases,
	sessionReadCases, debtCases, invoiceCases,
	historyCases, ratingCases, setupCases, startedCases, holdCases,
	startRefusedCases, aroundCases, detailsCases, tileCases,
	stopCases, userCases, userLists, userScope, wireCases,
}

// All returns all cases, by area. The slice is the caller's.
func All() []contract.Case {
	cases, err := read()
	if err != nil {
		panic(err) // the file is part of the program, and a test reads it
	}
	return slices.Clone(cases)
}

// read decodes cases.yaml once and finds the function of each entry.
var read = sync.OnceValues(func() ([]contract.Case, error) {
	var entries []entry
	if err := yaml.UnmarshalWithOptions(file, &entries, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("cases.yaml: %w", err)
	}
	run := functions{}
	for _, part := range all {
		for id, f := range part {
			if run[id] != nil {
				return nil, fmt.Errorf("case %s has two functions", id)
			}
			run[id] = f
		}
	}
	cases := make([]contract.Case, len(entries))
	for i, e := range entries {
		needs, err := contract.ParseCapabilities(e.Needs)
		if err != nil {
			return nil, fmt.Errorf("cases.yaml: %s: %w", e.ID, err)
		}
		if len(e.Refused.Calls) > 0 {
			if run[e.ID] != nil {
				return nil, fmt.Errorf("case %s has a function and refused calls", e.ID)
			}
			run[e.ID] = e.Refused.run
		}
		cases[i] = contract.Case{
			ID: e.ID, Title: e.Title, Why: e.Why, Source: e.Source, Assumed: e.Assumed, Rules: e.Rules, Needs: needs, Run: run[e.ID],
			Waits: slices.Contains(waits(), e.ID),
		}
		delete(run, e.ID)
	}
	for id := range run {
		return nil, fmt.Errorf("cases.yaml has no case %s, which has a function", id)
	}
	return cases, contract.Check(cases)
})

//go:embed operations.yaml
var operationsYAML string

var operationsByCase = sync.OnceValue(func() map[string][]string {
	out := map[string][]string{}
	if err := yaml.UnmarshalWithOptions([]byte(operationsYAML), &out, yaml.Strict()); err != nil {
		panic(err) // a test writes and reads the file
	}
	return out
})

//go:embed waits.yaml
var waitsYAML string

// waits returns the ids of the cases that wait.
var waits = sync.OnceValue(func() []string {
	var out []string
	if err := yaml.UnmarshalWithOptions([]byte(waitsYAML), &out, yaml.Strict()); err != nil {
		panic(err) // a test writes and reads the file
	}
	return out
})

// Operations returns the ids of the operations that a case is about, sorted, or
// nil if there is no such case. They are those that it has called on the fake.
func Operations(id string) []string { return operationsByCase()[id] }
