package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

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
	t := p.table(format == "markdown")
	switch format {
	case "json":
		enc := json.NewEncoder(p.stdout)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		return enc.Encode(map[string]any{"rules": rules})
	case "markdown":
		t.header("rule", "answer", "when", "source", "scenario")
		for _, r := range rules {
			t.row("`"+r.ID+"`", answer(r), r.Sentence, source(r), strings.Join(r.Scenarios, ", "))
		}
	default:
		for _, r := range rules {
			fmt.Fprintf(t, "%s\t%s\t%s\n\t\tsource: %s\n\t\tremedy: %s\n", r.ID, answer(r), r.Sentence, source(r), r.Remedy)
		}
	}
	return t.Flush()
}

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
