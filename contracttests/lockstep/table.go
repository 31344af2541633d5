package lockstep

import (
	_ "embed"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"
)

var (
	//go:embed fields.yaml
	fieldsYAML []byte
	//go:embed outcomes.yaml
	outcomesYAML []byte
)

// The kinds of fields in fields.yaml.
const (
	fact     = "fact"
	factNull = "fact, null derived"
	text     = "text"
)

// fields is the contents of fields.yaml.
type fields struct {
	Objects map[string]map[string]string
	Answers map[string]string
}

// An outcome is a line of outcomes.yaml.
type outcome struct {
	Operation string
	Status    int
	Type      string
	Secret    bool // the answer must have a client secret
	Point     map[string]any
	Event     string
}

type outcomes struct{ Points, Events []outcome }

func (o outcome) fits(operation string, t target) bool {
	return o.Operation == operation && o.Status == t.status && (o.Type == "" || o.Type == t.errorType()) &&
		(!o.Secret || t.secret() != "")
}

var tables = sync.OnceValues(func() (f fields, o outcomes) {
	for text, into := range map[*[]byte]any{&fieldsYAML: &f, &outcomesYAML: &o} {
		if err := yaml.UnmarshalWithOptions(*text, into, yaml.Strict()); err != nil {
			panic(err) // the files are part of the program, and a test reads them
		}
	}
	return f, o
})

// kindOf returns the kind of the objects in an operation's answers, and whether
// they are in pages.
func (f fields) kindOf(operation string) (kind string, paged bool) {
	return strings.CutPrefix(f.Answers[operation], "page of ")
}

// Table returns fields.yaml, which reports show: what of the answers is compared,
// and what the fake takes from the target.
func Table() string { return string(fieldsYAML) }
