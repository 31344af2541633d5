package journal

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"cariqamock/internal/printable"
	"cariqamock/internal/redact"
)

// Curl returns a command for a POSIX shell that makes a request again, at an
// origin, with an Authorization header if the request had one. The shell
// expands variables in that header only.
func (s Sent) Curl(origin, authorization string) string {
	address, data := origin+s.Target(), s.data()
	if s.Query != "" {
		address += "?" + s.Query
	}
	words := []string{"curl -sS -i"}
	if strings.ContainsAny(address, "[]{}") {
		words = append(words, "-g") // they are not patterns
	}
	if strings.Contains(address, "/.") {
		words = append(words, "--path-as-is")
	}
	switch s.Method {
	case http.MethodHead: // which curl sends without a body
		words, data = append(words, "--head"), nil
	case http.MethodGet:
		if len(data) > 0 { // or curl would make it a POST
			words = append(words, "-X GET")
		}
	default:
		words = append(words, "-X "+plain(s.Method))
	}
	words = append(words, printable.Shell(address))
	if s.Keyed {
		words = append(words, `-H "Authorization: `+authorization+`"`)
	}
	for _, h := range [][2]string{{"Accept", s.Accept}, {"Prefer", s.Prefer}} {
		if h[1] != "" && h[1] != "*/*" {
			words = append(words, "-H "+printable.Shell(h[0]+": "+h[1]))
		}
	}
	command := strings.Join(append(words, data...), " ") + "\n"
	return s.remarks(command) + command
}

// data returns curl's options for the body.
func (s Sent) data() []string {
	if s.Body != "" {
		header := "Content-Type: " + s.ContentType
		if s.ContentType == "" {
			header = "Content-Type:" // or curl would declare it a form
		}
		return []string{"-H " + printable.Shell(header), "--data-raw " + printable.Shell(s.Body)}
	}
	var words []string
	for _, name := range slices.Sorted(maps.Keys(s.Fields)) {
		for _, v := range s.Fields[name] {
			words = append(words, "--form-string "+printable.Shell(name+"="+v))
		}
	}
	return words
}

// remarks returns comments of the shell on what the command misses.
func (s Sent) remarks(command string) string {
	var out string
	if redact.Is(command) {
		out += "# [redacted] and stars stand for what the journal does not show: put it in.\n"
	}
	if s.Cut {
		out += "# The body was longer than what the journal keeps.\n"
	}
	if s.Binary {
		out += "# The body was not text; the journal does not show it.\n"
	}
	return out
}

// plain returns a method of letters as it is, and others quoted.
func plain(method string) string {
	if strings.Trim(method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == "" {
		return method
	}
	return printable.Shell(method)
}
