package main

import (
	"fmt"
	"slices"

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
				err = p.print("assumed", assumptions(cases))
			} else {
				err = p.print("list", cases)
			}
			if err != nil {
				return err
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

// An assumption is what no public source decides, with the cases that can confirm
// or refute it.
type assumption struct {
	What  string
	Cases []string
}

// assumptions returns the assumed rules, and then the other cases that check
// something assumed.
func assumptions(cases []contracttests.Case) []assumption {
	var out []assumption
	for _, r := range mockserver.DefaultRules() {
		if r.Assumed {
			named := func(c contracttests.Case) bool { return slices.Contains(c.Rules, r.ID) }
			out = append(out, assumption{r.ID + "  " + r.Sentence, matching(cases, named)})
		}
	}
	for _, c := range cases {
		if c.Assumed && len(c.Rules) == 0 {
			out = append(out, assumption{c.Title, []string{c.ID}})
		}
	}
	return out
}
