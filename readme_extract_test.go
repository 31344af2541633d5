package cariqamock_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
)

// block is a fenced block of a Markdown file.
type block struct {
	line int    // of its fence, from 1
	lang string // first word of the info string
	skip string // why it is left alone; "": it is not
	text string // without the indentation of the fence
}

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
				return nil, fmt.Errorf("%s:%d: info string %q: want skip: and a reason, or nothing", readmeFile, i+1, m[4])
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
		return nil, fmt.Errorf("%s:%d: the block has no end", readmeFile, open.line)
	}
	return all, nil
}

// command is one command and what it prints.
type command struct {
	line int
	text string
	want []string
	any  bool // whatever it prints will do
}

// commands reads a console block.
func commands(b block) ([]command, error) {
	var all []command
	lines := strings.Split(strings.TrimSuffix(b.text, "\n"), "\n")
	for i := 0; i < len(lines); i++ {
		text, ok := strings.CutPrefix(lines[i], "$ ")
		switch {
		case ok:
			c := command{line: b.line + 1 + i, text: text}
			for more(c.text) {
				if i++; i == len(lines) {
					return nil, fmt.Errorf("%s:%d: the command has no end", readmeFile, c.line)
				}
				c.text += "\n" + lines[i]
			}
			all = append(all, c)
		case len(all) == 0:
			return nil, fmt.Errorf("%s:%d: a console block begins with a line \"$ COMMAND\"", readmeFile, b.line)
		default:
			last := &all[len(all)-1]
			last.want = append(last.want, lines[i])
		}
	}
	return all, nil
}

// more says whether a command goes on in the next line.
func more(text string) bool {
	if m := regexp.MustCompile(`<<-?['"]?(\w+)['"]?`).FindStringSubmatch(text); m != nil {
		return !strings.HasSuffix(text, "\n"+m[1])
	}
	return strings.HasSuffix(text, `\`)
}

// script reads a sh block: a server at its end stands for itself.
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

// serves says whether a command is a server in the foreground.
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

// asBinary puts the built binary in the place of go run.
func asBinary(text string) string {
	return regexp.MustCompile(`\bgo run \./cmd/`).ReplaceAllString(text, "")
}

// matches compares what a command printed with what was expected of it.
func matches(want []string, got string) bool {
	lines := strings.Split(strings.TrimRight(got, " \n"), "\n")
	text := ""
	for _, line := range lines {
		text += strings.TrimRight(line, " \r") + "\n"
	}
	if text == "\n" {
		text = ""
	}
	pattern := ""
	for _, line := range want {
		if line = strings.TrimRight(line, " "); line == "..." {
			pattern += `(?:.*\n)*`
			continue
		}
		pattern += strings.ReplaceAll(regexp.QuoteMeta(line), "…", ".*") + `\n`
	}
	return fits(pattern, text) || matchesJSON(strings.Join(want, "\n"), got)
}

func fits(pattern, text string) bool {
	return regexp.MustCompile(`\A` + pattern + `\z`).MatchString(text)
}

// matchesJSON compares without the blanks between tokens.
func matchesJSON(want, got string) bool {
	var compact bytes.Buffer
	if json.Compact(&compact, []byte(got)) != nil || want == "" {
		return false
	}
	pattern := ""
	for _, token := range regexp.MustCompile(`"(?:[^"\\]|\\.)*"|\.\.\.|\s+|(?s:.)`).FindAllString(want, -1) {
		switch {
		case strings.TrimSpace(token) == "":
		case token == "...", token == "…":
			pattern += ".*"
		default:
			pattern += strings.ReplaceAll(regexp.QuoteMeta(token), "…", `[^"]*`)
		}
	}
	return fits(pattern, compact.String())
}
