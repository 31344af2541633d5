package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"cariqamock/cmd/internal/cli"
	"cariqamock/internal/printable"
)

// Exit codes.
const (
	exitOK     = 0
	exitFailed = 1 // a check failed, a file is invalid, or the server cannot continue
	exitUsage  = 2
)

// program is what the commands use of the process.
type program struct {
	getenv         func(string) string
	stdout, stderr io.Writer // which escape what terminals and CI systems would obey
	raw            struct{ stdout, stderr io.Writer }
}

// An exitError ends the program with an exit code of its own, and without a
// message if err is nil.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string { return fmt.Sprintf("exit code %d: %v", e.code, e.err) }

// run is the whole program; it returns the exit code.
func run(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) int {
	out := cli.NewOutput(stdout)
	p := &program{getenv: getenv, stdout: printable.NewWriter(out), stderr: printable.NewWriter(stderr)}
	p.raw.stdout, p.raw.stderr = stdout, stderr
	return out.Exit("cariqa-mock", p.command(ctx, args), exitFailed, p.stderr)
}

// command runs a command and returns its exit code.
func (p *program) command(ctx context.Context, args []string) int {
	root := p.rootCommand()
	err := cli.Execute(ctx, root, args)
	if err == nil {
		return exitOK
	}
	var exit *exitError
	if cli.IsOutput(err) { // printed by Output.Exit
		return exitFailed
	}
	if errors.As(err, &exit) {
		if exit.err != nil {
			fmt.Fprintf(p.stderr, "cariqa-mock: %v\n", exit.err)
		}
		return exit.code
	}
	fmt.Fprintf(p.stderr, "cariqa-mock: %v\n", err)
	if cli.IsUsage(err) {
		fmt.Fprint(p.stderr, cli.Hint(root, args, err))
		return exitUsage
	}
	return exitFailed
}

func (p *program) rootCommand() *cobra.Command {
	root := p.serveCommand("cariqa-mock")
	root.Long = strings.TrimSpace(`
cariqa-mock is a stateful fake of the Cariqa Connect API: users, payment
methods, charging sessions, CDRs, debts and invoices, with a fake Stripe beside
it. Without a command it starts the server. Each flag of the server can be set
by a variable as well: --cdr-delay by CARIQA_MOCK_CDR_DELAY, for example.
Unofficial; affiliated with neither Cariqa nor Stripe.`)
	root.Example = strings.Trim(`
  cariqa-mock                                     # at http://127.0.0.1:4343
  cariqa-mock --addr 127.0.0.1:0 --scenario debt  # at a free port
  cariqa-mock --scenarios ./scenarios --strict
  cariqa-mock exec -- npm test                    # a server for one command
  cariqa-mock scenario check ./scenarios/mine.yaml`, "\n")
	root.SetOut(p.stdout)
	root.SetErr(p.stderr)
	root.AddCommand(p.serveCommand("serve"), p.execCommand(), p.envCommand(), p.caCommand(), p.openAPICommand(), p.scenarioCommand(), p.rulesCommand(), p.healthCommand(), cli.VersionCommand(p.stdout))
	return root
}

const envPrefix = "CARIQA_MOCK_"

// envName returns the environment variable of a flag.
func envName(flag string) string {
	return envPrefix + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// warnOfUnknown names the environment variables that look like ours and have no
// effect. That is no error: Kubernetes and others set such variables for a
// service of the same name, such as CARIQA_MOCK_PORT.
func (p *program) warnOfUnknown(flags *pflag.FlagSet, environment []string) {
	known := &cobra.Command{SuggestionsMinimumDistance: 3}
	add := func(name string) { known.AddCommand(&cobra.Command{Use: name, Run: func(*cobra.Command, []string) {}}) }
	flags.VisitAll(func(f *pflag.Flag) { add(envName(f.Name)) })
	add(envName("url")) // for clients, see clientEnv and adminEnv
	add(envName(adminURL))
	for _, entry := range environment {
		name, _, _ := strings.Cut(entry, "=")
		if !strings.HasPrefix(name, envPrefix) || name == envPrefix || slices.ContainsFunc(known.Commands(), func(c *cobra.Command) bool { return c.Name() == name }) {
			continue
		}
		hint := ""
		if similar := known.SuggestionsFor(name); len(similar) > 0 {
			hint = "; did you mean " + strings.Join(similar, " or ") + "?"
		}
		fmt.Fprintf(p.stderr, "cariqa-mock: the environment variable %s has no effect%s\n", name, hint)
	}
}

// fromEnv sets the flags that the command line does not set from their
// environment variables.
func (p *program) fromEnv(flags *pflag.FlagSet) error {
	var err error
	flags.VisitAll(func(f *pflag.Flag) {
		value := p.getenv(envName(f.Name))
		if f.Changed || value == "" || f.Name == "help" || err != nil {
			return
		}
		if flags.Set(f.Name, value) != nil {
			err = cli.Usagef("%s=%q: want %s (as for --%s)", envName(f.Name), value, cli.Accepts(f), f.Name)
		}
	})
	return err
}
