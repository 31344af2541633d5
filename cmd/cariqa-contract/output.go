package main

import (
	_ "embed"
	"fmt"
	"strings"
	"text/template"

	"cariqamock/contracttests"
)

//go:embed output.tmpl
var outputText string

// print writes a template of output.tmpl to stdout.
func (p *program) print(name string, data any) error {
	t, err := template.New("output").Funcs(template.FuncMap{
		"operations": p.operations, "count": count,
		"join": func(names []string) string { return strings.Join(names, ", ") },
		"area": func(c contracttests.Case) string { area, _, _ := strings.Cut(c.ID, "/"); return area },
	}).Parse(outputText)
	if err != nil {
		return err
	}
	return t.ExecuteTemplate(p.stdout, name, data)
}

// matching returns the ids of the cases that match.
func matching(cases []contracttests.Case, matches func(contracttests.Case) bool) []string {
	var ids []string
	for _, c := range cases {
		if matches(c) {
			ids = append(ids, c.ID)
		}
	}
	return ids
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
