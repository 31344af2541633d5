package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"cariqamock/cmd/internal/cli"
	"cariqamock/contracttests"
	"cariqamock/contracttests/cases"
)

// A verdict is an exit code whose reasons have been told already.
type verdict int

func (v verdict) Error() string { return fmt.Sprintf("exit code %d", int(v)) }

// program is what commands need of the world around them.
type program struct {
	getenv         func(string) string
	stdout, stderr io.Writer
	cases          func() []contracttests.Case
	timeout        time.Duration     // longest wait for one answer; 0: the suite's own
	transport      http.RoundTripper // nil: the network
}

// run is the whole program as a function of its surroundings.
func run(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) int {
	p := &program{getenv: getenv, stdout: stdout, stderr: &locked{w: stderr}, cases: cases.All}
	return p.run(ctx, args)
}

func (p *program) run(ctx context.Context, args []string) int {
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	root := p.rootCommand()
	root.SetArgs(append([]string{}, args...)) // nil would mean those of the process
	root.SetOut(p.stdout)
	root.SetErr(p.stderr)
	err := root.ExecuteContext(ctx)
	var told verdict
	if err == nil || errors.As(err, &told) {
		return int(told)
	}
	fmt.Fprintf(p.stderr, "cariqa-contract: %v\n", err)
	var usage *cli.UsageError
	if errors.As(err, &usage) {
		fmt.Fprintln(p.stderr, `hint: "cariqa-contract --help" lists commands, "cariqa-contract run --help" flags`)
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
		RunE: func(cmd *cobra.Command, _ []string) error {
			return cli.Usagef("want a command: %s", strings.Join(commandNames(cmd), ", "))
		},
		SilenceErrors: true, SilenceUsage: true,
	}
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return flagError(err) })
	root.AddCommand(p.commands()...)
	return root
}

// commands are all that the program can do.
func (p *program) commands() []*cobra.Command {
	return []*cobra.Command{
		p.runCommand(),
		p.listCommand(),
		p.diffCommand(),
		p.specCommand(),
		p.sweepCommand(),
		cli.VersionCommand(p.stdout),
	}
}

func commandNames(cmd *cobra.Command) []string {
	var names []string
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() && c.Name() != "help" {
			names = append(names, c.Name())
		}
	}
	return names
}

// flagError says of a value that does not parse which flag it is for and what
// was expected.
func flagError(err error) error {
	var bad *pflag.InvalidValueError
	if !errors.As(err, &bad) {
		return &cli.UsageError{Err: err}
	}
	want := "a " + bad.GetFlag().Value.Type()
	switch bad.GetFlag().Value.Type() {
	case "duration":
		want = "a duration, such as 90s, 25m or 24h"
	case "bool":
		want = "true or false"
	}
	return cli.Usagef("--%s %q: want %s", bad.GetFlag().Name, bad.GetValue(), want)
}

// locked lets the run and a signal write without getting into each other's
// lines.
type locked struct {
	mu sync.Mutex
	w  io.Writer
}

func (l *locked) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(p)
}
