package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"cariqamock/cmd/internal/cli"
	"cariqamock/mockserver"
	"cariqamock/mockserver/scenario"
)

func (p *program) scenarioCommand() *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:   "scenario",
		Short: "List, show and check scenarios",
		Args:  cli.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return cli.Usagef("want scenario list, scenario show NAME or scenario check [NAME|FILE]...")
		},
	}
	cmd.PersistentFlags().StringVar(&dir, "scenarios", p.getenv(envName("scenarios")), "folder of own scenario files")
	cmd.AddCommand(p.scenarioList(&dir), p.scenarioShow(&dir), p.scenarioCheck(&dir), p.scenarioCoverage(&dir))
	return cmd
}

// library gives the built-in scenarios and those of a folder.
func (p *program) library(dir string) (*scenario.Library, error) {
	if err := checkFolder(dir); err != nil {
		return nil, err
	}
	server, err := mockserver.New(mockserver.Config{Scenarios: dir})
	if err != nil {
		return nil, err
	}
	return server.Scenarios(), nil
}

// known finds a scenario that the caller named.
func known(l *scenario.Library, name string) (*scenario.Scenario, error) {
	s, err := l.Get(name)
	if errors.Is(err, scenario.ErrUnknown) {
		return nil, &cli.UsageError{Err: err}
	}
	return s, err
}

func (p *program) scenarioList(dir *string) *cobra.Command {
	var markdown bool
	cmd := &cobra.Command{
		Use: "list", Short: "List all scenarios", Args: cli.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			library, err := p.library(*dir)
			if err != nil {
				return err
			}
			return p.listScenarios(library, markdown)
		},
	}
	cmd.Flags().BoolVar(&markdown, "markdown", false, "as a Markdown table")
	return cmd
}

func (p *program) listScenarios(l *scenario.Library, markdown bool) error {
	w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	row := func(a, b, c string) { fmt.Fprintf(w, "%s\t%s\t%s\n", a, b, c) }
	code := func(s string) string { return s }
	if markdown {
		row = func(a, b, c string) { fmt.Fprintf(p.stdout, "| %s | %s | %s |\n", cell(a), cell(b), cell(c)) }
		code = func(s string) string { return "`" + s + "`" }
		row("scenario", "state", "proves")
		row("---", "---", "---")
	}
	for _, name := range l.Names() {
		s, err := l.Get(name)
		if err != nil {
			return err
		}
		proves := make([]string, len(s.Proves))
		for i, rule := range s.Proves {
			proves[i] = code(rule)
		}
		row(code(s.Name), s.Title, strings.Join(proves, ", "))
	}
	return w.Flush()
}

func (p *program) scenarioShow(dir *string) *cobra.Command {
	return &cobra.Command{
		Use: "show NAME", Short: "Print a scenario's file",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return cli.Usagef("want one scenario name")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			library, err := p.library(*dir)
			if err != nil {
				return err
			}
			s, err := known(library, args[0])
			if err != nil {
				return err
			}
			_, err = p.stdout.Write(s.Source())
			return err
		},
	}
}

func (p *program) scenarioCheck(dir *string) *cobra.Command {
	return &cobra.Command{
		Use: "check [NAME|FILE]...", Short: "Run the try steps of scenarios, all of them by default",
		RunE: func(cmd *cobra.Command, args []string) error { return p.checkScenarios(cmd.Context(), *dir, args) },
	}
}

// checkScenarios runs the steps against a server of its own.
func (p *program) checkScenarios(ctx context.Context, dir string, args []string) error {
	if err := checkFolder(dir); err != nil {
		return err
	}
	server, err := mockserver.New(mockserver.Config{Version: cli.Version(), Scenarios: dir, Loopback: true})
	if err != nil {
		return err
	}
	names, err := chosen(server.Scenarios(), args)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	web := &http.Server{Handler: server}
	defer web.Close()
	go web.Serve(listener) //nolint:errcheck // ends with Close
	failed := 0
	for _, name := range names {
		s, err := known(server.Scenarios(), name)
		if err != nil {
			return err
		}
		if !p.check(ctx, s, "http://"+listener.Addr().String()) {
			failed++
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d scenarios failed", failed, len(names))
	}
	return nil
}

// chosen gives the names of the scenarios that the arguments, names or files,
// ask for; all without any.
func chosen(l *scenario.Library, args []string) ([]string, error) {
	if len(args) == 0 {
		return l.Names(), nil
	}
	var names []string
	for _, name := range args {
		if strings.ContainsAny(name, `./\`) { // no name has these
			info, err := os.Stat(name)
			if err != nil || info.IsDir() {
				return nil, cli.Usagef("%q: want a scenario's name or its file", name)
			}
			if name, err = l.AddFile(name); err != nil {
				return nil, err
			}
		}
		names = append(names, name)
	}
	return names, nil
}

// check runs one scenario in a world of its own and says how it went.
func (p *program) check(ctx context.Context, s *scenario.Scenario, base string) bool {
	results := scenario.Try(ctx, s, http.DefaultTransport, base, "mock."+s.Name+".check")
	for _, r := range results {
		if r.Err != nil {
			fmt.Fprintf(p.stdout, "fail  %s\n      step %d: %s\n      %s\n", s.Name, r.Step, r.What,
				strings.ReplaceAll(r.Err.Error(), "\n", "\n      "))
			return false
		}
	}
	fmt.Fprintf(p.stdout, "ok    %s (%d steps)\n", s.Name, len(results))
	return true
}
