package mutants

import (
	"slices"
	"strings"

	"cariqamock/mockserver"
)

// A Mutant is a fake that is broken in one way.
type Mutant struct {
	ID         string // kind: what, unique
	Kind       string // its line of the kill table
	Operations []string
	Hint       string // what an exchange must show for the lie to matter; see profile
	Idle       bool   // if no exchange shows the hint, there is nothing to lie about

	// One of the two, or both.
	Config func(*mockserver.Config) // nil means the honest server
	Twist  func() twist             // called for each run; nil means unchanged answers
}

// All returns the mutants of openapi.yaml, of the rules, and of the consistency
// between calls.
func All(source string) ([]Mutant, error) {
	d, err := describe(source)
	if err != nil {
		return nil, err
	}
	var all []Mutant
	for _, group := range [][]Mutant{
		fieldMutants(d), chattyMutants(d), statusMutants(d), typeMutants(d), mediaMutants(d), linkMutants(d), pageMutants(d), ignoringMutants(d),
		ruleMutants(), orderMutants(), userMutants(), methodMutants(), chargeMutants(), moneyMutants(), foreignMutants(), stationMutants(),
		generationMutants(), lookMutants(d), effectMutants(), questionMutants(), moreQuestionMutants(), accessMutants(), narrowMutants(), halfMutants(), elsewhereMutants(),
	} {
		all = append(all, group...)
	}
	slices.SortFunc(all, func(a, b Mutant) int { return strings.Compare(a.ID, b.ID) })
	return all, nil
}
