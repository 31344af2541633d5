package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"cariqamock/cmd/internal/cli"
	"cariqamock/contracttests"
	"cariqamock/contracttests/report"
	"cariqamock/internal/wholefile"
)

// reportFiles are the reports of a run. They are opened before the first call,
// so that a long run does not end with a file that cannot be written.
type reportFiles []*reportFile

type reportFile struct {
	write func(w io.Writer, run contracttests.Run, note string) error
	path  string
	file  *wholefile.File
}

var reportKinds = map[string]func(io.Writer, contracttests.Run, string) error{
	"junit": func(w io.Writer, run contracttests.Run, _ string) error { return report.JUnit(w, run, unverified) }, // has no exchanges
	"json":  report.JSON,
	"html":  report.HTML,
}

// omitted is the note of reports without the exchanges of passed cases.
const omitted = unverified + " The exchanges of passed cases are left out; --report-exchanges all includes them."

// openReports opens the files of --report, KIND=FILE.
func openReports(asked []string) (reportFiles, error) {
	var files reportFiles
	for _, a := range asked {
		kind, path, _ := strings.Cut(a, "=")
		write, ok := reportKinds[kind]
		var err error
		switch {
		case !ok || path == "":
			err = cli.Usagef("invalid --report %q: want junit=FILE, json=FILE or html=FILE", a)
		case slices.ContainsFunc(files, func(f *reportFile) bool { return f.path == path }):
			err = cli.Usagef("duplicate --report %q: the file is the same as that of another report", a)
		}
		var f *reportFile
		if err == nil {
			f, err = openReport(path, write)
		}
		if err != nil {
			files.discard()
			return nil, err
		}
		files = append(files, f)
	}
	return files, nil
}

func openReport(path string, write func(io.Writer, contracttests.Run, string) error) (*reportFile, error) {
	file, err := wholefile.Create(path, 0o666)
	if err != nil {
		return nil, cli.Usagef("cannot write --report %s: %w", path, err)
	}
	return &reportFile{write: write, path: path, file: file}, nil
}

// write writes all reports, with the exchanges that --report-exchanges names.
func (files reportFiles) write(run contracttests.Run, exchanges string) error {
	note := unverified
	if exchanges == failedExchanges {
		run, note = report.WithoutPassed(run), omitted
	}
	var all []error
	for _, f := range files {
		err := f.write(f.file, run, note)
		if err == nil {
			err = f.file.Commit()
		}
		if err != nil {
			all = append(all, fmt.Errorf("report %s: %w", f.path, err))
		}
	}
	return errors.Join(all...)
}

// discard removes the files that have not become a report.
func (files reportFiles) discard() {
	for _, f := range files {
		f.file.Discard()
	}
}
