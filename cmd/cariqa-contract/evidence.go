package main

import (
	"errors"
	"fmt"
	"os"
	"time"

	"cariqamock/cmd/internal/cli"
	"cariqamock/contracttests"
	"cariqamock/contracttests/evidence"
	"cariqamock/contracttests/recording"
)

// builtIn is the value of list --evidence without a directory.
const builtIn = "built in"

// knownEvidence returns what is known about targets.
func knownEvidence(dir string) ([]evidence.File, error) {
	switch dir {
	case "":
		return nil, nil
	case builtIn:
		return evidence.Committed()
	}
	if _, err := os.Stat(dir); err != nil {
		return nil, &cli.UsageError{Err: err, Missing: true}
	}
	all, err := evidence.Read(os.DirFS(dir))
	if err != nil {
		return nil, cli.Usagef("%s: %w", dir, err)
	}
	return all, nil
}

// showEvidence prints what is known of each case.
func (p *program) showEvidence(all []evidence.File, cases []contracttests.Case) {
	today := time.Now()
	for _, e := range all {
		fresh, stale := 0, 0
		fmt.Fprintf(p.stdout, "\nevidence: %s\n", e.Target)
		for _, c := range cases {
			proof, known := e.Cases[c.ID]
			text := "never passed"
			if known {
				text = proof.Text(today)
			}
			switch {
			case known && !proof.Stale(today):
				fresh++
			case proof.Passed != nil:
				stale++
			}
			fmt.Fprintf(p.stdout, "  %s  %s\n", c.ID, text)
		}
		fmt.Fprintf(p.stdout, "  %d of %d cases passed in the last 30 days, %d earlier\n", fresh, len(cases), stale)
	}
}

// keepEvidence records the passed cases of a run.
func (p *program) keepEvidence(dir string, run contracttests.Run) error {
	if dir == "" {
		return nil
	}
	name, err := evidence.Write(dir, run, cli.Version())
	switch {
	case errors.Is(err, evidence.ErrNone):
		fmt.Fprintf(p.stderr, "evidence: %v\n", err)
		return nil
	case err != nil:
		return fmt.Errorf("evidence: %w", err)
	}
	fmt.Fprintf(p.stderr, "evidence: %s\n", name)
	return nil
}

// record sets up a recording of a plan. The returned function ends it.
func (p *program) record(pl *plan, file string) (func(contracttests.Run) error, error) {
	if file == "" {
		return func(contracttests.Run) error { return nil }, nil
	}
	wrap, end, err := recording.Create(file, time.Now)
	if err != nil {
		return nil, cli.Usagef("cannot write --record %s: %w", file, err)
	}
	pl.target.Transport = wrap(pl.target.Transport)
	return func(run contracttests.Run) error {
		whole := run.Dead == "" && run.Stopped == ""
		switch err := end(whole); {
		case err != nil:
			return fmt.Errorf("recording %s: %w", file, err)
		case whole:
			fmt.Fprintf(p.stderr, "recorded: %s\n", file)
		default:
			fmt.Fprintf(p.stderr, "not recorded: the run did not come to its end, so %s is as it was before\n", file)
		}
		return nil
	}, nil
}
