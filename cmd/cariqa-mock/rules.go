package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"cariqamock/cmd/internal/cli"
	"cariqamock/mockserver"
)

func (p *program) rulesCommand() *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use: "rules", Short: "List the rules: when each one refuses, its source, and what clears it", Args: cli.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if !slices.Contains([]string{"text", "json", "markdown"}, format) {
				return cli.Usagef("--format %q: want text, json or markdown", format)
			}
			cfg := mockserver.DefaultConfig()
			cfg.Cases = contractCases
			server, err := mockserver.New(cfg)
			if err != nil {
				return err
			}
			rules, err := server.RuleTable()
			if err != nil {
				return err
			}
			return p.listRules(rules, format)
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", "output format: text, json or markdown")
	return cmd
}

// listRules prints the rules in one of the formats.
func (p *program) listRules(rules []mockserver.Rule, format string) error {
	switch format {
	case "json":
		enc := json.NewEncoder(p.stdout)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		return enc.Encode(map[string]any{"rules": rules})
	case "markdown":
		fmt.Fprintln(p.stdout, "| rule | answer | when | source | scenario |\n| --- | --- | --- | --- | --- |")
		for _, r := range rules {
			fmt.Fprintf(p.stdout, "| `%s` | %s | %s | %s | %s |\n", r.ID, answer(r), cell(r.Sentence), cell(source(r)), strings.Join(r.Scenarios, ", "))
		}
		return nil
	default:
		w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
		for _, r := range rules {
			fmt.Fprintf(w, "%s\t%s\t%s\n\t\tsource: %s\n\t\tremedy: %s\n", r.ID, answer(r), r.Sentence, source(r), r.Remedy)
		}
		return w.Flush()
	}
}

// cell escapes text for a cell of a Markdown table.
func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }

// answer returns the status and the error.type of a rule.
func answer(r mockserver.Rule) string {
	if r.Type == "" {
		return fmt.Sprint(r.Status)
	}
	return fmt.Sprintf("%d %s", r.Status, r.Type)
}

// source returns where a rule is documented, and whether it is assumed.
func source(r mockserver.Rule) string {
	if r.Assumed && !strings.HasPrefix(r.Source, "assumed") {
		return "*assumed*; " + r.Source
	}
	return r.Source
}
