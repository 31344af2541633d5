package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"cariqamock/cmd/internal/cli"
	"cariqamock/contracttests"
)

func (p *program) sweepCommand() *cobra.Command {
	var o targetFlags
	var age time.Duration
	cmd := &cobra.Command{
		Use: "sweep", Short: "Delete the users that earlier runs left behind", Args: cli.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.sweep(cmd.Context(), &o, age) },
	}
	o.bind(cmd.Flags())
	cmd.Flags().Lookup("stripe-key").Usage = "publishable test `KEY`, pk_test_… (STRIPE_PUBLISHABLE_KEY)"
	cmd.Flags().DurationVar(&age, "older-than", time.Hour, "minimum `AGE`: the run of younger users may still be going on")
	return cmd
}

func (p *program) sweep(ctx context.Context, o *targetFlags, age time.Duration) error {
	if age < 0 {
		return cli.Usagef("invalid --older-than %s: want 0 or more", age)
	}
	t, rate, err := p.target(o)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stderr, "target %s\n", t.Base)
	gone, left, err := contracttests.Sweep(ctx, t, age, contracttests.Options{Rate: rate})
	for _, user := range gone {
		fmt.Fprintf(p.stdout, "removed  %s\n", user)
	}
	for _, user := range left {
		fmt.Fprintf(p.stdout, "left  %s\n", user)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "%d removed, %d left\n", len(gone), len(left))
	if len(left) > 0 {
		return exitCode(contracttests.ExitInconclusive)
	}
	return nil
}
