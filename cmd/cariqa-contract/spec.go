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
operations and fields, and which cases are affected. Intended deviations of
openapi.yaml are not changes.

Exit codes: 0 no change, 1 changes, 2 usage or an unreadable file.`),
		Args: cli.Args(1, 1, "want one file: cariqa-contract spec THEIRS.yml"),
		RunE: func(_ *cobra.Command, args []string) error { return p.spec(args[0], verbose) },
	}
	cmd.Flags().BoolVarP(&verbose, "verbose", "v", false, "also list the intended deviations, with reasons")
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
	n := 0
	for _, changes := range r.Declared {
		n += len(changes)
	}
	intended := count(n, "intended deviation")
	if verbose {
		p.listDeviations(r)
	}
	for _, name := range r.Settled {
		fmt.Fprintf(p.stdout, "settled: %s; the files no longer differ in this, so it can be removed from the ledger\n", name)
	}
	if len(r.Changes) == 0 {
		fmt.Fprintf(p.stdout, "no changes; %s\n", intended)
		return nil
	}
	fmt.Fprintf(p.stdout, "%s in %s; affected: %s; %s\n", count(len(r.Changes), "change"), count(len(r.Operations()), "operation"), count(touched, "case"), intended)
	return exitCode(contracttests.ExitBroken)
}

// listChanges prints the changes by operation, each with its cases, and returns
// the total number of cases.
func (p *program) listChanges(r specdiff.Result) int {
	cases := map[string]bool{}
	for _, op := range r.Operations() {
		fmt.Fprintln(p.stdout, op)
		for _, c := range r.Changes {
			if c.Operation == op {
				fmt.Fprintf(p.stdout, "  %s\n", c.Text())
			}
		}
		concerned := func(c contracttests.Case) bool { return slices.Contains(p.operations(c.ID), op) }
		for _, id := range p.listMatching("cases", p.cases(), concerned) {
			cases[id] = true
		}
		fmt.Fprintln(p.stdout)
	}
	return len(cases)
}

func (p *program) listDeviations(r specdiff.Result) {
	for _, d := range specdiff.Ledger() {
		fmt.Fprintf(p.stdout, "intended: %s, %s: %s\n", d.Name, count(len(r.Declared[d.Name]), "place"), d.Why)
		for _, c := range r.Declared[d.Name] {
			fmt.Fprintf(p.stdout, "  %s\n", c)
		}
	}
}
