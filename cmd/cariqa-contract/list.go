package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"cariqamock/cmd/internal/cli"
	"cariqamock/contracttests"
	"cariqamock/mockserver"
)

func (p *program) listCommand() *cobra.Command {
	var globs []string
	var assumed bool
	var known string
	cmd := &cobra.Command{
		Use: "list", Short: "List the cases with what they need, their operations, rules and sources", Args: cli.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			cases, err := selected(p.cases(), globs)
			if err != nil {
				return err
			}
			proofs, err := knownEvidence(known)
			if err != nil {
				return err
			}
			if assumed {
				p.listAssumed(cases)
			} else {
				p.listCases(cases)
			}
			p.showEvidence(proofs, cases)
			_, err = fmt.Fprintln(p.stdout, "\n"+unverified)
			return err
		},
	}
	cmd.Flags().SortFlags = false
	cmd.Flags().StringArrayVar(&globs, "case", nil, "only cases whose id matches `GLOB`, such as 'users/*'; may be repeated")
	cmd.Flags().BoolVar(&assumed, "assumed", false, "list what no public source decides, with the case that can confirm or refute it")
	cmd.Flags().StringVar(&known, "evidence", "", "show when each case last passed on which target; =`DIR` reads that directory instead of the built-in files")
	cmd.Flags().Lookup("evidence").NoOptDefVal = builtIn
	return cmd
}

func (p *program) listCases(cases []contracttests.Case) {
	area := ""
	for _, c := range cases {
		a, _, _ := strings.Cut(c.ID, "/")
		if area != "" && a != area {
			fmt.Fprintln(p.stdout)
		}
		area = a
		mark := ""
		if c.Assumed {
			mark = "  (assumed)"
		}
		fmt.Fprintf(p.stdout, "%s  %s%s\n", c.ID, c.Title, mark)
		p.field("needs", c.Needs.String())
		p.field("operations", strings.Join(p.operations(c.ID), ", "))
		p.field("rules", strings.Join(c.Rules, ", "))
		p.field("source", c.Source)
	}
}

func (p *program) field(name, text string) {
	if text != "" {
		fmt.Fprintf(p.stdout, "  %s: %s\n", name, text)
	}
}

// listMatching prints the ids of the cases that match, and returns them.
func (p *program) listMatching(name string, cases []contracttests.Case, matches func(contracttests.Case) bool) []string {
	var ids []string
	for _, c := range cases {
		if matches(c) {
			ids = append(ids, c.ID)
		}
	}
	p.field(name, cmp.Or(strings.Join(ids, ", "), "none"))
	return ids
}

// listAssumed lists the assumed rules with their cases, and then the other cases
// that check something assumed.
func (p *program) listAssumed(cases []contracttests.Case) {
	for _, r := range mockserver.DefaultRules() {
		if !r.Assumed {
			continue
		}
		fmt.Fprintf(p.stdout, "%s  %s\n", r.ID, r.Sentence)
		p.listMatching("case", cases, func(c contracttests.Case) bool { return slices.Contains(c.Rules, r.ID) })
	}
	for _, c := range cases {
		if c.Assumed && len(c.Rules) == 0 {
			fmt.Fprintf(p.stdout, "%s\n", c.Title)
			p.field("case", c.ID)
		}
	}
}
