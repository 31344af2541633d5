package lockstep

import (
	"cmp"
	_ "embed"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"

	"cariqamock/contracttests"
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

// Table returns what of the answers is compared, and what the fake takes from the
// target: fields.yaml, for reports.
func Table() []contracttests.Compared {
	f, _ := tables()
	var out []contracttests.Compared
	for _, object := range slices.Sorted(maps.Keys(f.Objects)) {
		c := contracttests.Compared{Object: object}
		for _, path := range slices.Sorted(maps.Keys(f.Objects[object])) {
			name := cmp.Or(path, "all of it")
			switch f.Objects[object][path] {
			case fact:
				c.Fact = append(c.Fact, name)
			case factNull:
				c.Fact = append(c.Fact, name+" (null: derived)")
			case text:
				c.Text = append(c.Text, name)
			default:
				c.Derived = append(c.Derived, name)
			}
		}
		out = append(out, c)
	}
	return out
}
