package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"cariqamock/cmd/internal/cli"
	"cariqamock/mockserver"
)

func (p *program) scenarioCoverage(dir *string) *cobra.Command {
	var markdown bool
	cmd := &cobra.Command{
		Use: "coverage", Short: "List every documented answer and the scenarios that produce it", Args: cli.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.cover(cmd.Context(), *dir, markdown)
		},
	}
	cmd.Flags().BoolVar(&markdown, "markdown", false, "print a Markdown table")
	return cmd
}

// cover runs the steps of every scenario against a new server and lists the
// answers they produce. It returns an error if a scenario fails, or if none
// produces a documented answer.
func (p *program) cover(ctx context.Context, dir string, markdown bool) error {
	server, err := p.library(ctx, dir)
	if err != nil {
		return err
	}
	rows, failed, err := server.Coverage(ctx)
	if err != nil {
		return err
	}
	for _, f := range failed {
		fmt.Fprintf(p.stderr, "fail  %s (not counted)\n      %s\n", f.Scenario, strings.ReplaceAll(f.Err.Error(), "\n", "\n      "))
	}
	err = p.listCoverage(rows, markdown)
	if len(failed) > 0 {
		return errors.Join(err, fmt.Errorf("%d of %d scenarios failed", len(failed), len(server.ScenarioNames())))
	}
	return err
}

// listCoverage prints the kinds of answers with the scenarios that produce them,
// and a summary. It returns an error if a documented one is missing.
func (p *program) listCoverage(rows []mockserver.CoverageRow, markdown bool) error {
	t := p.table(markdown)
	t.header("operation", "status", "type", "documented", "scenarios")
	count, produced := map[mockserver.Documented]int{}, map[mockserver.Documented]int{}
	for _, r := range rows {
		t.row(r.Operation, fmt.Sprint(r.Status), cmp.Or(r.Type, "-"), string(r.Documented), producers(r.Scenarios))
		count[r.Documented]++
		if len(r.Scenarios) > 0 {
			produced[r.Documented]++
		}
	}
	if err := t.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "\n%d of %d generic cells produced; they need no scenario\n", produced[mockserver.DocumentedGeneric], count[mockserver.DocumentedGeneric])
	fmt.Fprintf(p.stdout, "%d of %d documented cells produced\n", produced[mockserver.DocumentedYes], count[mockserver.DocumentedYes])
	if empty := count[mockserver.DocumentedYes] - produced[mockserver.DocumentedYes]; empty > 0 {
		return fmt.Errorf("documented cells that no scenario produces: %d", empty)
	}
	return nil
}

// producers names up to three scenarios and the number of others.
func producers(names []string) string {
	const most = 3
	if len(names) <= most {
		return cmp.Or(strings.Join(names, ", "), "-")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}
