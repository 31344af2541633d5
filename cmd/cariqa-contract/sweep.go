package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"cariqamock/cmd/internal/cli"
	"cariqamock/contracttests"
	"cariqamock/internal/printable"
)

func (p *program) sweepCommand() *cobra.Command {
	var o targetFlags
	var age, budget time.Duration
	cmd := &cobra.Command{
		Use: "sweep", Short: "Delete the users that earlier runs left behind", Args: cli.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.sweep(cmd.Context(), &o, age, budget) },
	}
	o.bind(cmd.Flags())
	cmd.Flags().Lookup("stripe-key").Usage = "publishable test `KEY`, pk_test_… (STRIPE_PUBLISHABLE_KEY)"
	cmd.Flags().DurationVar(&age, "older-than", time.Hour, "minimum `AGE`: the run of younger users may still be going on")
	cmd.Flags().DurationVar(&budget, "budget", defaultBudget, "maximum `TIME` to spend")
	return cmd
}

func (p *program) sweep(ctx context.Context, o *targetFlags, age, budget time.Duration) error {
	if age < 0 {
		return cli.Usagef("invalid --older-than %s: want 0 or more", age)
	}
	if budget <= 0 {
		return cli.Usagef("invalid --budget %s: want more than 0", budget)
	}
	t, rate, err := p.target(o)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stderr, "target %s\n", t.Base)
	gone, left, err := contracttests.Sweep(ctx, t, age, contracttests.Options{Rate: rate, Budget: budget})
	for _, user := range gone {
		fmt.Fprintf(p.stdout, "removed  %s\n", printable.Line(user))
	}
	for _, user := range left {
		fmt.Fprintf(p.stdout, "left  %s\n", printable.Line(user))
	}
	if err == nil || len(gone)+len(left) > 0 {
		fmt.Fprintf(p.stdout, "%d removed, %d left\n", len(gone), len(left))
	}
	if err != nil {
		return err
	}
	if len(left) > 0 {
		return exitCode(contracttests.ExitInconclusive)
	}
	return nil
}
