package cases

import (
	_ "embed"
	"sync"

	"github.com/goccy/go-yaml"
)

//go:embed operations.yaml
var operationsYAML string

var operationsByCase = sync.OnceValue(func() map[string][]string {
	out := map[string][]string{}
	if err := yaml.UnmarshalWithOptions([]byte(operationsYAML), &out, yaml.Strict()); err != nil {
		panic(err) // a test writes and reads the file
	}
	return out
})

// Operations returns the ids of the operations that a case is about, sorted, or
// nil if there is no such case. They are those that it has called on the fake.
func Operations(id string) []string { return operationsByCase()[id] }
