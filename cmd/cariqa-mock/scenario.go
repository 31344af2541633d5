package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"cariqamock/cmd/internal/cli"
	"cariqamock/internal/printable"
	"cariqamock/mockserver"
)

func (p *program) scenarioCommand() *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:   "scenario",
		Short: "List, show, write and check scenarios",
		Args:  cli.NoArgs,
		RunE:  cli.Missing,
	}
	cmd.PersistentFlags().StringVar(&dir, "scenarios", p.getenv(envName("scenarios")), "folder of extra scenario files")
	cmd.AddCommand(p.scenarioList(&dir), p.scenarioShow(&dir), p.scenarioNew(&dir), p.scenarioCheck(&dir), p.scenarioCoverage(&dir))
	return cmd
}

// library returns a server with the built-in scenarios and those of a folder.
// Files that cannot be scenarios are named on stderr.
func (p *program) library(ctx context.Context, dir string) (*mockserver.Server, error) {
	if err := checkFolder(dir); err != nil {
		return nil, err
	}
	cfg := mockserver.DefaultConfig()
	cfg.Version, cfg.Scenarios, cfg.Loopback = cli.Version(), dir, true
	cfg.Log = slog.New(slog.NewTextHandler(p.stderr, &slog.HandlerOptions{Level: slog.LevelWarn, ReplaceAttr: withoutTime}))
	return interruptible(ctx, func() (*mockserver.Server, error) { return mockserver.New(cfg) })
}

func withoutTime(groups []string, a slog.Attr) slog.Attr {
	if len(groups) == 0 && a.Key == slog.TimeKey {
		return slog.Attr{}
	}
	return a
}

// asUsage turns the error for an unknown scenario into a usage error.
func asUsage(err error) error {
	if errors.Is(err, mockserver.ErrUnknownScenario) {
		return cli.Missingf("%w\nhint: \"cariqa-mock scenario list\" lists all scenarios", err)
	}
	return err
}

func (p *program) scenarioList(dir *string) *cobra.Command {
	var markdown bool
	cmd := &cobra.Command{
		Use: "list", Short: "List all scenarios", Args: cli.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			library, err := p.library(cmd.Context(), *dir)
			if err != nil {
				return err
			}
			return p.listScenarios(library, markdown)
		},
	}
	cmd.Flags().BoolVar(&markdown, "markdown", false, "print a Markdown table")
	return cmd
}

// listScenarios prints all scenarios, as a Markdown table if asked to.
func (p *program) listScenarios(l *mockserver.Server, markdown bool) error {
	t := p.table(markdown)
	code := func(s string) string { return s }
	if markdown {
		code = func(s string) string { return "`" + s + "`" }
		t.header("scenario", "state", "proves")
	}
	for _, name := range l.ScenarioNames() {
		s, err := l.Scenario(name)
		if err != nil {
			return err
		}
		proves := make([]string, len(s.Proves))
		for i, rule := range s.Proves {
			proves[i] = code(rule)
		}
		t.row(code(s.Name), s.Title, strings.Join(proves, ", "))
	}
	return t.Flush()
}

func (p *program) scenarioShow(dir *string) *cobra.Command {
	return &cobra.Command{
		Use: "show NAME", Short: "Print a scenario's file",
		Args: cli.Args(1, 1, "want the name of one scenario"),
		RunE: func(cmd *cobra.Command, args []string) error {
			library, err := p.library(cmd.Context(), *dir)
			if err != nil {
				return err
			}
			s, err := library.Scenario(args[0])
			if err != nil {
				return asUsage(err)
			}
			_, err = p.stdout.Write(s.Source)
			return err
		},
	}
}

func (p *program) scenarioCheck(dir *string) *cobra.Command {
	return &cobra.Command{
		Use: "check [NAME|FILE]...", Example: "  cariqa-mock scenario check debt ./scenarios/mine.yaml",
		Short: "Run the try steps of scenarios (default: of all)",
		RunE:  func(cmd *cobra.Command, args []string) error { return p.checkScenarios(cmd.Context(), *dir, args) },
	}
}

// checkScenarios runs the steps of scenarios against a new server.
func (p *program) checkScenarios(ctx context.Context, dir string, args []string) error {
	server, err := p.library(ctx, dir)
	if err != nil {
		return err
	}
	names, err := chosen(server, args)
	if err != nil {
		return err
	}
	failed := 0
	for _, name := range names {
		results, err := server.CheckScenario(ctx, name)
		if err != nil {
			return asUsage(err)
		}
		if !p.check(name, results) {
			failed++
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d scenarios failed", failed, len(names))
	}
	return nil
}

// chosen returns the names of the scenarios that the arguments, which are names
// or files, select; without arguments all names.
func chosen(l *mockserver.Server, args []string) ([]string, error) {
	if len(args) == 0 {
		return l.ScenarioNames(), nil
	}
	var names []string
	var wrong []error
	for _, name := range args {
		if strings.ContainsAny(name, `./\`) { // no name has these
			if err := checkFile(name); err != nil {
				wrong = append(wrong, err)
				continue
			}
			var err error
			if name, err = l.AddScenario(name); err != nil {
				wrong = append(wrong, err)
				continue
			}
		} else if _, err := l.Scenario(name); err != nil {
			wrong = append(wrong, asUsage(err))
			continue
		}
		names = append(names, name)
	}
	return names, errors.Join(wrong...)
}

// checkFile returns an error if there is no such file.
func checkFile(name string) error {
	info, err := os.Stat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return cli.Missingf("%s: no such file", name)
	case err != nil:
		return cli.Usagef("%w", err)
	case info.IsDir():
		return cli.Usagef("%s is a folder: want a scenario file, or --scenarios %s", name, name)
	case !info.Mode().IsRegular():
		return cli.Usagef("%s is not a regular file: want a scenario file", name)
	}
	return nil
}

// check prints the results of a scenario's steps and reports whether all have
// passed.
func (p *program) check(name string, results []mockserver.StepResult) bool {
	for _, r := range results {
		if r.Err != nil {
			fmt.Fprintf(p.stdout, "fail  %s\n      step %d: %s\n      %s\n", name, r.Step, printable.Line(r.What),
				strings.ReplaceAll(r.Err.Error(), "\n", "\n      "))
			return false
		}
	}
	fmt.Fprintf(p.stdout, "ok    %s (%d steps)\n", name, len(results))
	return true
}
