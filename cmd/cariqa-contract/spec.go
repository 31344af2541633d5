package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"cariqamock"
	"cariqamock/cmd/internal/cli"
	"cariqamock/contracttests"
	"cariqamock/contracttests/specdiff"
	"cariqamock/internal/textfile"
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
	theirs, err := textfile.Read(file)
	if err != nil {
		return &cli.UsageError{Err: err}
	}
	r, err := specdiff.Compare([]byte(cariqamock.OpenAPI()), theirs)
	if err != nil {
		return cli.Usagef("%s: %w", file, err)
	}
	type operation struct {
		ID      string
		Changes []specdiff.Change
		Cases   []string
	}
	var operations []operation
	cases := map[string]bool{}
	for _, id := range r.Operations() {
		about := func(c contracttests.Case) bool { return slices.Contains(p.operations(c.ID), id) }
		op := operation{ID: id, Cases: matching(p.cases(), about)}
		for _, c := range r.Changes {
			if c.Operation == id {
				op.Changes = append(op.Changes, c)
			}
		}
		for _, c := range op.Cases {
			cases[c] = true
		}
		operations = append(operations, op)
	}
	intended := 0
	for _, changes := range r.Declared {
		intended += len(changes)
	}
	err = p.print("spec", map[string]any{
		"Operations": operations, "Verbose": verbose, "Ledger": specdiff.Ledger(), "Declared": r.Declared, "Settled": r.Settled,
		"Changes": len(r.Changes), "Cases": len(cases), "Intended": intended,
	})
	if err == nil && len(r.Changes) > 0 {
		return exitCode(contracttests.ExitBroken)
	}
	return err
}
