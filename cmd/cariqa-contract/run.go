package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"cariqamock/cmd/internal/cli"
	"cariqamock/contracttests"
	"cariqamock/contracttests/cases"
	"cariqamock/internal/printable"
)

// An exitCode is an error whose reasons have been printed already.
type exitCode int

func (c exitCode) Error() string { return fmt.Sprintf("exit code %d", int(c)) }

// program is what the commands depend on.
type program struct {
	getenv         func(string) string
	stdout, stderr io.Writer
	terminal       io.Writer // stdout as it is, for text that has been escaped
	cases          func() []contracttests.Case
	operations     func(caseID string) []string // that a case is about
	timeout        time.Duration                // maximum time to wait for an answer; 0 means the suite's default
	transport      http.RoundTripper            // nil means the network
}

// run runs the program and returns its exit code.
func run(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) int {
	p := &program{getenv: getenv, stdout: stdout, stderr: stderr, cases: cases.All, operations: cases.Operations}
	return p.run(ctx, args)
}

func (p *program) run(ctx context.Context, args []string) int {
	out := cli.NewOutput(p.stdout)
	p.terminal = out
	p.stdout, p.stderr = printable.NewWriter(out), printable.NewWriter(p.stderr)
	return out.Exit("cariqa-contract", p.command(ctx, args), contracttests.ExitInconclusive, p.stderr)
}

// command runs a command and returns its exit code.
func (p *program) command(ctx context.Context, args []string) int {
	root := p.rootCommand()
	err := cli.Execute(ctx, root, args)
	var reported exitCode
	switch {
	case err == nil, errors.As(err, &reported):
		return int(reported)
	case cli.IsOutput(err): // printed by Output.Exit
		return contracttests.ExitInconclusive
	}
	fmt.Fprintf(p.stderr, "cariqa-contract: %v\n", err)
	if cli.IsUsage(err) {
		fmt.Fprint(p.stderr, cli.Hint(root, args, err))
		return contracttests.ExitUsage
	}
	return contracttests.ExitInconclusive
}

func (p *program) rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use: "cariqa-contract",
		Long: strings.TrimSpace(`
cariqa-contract checks the Cariqa Connect API against its contract: the same
cases on a fake (cariqa-mock) and on the vendor's real sandbox. Unofficial;
affiliated with neither Cariqa nor Stripe.

` + unverified + `

Targets come from flags or from the vendor's own variables: CONNECT_API_DOMAIN,
CONNECT_API_KEY, STRIPE_PUBLISHABLE_KEY, STRIPE_API_BASE.

Exit codes: 0 the contract holds, 1 it is broken, 2 usage or configuration,
3 target unreachable or inconclusive.`),
		Args: cli.NoArgs,
		RunE: cli.Missing,
	}
	root.SetOut(p.stdout)
	root.SetErr(p.stderr)
	root.AddCommand(p.runCommand(), p.listCommand(), p.diffCommand(), p.judgeCommand(), p.shadowCommand(), p.specCommand(), p.sweepCommand(), cli.VersionCommand(p.stdout))
	return root
}
