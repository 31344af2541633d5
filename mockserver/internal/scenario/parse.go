package scenario

import (
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"cariqamock/internal/textfile"
	"cariqamock/mockserver/internal/clock"
	"cariqamock/mockserver/internal/limit"
)

// MaxBytes is the size up to which scenario files are accepted.
const MaxBytes = limit.Scenario

// Bounds on a file, so that none can exhaust the parser.
const (
	maxDepth  = 60  // brackets within brackets, or dashes of one line
	maxIndent = 200 // columns that a line is indented
	maxKeys   = 500 // keys of one block mapping; the parser compares each with all others
)

// IsFile reports whether a file of a folder is a scenario, by its name.
func IsFile(name string) bool {
	ext := strings.ToLower(filepath.Ext(name))
	return ext == ".yaml" || ext == ".yml"
}

// NameOf returns the scenario name that a file must have: its base name without
// .yaml or .yml.
func NameOf(file string) string {
	base := filepath.Base(file)
	if IsFile(base) {
		base = strings.TrimSuffix(base, filepath.Ext(base))
	}
	return base
}

const maxName = 40 // of a scenario, in characters

// Suffixed returns a name with a suffix, shortened to what a scenario's name may have.
func Suffixed(name, suffix string) string {
	return name[:min(len(name), maxName-len(suffix))] + suffix
}

// Parse reads a scenario file strictly. file is its path, which determines the
// scenario's name, see NameOf. A byte order mark and any line endings are
// accepted. The error joins an *Error for each mistake.
func Parse(file string, src []byte, known Known) (*Scenario, error) {
	s, _, err := parse(file, src, known)
	return s, err
}

// parse is Parse. It also returns where the values are.
func parse(file string, src []byte, known Known) (*Scenario, positions, error) {
	wrong := &mistakes{file: file}
	f, d := &File{Clock: &Clock{}, Tokens: &Tokens{}}, newDecoder(wrong)
	if lines := readLines(src, wrong); lines != nil {
		d.file(fragment{lines: lines}, f)
	}
	if f.Name == "" && f.Title == "" { // hardly a scenario: do not show line after line of it
		wrong.found = wrong.found[:min(len(wrong.found), 1)]
	}
	if err := wrong.err(); err != nil {
		return nil, d.at, err
	}
	s := newScenario(f, src)
	c := newChecker(f, d.at, known, wrong, clock.Wall())
	c.file(NameOf(file))
	if err := wrong.err(); err != nil {
		return nil, d.at, err
	}
	return s, d.at, nil
}

// readLines returns the lines of a file, or nil if there is a mistake.
func readLines(src []byte, wrong *mistakes) []string {
	text, err := textfile.Bare(src)
	text = textfile.Lines(text)
	wrong.lines = strings.Split(string(text), "\n")
	if err != nil {
		wrong.at(nil, "expected UTF-8: %s", err)
		return nil
	}
	if len(src) > MaxBytes {
		wrong.at(nil, "expected a file of at most %d bytes, got %d", MaxBytes, len(src))
		return nil
	}
	if !characters(wrong) {
		return nil
	}
	return wrong.lines
}

// readYAML returns the one document of a fragment, or nil if there is a mistake.
func readYAML(f fragment, wrong *mistakes) (root ast.Node) {
	defer func() {
		if p := recover(); p != nil {
			root = nil
			wrong.add(f.line(0), 1, fmt.Sprintf("expected YAML that the parser can read (%v)", p))
		}
	}()
	tokens := f.tokens()
	if !sane(tokens, wrong) {
		return nil
	}
	doc, err := parser.Parse(tokens, 0)
	if err != nil {
		syntax(err, wrong)
		return nil
	}
	for _, d := range doc.Docs {
		switch {
		case d.Body == nil:
		case root != nil:
			wrong.at(tokenOf(d.Body), "expected one document, got a second")
			return nil
		default:
			root = d.Body
		}
	}
	if root == nil {
		wrong.at(nil, "expected a scenario (keys name, title, …), got an empty file")
	}
	return root
}

// characters reports whether the file is text, and adds a mistake if not.
func characters(wrong *mistakes) bool {
	for i, line := range wrong.lines {
		column := 0
		for _, r := range line {
			column++
			if r == utf8.RuneError || r < ' ' && r != '\t' && r != '\r' || r == 0x7f || r == '\u2028' || r == '\u2029' || r == '\u0085' {
				wrong.add(i+1, column, fmt.Sprintf("expected UTF-8 text without control characters, got %U", r))
				return false
			}
		}
	}
	return true
}

// sane reports whether the tokens use plain YAML and keep the bounds, and adds
// a mistake if not.
func sane(tokens token.Tokens, wrong *mistakes) bool {
	depth, line, dashes := 0, 0, 0
	keys := map[int]int{} // of the open block mappings, by column
	for i, t := range tokens {
		if t.Position.Line != line {
			line, dashes = t.Position.Line, 0
			if t.Position.Column > maxIndent && depth == 0 {
				wrong.at(t, "expected at most %d columns of indentation", maxIndent)
				return false
			}
			maps.DeleteFunc(keys, func(column, _ int) bool { return column > t.Position.Column })
		}
		switch t.Type {
		case token.AnchorType, token.AliasType, token.MergeKeyType:
			wrong.at(t, "expected plain values: anchors, aliases and merges are not allowed; put a text that begins with %s in quotes", t.Value)
			return false
		case token.TagType, token.DirectiveType, token.MappingKeyType:
			wrong.at(t, "expected plain values: tags, directives and complex keys are not allowed; put a text that begins with %s in quotes", t.Value[:1])
			return false
		case token.MappingStartType, token.SequenceStartType:
			depth++
		case token.MappingEndType, token.SequenceEndType:
			depth--
		case token.SequenceEntryType:
			dashes++
		case token.MappingValueType:
			if depth > 0 || i == 0 {
				break
			}
			key := tokens[i-1]
			if keys[key.Position.Column]++; keys[key.Position.Column] > maxKeys {
				wrong.at(key, "expected at most %d keys in a mapping", maxKeys)
				return false
			}
		}
		if depth > maxDepth || dashes > maxDepth {
			wrong.at(t, "expected at most %d levels", maxDepth)
			return false
		}
	}
	return true
}

func syntax(err error, wrong *mistakes) {
	var e yaml.Error
	if !errors.As(err, &e) {
		wrong.at(nil, "expected YAML: %s", err)
		return
	}
	var dup *yaml.DuplicateKeyError
	text, format := e.GetMessage(), "expected YAML: %s"
	if errors.As(err, &dup) || strings.Contains(text, "already defined") {
		format = "expected each key once: %s"
	}
	wrong.at(e.GetToken(), format, text)
	if last := wrong.found[len(wrong.found)-1]; strings.Contains(wrong.lines[last.Line-1], "/{") {
		last.Text += "; within braces, put a text that has braces in quotes"
	}
}
