package mockserver

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"regexp"
	"slices"
	"strings"
	"time"

	"cariqamock/mockserver/internal/admin"
	"cariqamock/mockserver/internal/bugreport"
	"cariqamock/mockserver/internal/scenario"
	"cariqamock/mockserver/internal/world"
)

// A Record is what a world leaves behind.
type Record struct {
	World    string // its id, which is the token for mock. tokens
	Name     string // of the scenario file: from the id, unique, of a-z, 0-9 and -
	Scenario []byte // the world as a scenario file
	Err      error  // why there is no scenario file
	Report   Report
	Calls    []Call // those in the journal, oldest first
}

// A Report is the bug report of a world.
type Report struct {
	Name string // of the scenario, like Record.Name
	File []byte
	Err  error // why there is no file
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

// Records returns the worlds that exist, newest first.
func (s *Server) Records() iter.Seq[Record] {
	return func(yield func(Record) bool) {
		used := map[string]bool{}
		for _, w := range s.worlds.List() {
			name, report := fileName(w.ID, ""), fileName(w.ID, reportSuffix)
			for n := 2; used[name] || used[report]; n++ {
				suffix := fmt.Sprintf("-%d", n)
				name, report = fileName(w.ID, suffix), fileName(w.ID, suffix+reportSuffix)
			}
			used[name], used[report] = true, true
			r := record(w, name)
			r.Report = s.report(w, report)
			if !yield(r) {
				return
			}
		}
	}
}

func (s *Server) report(w *world.World, name string) Report {
	cfg := bugreport.Config{Worlds: s.worlds, Version: s.cfg.Version, Fit: s.fitFile}
	file, err := bugreport.Write(context.Background(), cfg, w, name)
	return Report{name, file, err}
}

const reportSuffix = "-report"

// fileName makes a scenario's name of a world's id. It ends with a suffix.
func fileName(world, suffix string) string {
	name := regexp.MustCompile(`[^a-z0-9]+`).ReplaceAllString(strings.ToLower(world), "-")
	return scenario.Suffixed(name, suffix)
}

func record(w *world.World, name string) Record {
	r := Record{World: w.ID, Name: name}
	if file, err := admin.Export(w, name); err != nil {
		r.Err = err
	} else {
		r.Scenario, r.Err = file.Bytes()
	}
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
