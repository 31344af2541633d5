package main

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"cariqamock/internal/printable"
	"cariqamock/mockserver"
)

// keepWorlds writes the worlds of a server into a folder and says so. Errors are
// said as well, but are not those of the command.
func (p *program) keepWorlds(dir string, server *mockserver.Server) {
	kept := 0
	err := os.MkdirAll(dir, 0o755)
	for r := range server.Records() {
		if err != nil {
			break
		}
		err = writeRecord(dir, r)
		kept++
	}
	switch {
	case err != nil:
		fmt.Fprintf(p.stderr, "cariqa-mock: --keep: %v\n", err)
	case kept == 0:
		fmt.Fprintf(p.stderr, "cariqa-mock: the command failed and used no world, so %s contains none\n", dir)
	default:
		fmt.Fprintf(p.stderr, "cariqa-mock: the command failed; the worlds it used, with their calls, are in %s (%d)\n", dir, kept)
	}
}

// writeRecord writes the scenario file, the bug report and the calls of a world
// into a folder.
func writeRecord(dir string, r mockserver.Record) error {
	base := filepath.Join(dir, r.Name)
	var lines, list bytes.Buffer
	fmt.Fprintf(&list, "# The calls of world %s, in its time. Details: %s.\n", r.World, filepath.Base(base)+".calls.jsonl")
	for _, c := range r.Calls {
		lines.Write(append(c.JSON, '\n'))
		fmt.Fprintln(&list, callLine(c))
	}
	var err error
	if r.Err == nil {
		err = os.WriteFile(base+".yaml", r.Scenario, 0o644)
	} else {
		fmt.Fprintf(&list, "# There is no scenario file: %s.\n", printable.Line(r.Err.Error()))
	}
	if r.Report.Err == nil {
		err = errors.Join(err, os.WriteFile(filepath.Join(dir, r.Report.Name+".yaml"), r.Report.File, 0o644))
	} else {
		fmt.Fprintf(&list, "# There is no bug report: %s.\n", printable.Line(r.Report.Err.Error()))
	}
	return errors.Join(err, os.WriteFile(base+".calls.jsonl", lines.Bytes(), 0o644), os.WriteFile(base+".calls.txt", list.Bytes(), 0o644))
}

// callLine returns a call on one line: time, call, status, and what explains the
// status.
func callLine(c mockserver.Call) string {
	target := (&url.URL{Path: c.Path, RawQuery: c.Query}).String()
	line := fmt.Sprintf("%s  %s %s  %d", c.Time.UTC().Format(time.RFC3339), c.Method, target, c.Status)
	if c.Status == 0 {
		line = strings.TrimSuffix(line, "0") + "no answer"
	}
	for _, reason := range []struct{ what, id string }{{"rule", c.Rule}, {"fault", c.Fault}} {
		if reason.id != "" {
			line += "  " + reason.what + " " + reason.id
		}
	}
	return printable.Line(line)
}
