package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"cariqamock"
	"cariqamock/cmd/internal/cli"
	"cariqamock/mockserver"
	"cariqamock/mockserver/connect"
	"cariqamock/mockserver/scenario"
	"cariqamock/mockserver/spec"
)

func (p *program) scenarioCoverage(dir *string) *cobra.Command {
	var markdown bool
	cmd := &cobra.Command{
		Use: "coverage", Short: "List every documented answer and the scenarios that produce it", Args: cli.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := checkFolder(*dir); err != nil {
				return err
			}
			return p.cover(cmd.Context(), mockserver.Config{Version: cli.Version(), Scenarios: *dir, Loopback: true}, markdown)
		},
	}
	cmd.Flags().BoolVar(&markdown, "markdown", false, "as a Markdown table")
	return cmd
}

// cover runs every scenario's steps against a server of its own, lists what
// they produce, and fails where a scenario fails or a cell stays empty.
func (p *program) cover(ctx context.Context, cfg mockserver.Config, markdown bool) error {
	server, err := mockserver.New(cfg)
	if err != nil {
		return err
	}
	description, err := spec.Load(cariqamock.OpenAPI())
	if err != nil {
		return err
	}
	coverage, err := scenario.NewCoverage(description, connect.DefaultRules())
	if err != nil {
		return err
	}
	base, stop, err := serveLocally(server)
	if err != nil {
		return err
	}
	defer stop()
	failed := 0
	for _, name := range server.Scenarios().Names() {
		s, err := server.Scenarios().Get(name)
		if err == nil {
			err = coverage.Try(ctx, s, http.DefaultTransport, base, "mock."+name+".coverage")
		}
		if err != nil {
			failed++
			fmt.Fprintf(p.stderr, "fail  %s, which counts for nothing\n      %s\n", name, strings.ReplaceAll(err.Error(), "\n", "\n      "))
		}
	}
	err = p.listCoverage(coverage.Rows(), markdown)
	if failed > 0 {
		return errors.Join(err, fmt.Errorf("%d of %d scenarios failed", failed, len(server.Scenarios().Names())))
	}
	return err
}

// serveLocally serves on a free port of loopback until stop is called.
func serveLocally(h http.Handler) (base string, stop func(), err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	web := &http.Server{Handler: h}
	go web.Serve(listener) //nolint:errcheck // ends with Close
	return "http://" + listener.Addr().String(), func() { web.Close() }, nil
}

// listCoverage prints the cells and how many of the documented ones there
// are; it fails where one that must be produced is not.
func (p *program) listCoverage(rows []scenario.Row, markdown bool) error {
	w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	line := func(cells ...string) { fmt.Fprintln(w, strings.TrimRight(strings.Join(cells, "\t"), "\t")) }
	if markdown {
		line = func(cells ...string) { fmt.Fprintf(w, "| %s |\n", strings.Join(cells, " | ")) }
	}
	line("operation", "status", "type", "documented", "scenarios")
	if markdown {
		line("---", "---", "---", "---", "---")
	}
	count, produced := map[scenario.Documented]int{}, map[scenario.Documented]int{}
	for _, r := range rows {
		line(r.Operation, fmt.Sprint(r.Status), orDash(r.Type), string(r.Documented), producers(r.Scenarios))
		count[r.Documented]++
		if len(r.Scenarios) > 0 {
			produced[r.Documented]++
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "\n%d of %d generic cells produced; they need no scenario\n", produced[scenario.Generic], count[scenario.Generic])
	fmt.Fprintf(p.stdout, "%d of %d documented cells produced\n", produced[scenario.Yes], count[scenario.Yes])
	if empty := count[scenario.Yes] - produced[scenario.Yes]; empty > 0 {
		return fmt.Errorf("documented cells that no scenario produces: %d", empty)
	}
	return nil
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// producers names a few scenarios, the telling ones first.
func producers(names []string) string {
	const most = 3
	if len(names) <= most {
		return orDash(strings.Join(names, ", "))
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}
