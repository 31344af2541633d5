package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"cariqamock/cmd/internal/cli"
	"cariqamock/mockserver"
)

// execution is what exec has besides the flags of serve.
type execution struct {
	token   string
	keep    string
	command []string
}

func (p *program) execCommand() *cobra.Command {
	o := options{addr: "127.0.0.1:0", logLevel: "warn"}
	var x execution
	cmd := &cobra.Command{
		Use: "exec [flags] -- COMMAND [ARGUMENT]...", Short: "Run a command beside a server of its own",
		Long: strings.TrimSpace(`
Run a command beside a server of its own, which listens on a free port and stops
after the command. The command gets the variables that "cariqa-mock env" prints.

Signals are passed on to the command. A terminal sends Ctrl-C to the command
itself, so it is not passed on as well. A command that has been asked to stop
twice is killed 5 seconds later, or at the third signal.

The exit code is that of the command; 128 and the signal's number if a signal
ended it; 127 if it is not found; 126 if it cannot be executed; 2 if the flags or
scenarios are wrong or the server cannot start, so that it was not run.`),
		Example: strings.Trim(`
  cariqa-mock exec -- npm test
  cariqa-mock exec --world mock.debt.ci --keep ./failed -- npx playwright test`, "\n"),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch dash := cmd.ArgsLenAtDash(); {
			case dash < 0 && len(args) > 0:
				return cli.Usagef("want -- before the command: cariqa-mock exec -- %s", strings.Join(args, " "))
			case len(args) == 0:
				return cli.Usagef("want a command, such as cariqa-mock exec -- npm test")
			case dash > 0:
				return cli.Usagef("unknown argument %q before --", args[0])
			}
			x.command = args
			err := p.fromEnv(cmd.Flags())
			if err == nil { // PORT is the command's
				err = o.finish(cmd.Flags(), func(string) string { return "" })
			}
			if err != nil {
				return err
			}
			return p.exec(cmd.Context(), o, x)
		},
	}
	f := cmd.Flags()
	o.bind(f)
	f.StringVar(&x.token, "world", "", "token for the command, which selects the world (default mock.<scenario>.exec)")
	f.StringVar(&x.keep, "keep", "", "folder that gets the worlds, as scenario files and lists of calls, if the command fails")
	f.SetInterspersed(false)
	return cmd
}

// exec runs a command beside a server.
func (p *program) exec(ctx context.Context, o options, x execution) error {
	received := make(chan os.Signal, 16)
	signal.Notify(received, passedSignals()...)
	defer signal.Stop(received)
	s, err := p.prepare(ctx, o, x)
	if err != nil {
		if cli.IsUsage(err) {
			return err
		}
		return &exitError{exitUsage, err}
	}
	token := cmp.Or(x.token, "mock."+o.Scenario+".exec")
	vars := append(clientEnv(o.origin(s.api), token), s.adminEnv()...)
	if s.listeners.proxy != nil {
		more, err := p.proxyEnv(&o.proxy, s.listeners.proxy.Addr().String(), o.origin(s.api), o.origin(cmp.Or(s.admin, s.api)))
		if err != nil {
			return &exitError{exitUsage, errors.Join(err, s.stop())}
		}
		vars = append(vars, more...)
	}
	ctx, stop := context.WithCancel(context.WithoutCancel(ctx)) // signals are for the command
	defer stop()
	stopped := make(chan error, 1)
	go func() { stopped <- s.run(ctx) }()
	code, err := p.runCommand(x.command, vars, received)
	stop()
	if failed := <-stopped; failed != nil {
		fmt.Fprintf(p.stderr, "cariqa-mock: the server has failed: %v\n", failed)
	}
	if code != exitOK && err == nil && x.keep != "" {
		p.keepWorlds(x.keep, s.handler)
	}
	if code == exitOK {
		return nil
	}
	return &exitError{code, err}
}

// adminEnv returns the variables that clients of the admin API need in addition.
func (s *instance) adminEnv() (vars []variable) {
	if s.AdminToken != "" {
		vars = append(vars, variable{envName("admin-token"), s.AdminToken})
	}
	if s.admin != nil {
		vars = append(vars, variable{envName(adminURL), s.origin(s.admin)})
	}
	return vars
}

// prepare checks what the flags name and lets the server listen.
func (p *program) prepare(ctx context.Context, o options, x execution) (*instance, error) {
	if x.keep != "" && !canBeFolder(x.keep) {
		return nil, cli.Usagef("--keep %q: want a folder", x.keep)
	}
	handler, err := p.handler(ctx, &o)
	if err != nil {
		return nil, err
	}
	if x.token != "" {
		name, err := scenarioOf(x.token)
		if err != nil {
			return nil, err
		}
		if _, err := handler.Scenario(name); errors.Is(err, mockserver.ErrUnknownScenario) {
			return nil, cli.Usagef("--world: %w", err)
		} else if err != nil {
			return nil, err
		}
	}
	return open(o, handler)
}

// canBeFolder reports whether a path is that of a folder or, as far as it does
// not exist, can become one.
func canBeFolder(path string) bool {
	for {
		info, err := os.Stat(path)
		parent := filepath.Dir(path)
		if err == nil || parent == path {
			return err == nil && info.IsDir()
		}
		path = parent
	}
}
