package mockserver

import (
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"time"

	"cariqamock/mockserver/internal/admin"
	"cariqamock/mockserver/internal/world"
)

// A Record is what a world leaves behind.
type Record struct {
	World    string // its id, which is the token for mock. tokens
	Scenario []byte // the world as a scenario file, whose name no other record has
	Err      error  // why there is no scenario file
	Calls    []Call // those in the journal, oldest first
}

// A Call is one call of the vendor's API or of Stripe's, redacted.
type Call struct {
	Time        time.Time // of the world's clock
	Method      string
	Path, Query string // decoded, and as sent
	Status      int    // 0: the connection was dropped without an answer
	Rule, Fault string // ids of the rule that refused and of the fault that was applied; may be empty
	JSON        []byte // the journal's entry with headers and bodies, on one line
}

// Records returns the worlds that exist, most recently used first.
func (s *Server) Records() iter.Seq[Record] {
	return func(yield func(Record) bool) {
		names := map[string]int{}
		for _, w := range s.worlds.List() {
			name := admin.ExportName(w.Scenario, "")
			if names[name]++; names[name] > 1 {
				name = admin.ExportName(w.Scenario, fmt.Sprintf("-%d", names[name]))
			}
			if !yield(record(w, name)) {
				return
			}
		}
	}
}

func record(w *world.World, name string) Record {
	r := Record{World: w.ID}
	r.Scenario, r.Err = admin.Export(w, name)
	for _, e := range slices.Backward(w.Journal.List(0)) {
		text, err := json.Marshal(e)
		if err != nil { // not an entry of a journal
			text = []byte("null")
		}
		r.Calls = append(r.Calls, Call{
			Time: e.Time, Method: e.Method, Path: e.Path, Query: e.Query, Status: e.Status, Rule: e.Rule, Fault: e.Fault, JSON: text,
		})
	}
	return r
}
