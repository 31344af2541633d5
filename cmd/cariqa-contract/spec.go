package main

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"cariqamock"
	"cariqamock/cmd/internal/cli"
	"cariqamock/contracttests"
	"cariqamock/contracttests/specdiff"
)

func (p *program) specCommand() *cobra.Command {
	var verbose bool
	cmd := &cobra.Command{
		Use: "spec THEIRS.yml", Short: "Compare a vendor's OpenAPI file with ours",
		Long: strings.TrimSpace(`
Compare a vendor's OpenAPI file with openapi.yaml: what has changed, in which
operations and fields, and which cases judge those operations. Departures of
ours that are on purpose are no changes.

Exit codes: 0 no change, 1 changes, 2 usage or a file that cannot be read.`),
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return cli.Usagef("want one file: cariqa-contract spec THEIRS.yml")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error { return p.spec(args[0], verbose) },
	}
	cmd.Flags().BoolVarP(&verbose, "verbose", "v", false, "also list the departures that are on purpose, with reasons")
	return cmd
}

func (p *program) spec(file string, verbose bool) error {
	theirs, err := os.ReadFile(file)
	if err != nil {
		return &cli.UsageError{Err: err}
	}
	r, err := specdiff.Compare([]byte(cariqamock.OpenAPI()), theirs)
	if err != nil {
		return cli.Usagef("%s: %w", file, err)
	}
	touched := p.listChanges(r)
	on := 0
	for _, changes := range r.Declared {
		on += len(changes)
	}
	purpose := count(on, "departure") + " of ours are on purpose"
	if on == 1 {
		purpose = "1 departure of ours is on purpose"
	}
	if verbose {
		p.listDepartures(r)
	}
	for _, name := range r.Settled {
		fmt.Fprintf(p.stdout, "settled: %s; their file no longer differs from ours in this, the ledger can forget it\n", name)
	}
	if len(r.Changes) == 0 {
		fmt.Fprintf(p.stdout, "no changes; %s\n", purpose)
		return nil
	}
	verb := "they touch"
	if len(r.Changes) == 1 {
		verb = "it touches"
	}
	fmt.Fprintf(p.stdout, "%s in %s; %s %s; %s\n", count(len(r.Changes), "change"), count(len(r.Operations()), "operation"), verb, count(touched, "case"), purpose)
	return verdict(contracttests.ExitBroken)
}

// listChanges lists changes by operation, each with the cases that judge it,
// and tells how many cases there are in all.
func (p *program) listChanges(r specdiff.Result) int {
	cases := map[string]bool{}
	for _, op := range r.Operations() {
		fmt.Fprintln(p.stdout, op)
		for _, c := range r.Changes {
			if c.Operation == op {
				fmt.Fprintf(p.stdout, "  %s\n", c.Text())
			}
		}
		var ids []string
		for _, c := range p.cases() {
			if slices.Contains(p.operations(c.ID), op) {
				ids = append(ids, c.ID)
				cases[c.ID] = true
			}
		}
		if ids == nil {
			ids = []string{"none"}
		}
		p.field("cases", strings.Join(ids, ", "))
		fmt.Fprintln(p.stdout)
	}
	return len(cases)
}

func (p *program) listDepartures(r specdiff.Result) {
	for _, d := range specdiff.Ledger() {
		fmt.Fprintf(p.stdout, "on purpose: %s, %s: %s\n", d.Name, count(len(r.Declared[d.Name]), "place"), d.Why)
		for _, c := range r.Declared[d.Name] {
			fmt.Fprintf(p.stdout, "  %s\n", c)
		}
	}
}
