// Package provenance holds what is known to be uncertain about the fake: where
// the public sources contradict each other and which side it takes
// (differences.yaml), and what none of them decides (assumptions.yaml). The
// admin API and mockserver/README.md show the same lists.
//
// Texts are one line of Markdown: code in backquotes, emphasis in stars.
package provenance

import (
	"embed"
	"sync"

	"cariqamock/mockserver/internal/embedded"
)

//go:embed *.yaml
var files embed.FS

// A Difference is a contradiction between sources. The admin API shows it as it
// is.
type Difference struct {
	Topic   string `json:"topic"`
	Sources string `json:"sources"` // what each of them states
	Fake    string `json:"fake"`    // the side that the fake takes
}

// Differences returns the contradictions. Callers must not change the list.
var Differences = sync.OnceValue(func() []Difference {
	return embedded.YAML[[]Difference](files, "differences.yaml")
})

// Assumptions returns what no public source decides, besides the rules that are
// marked assumed, as whole sentences. Callers must not change the list.
var Assumptions = sync.OnceValue(func() []string {
	return embedded.YAML[[]string](files, "assumptions.yaml")
})
