package main

import (
	"fmt"
	"regexp"
	"strings"
)

// block is a fenced block of a Markdown file.
type block struct {
	line int    // of its fence, from 1
	lang string // first word of the info string
	skip string // the reason not to execute it; empty if it is executed
	text string // without the indentation of the fence
}

// blocks returns the fenced blocks of a Markdown file. An error begins with the
// number of its line.
func blocks(markdown string) ([]block, error) {
	var all []block
	var open *block
	indent, fence := "", ""
	opening := regexp.MustCompile("^( *)(```+|~~~+) *([^ `]*) *([^`]*)$")
	for i, line := range strings.Split(markdown, "\n") {
		if open == nil {
			m := opening.FindStringSubmatch(line)
			if m == nil {
				continue
			}
			indent, fence = m[1], m[2]
			skip, ok := strings.CutPrefix(strings.TrimSpace(m[4]), "skip:")
			if m[4] != "" && (!ok || strings.TrimSpace(skip) == "") {
				return nil, fmt.Errorf("%d: info string %q: want skip: and a reason, or nothing", i+1, m[4])
			}
			open = &block{line: i + 1, lang: m[3], skip: strings.TrimSpace(skip)}
			if !ok {
				open.skip = ""
			}
			continue
		}
		if strings.TrimSpace(line) == fence {
			all, open = append(all, *open), nil
			continue
		}
		open.text += strings.TrimPrefix(line, indent) + "\n"
	}
	if open != nil {
		return nil, fmt.Errorf("%d: the block is not closed", open.line)
	}
	return all, nil
}

// prose returns a Markdown file with its fenced blocks removed.
func prose(markdown string) string {
	return regexp.MustCompile("(?ms)^ *(```+|~~~+)[^\n]*\n.*?^ *(```+|~~~+) *$").ReplaceAllString(markdown, "")
}

// command is one command and what it prints.
type command struct {
	line int
	text string
	want []string
	any  bool // its output is not compared
}

// commands returns the commands of a console block. An error begins with the
// number of its line.
func commands(b block) ([]command, error) {
	var all []command
	lines := strings.Split(strings.TrimSuffix(b.text, "\n"), "\n")
	for i := 0; i < len(lines); i++ {
		text, ok := strings.CutPrefix(lines[i], "$ ")
		switch {
		case ok:
			c := command{line: b.line + 1 + i, text: text}
			for continues(c.text) {
				if i++; i == len(lines) {
					return nil, fmt.Errorf("%d: the command is not complete", c.line)
				}
				c.text += "\n" + lines[i]
			}
			all = append(all, c)
		case len(all) == 0:
			return nil, fmt.Errorf("%d: want a console block to begin with a line \"$ COMMAND\"", b.line)
		default:
			last := &all[len(all)-1]
			last.want = append(last.want, lines[i])
		}
	}
	return all, nil
}

// continues reports whether a command continues in the next line.
func continues(text string) bool {
	if m := regexp.MustCompile(`<<-?['"]?(\w+)['"]?`).FindStringSubmatch(text); m != nil {
		return !strings.HasSuffix(text, "\n"+m[1])
	}
	return strings.HasSuffix(text, `\`)
}

// script returns the text of a sh block as one command, or as two if a server
// comes last.
func script(b block) []command {
	text := strings.TrimRight(b.text, "\n")
	first, last := "", text
	if i := strings.LastIndex(text, "\n"); i >= 0 {
		first, last = text[:i], text[i+1:]
	}
	server := command{line: b.line + strings.Count(text, "\n") + 1, text: last, any: true}
	if first == "" || !server.serves() {
		return []command{{line: b.line + 1, text: text, any: true}}
	}
	return []command{{line: b.line + 1, text: first, any: true}, server}
}

// serves reports whether a command is a server in the foreground.
func (c command) serves() bool {
	words := strings.Fields(asBinary(c.text))
	for len(words) > 0 && regexp.MustCompile(`^\w+=`).MatchString(words[0]) {
		words = words[1:]
	}
	if len(words) == 0 || words[0] != "cariqa-mock" || words[len(words)-1] == "&" || words[len(words)-1] == "--help" {
		return false
	}
	return len(words) == 1 || words[1] == "serve" || strings.HasPrefix(words[1], "-")
}

// asBinary replaces go run with the built binary.
func asBinary(text string) string {
	return regexp.MustCompile(`\bgo run \./cmd/`).ReplaceAllString(text, "")
}
