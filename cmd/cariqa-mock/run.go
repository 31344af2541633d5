package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"cariqamock/cmd/internal/cli"
)

// Exit codes.
const (
	exitOK     = 0
	exitFailed = 1 // a check failed, a file is broken, the server cannot go on
	exitUsage  = 2
)

// program is what commands need of the world around them.
type program struct {
	getenv         func(string) string
	stdout, stderr io.Writer
}

// run is the whole program as a function of its surroundings.
func run(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	p := &program{getenv: getenv, stdout: stdout, stderr: stderr}
	root := p.rootCommand()
	root.SetArgs(append([]string{}, args...)) // nil would mean those of the process
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitOK
	}
	fmt.Fprintf(stderr, "cariqa-mock: %v\n", err)
	var usage *cli.UsageError
	if errors.As(err, &usage) {
		fmt.Fprintln(stderr, `hint: "cariqa-mock --help" lists commands and flags`)
		return exitUsage
	}
	return exitFailed
}

func (p *program) rootCommand() *cobra.Command {
	root := p.serveCommand("cariqa-mock")
	root.Long = strings.TrimSpace(`
cariqa-mock is a stateful fake of the Cariqa Connect API: users, payment
methods, charging sessions, CDRs, debts and invoices, with a fake Stripe beside
it. Without a command it serves. Unofficial; affiliated with neither Cariqa nor
Stripe.`)
	root.SilenceErrors, root.SilenceUsage = true, true
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return flagError(err) })
	root.AddCommand(p.serveCommand("serve"), p.scenarioCommand(), p.rulesCommand(), p.healthCommand(), cli.VersionCommand(p.stdout))
	return root
}

// flagError says of a value that does not parse which flag it is for and what
// was expected.
func flagError(err error) error {
	var bad *pflag.InvalidValueError
	if errors.As(err, &bad) {
		return cli.Usagef("--%s %q: want %s", bad.GetFlag().Name, bad.GetValue(), expected(bad.GetFlag()))
	}
	return &cli.UsageError{Err: err}
}

func expected(f *pflag.Flag) string {
	switch f.Value.Type() {
	case "uint64":
		return "a whole number of 0 or more"
	case "int":
		return "a whole number"
	case "duration":
		return "a duration, such as 90s, 25m or 24h"
	case "bool":
		return "true or false"
	case "stringSlice":
		return "values with commas between them"
	}
	return "a " + f.Value.Type()
}

const envPrefix = "CARIQA_MOCK_"

func envName(flag string) string {
	return envPrefix + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// fromEnv sets the flags that the command line left alone from the
// environment.
func (p *program) fromEnv(flags *pflag.FlagSet) error {
	var err error
	flags.VisitAll(func(f *pflag.Flag) {
		value := p.getenv(envName(f.Name))
		if f.Changed || value == "" || f.Name == "help" || err != nil {
			return
		}
		if flags.Set(f.Name, value) != nil {
			err = cli.Usagef("%s=%q: want %s (as for --%s)", envName(f.Name), value, expected(f), f.Name)
		}
	})
	return err
}
