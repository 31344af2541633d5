package lockstep

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"cariqamock"
)

// TestFields compares fields.yaml with openapi.yaml: each field of each answer is
// there, alone or as a part of another one, and nothing else is.
func TestFields(t *testing.T) {
	doc, err := openapi3.NewLoader().LoadFromData([]byte(cariqamock.OpenAPI()))
	if err != nil {
		t.Fatal(err)
	}
	table, _ := tables()
	declared := map[string]map[string]bool{} // of each object
	answers := map[string]bool{}
	note := func(object string, schema *openapi3.Schema) {
		if declared[object] == nil {
			declared[object] = map[string]bool{}
		}
		walk(schema, "", declared[object])
	}
	for _, item := range doc.Paths.Map() {
		for _, op := range item.Operations() {
			for status, response := range op.Responses.Map() {
				media := response.Value.Content.Get("application/json")
				code, err := strconv.Atoi(status)
				if media == nil || err != nil {
					continue
				}
				if code >= http.StatusBadRequest {
					note("error", media.Schema.Value)
					continue
				}
				object, paged := table.kindOf(op.OperationID)
				if object == "" {
					t.Errorf("fields.yaml has no answer of %s", op.OperationID)
				}
				answers[op.OperationID] = true
				schema := flat(media.Schema.Value)
				if paged {
					for name, p := range schema.Properties {
						if name != "results" {
							note("page", &openapi3.Schema{Properties: openapi3.Schemas{name: p}})
						}
					}
					note("page", &openapi3.Schema{Properties: openapi3.Schemas{"results": &openapi3.SchemaRef{Value: &openapi3.Schema{}}}})
					schema = flat(schema.Properties["results"].Value.Items.Value)
				}
				note(object, schema)
			}
		}
	}
	for id := range table.Answers {
		if !answers[id] {
			t.Errorf("fields.yaml: openapi.yaml has no answer of %s", id)
		}
	}
	for object := range table.Objects {
		if declared[object] == nil {
			t.Errorf("fields.yaml: no answer has a %s", object)
		}
	}
	kinds := []string{fact, factNull, text, "derived"}
	for object, paths := range declared {
		listed := table.Objects[object]
		for _, path := range slices.Sorted(maps.Keys(paths)) {
			if !covered(listed, path) {
				t.Errorf("fields.yaml: %s has no %s", object, path)
			}
		}
		for path, kind := range listed {
			if path != "" && !paths[path] {
				t.Errorf("fields.yaml: openapi.yaml has no %s in a %s", path, object)
			}
			if !slices.Contains(kinds, kind) {
				t.Errorf("fields.yaml: %s %s: %q, want one of %q", object, path, kind, kinds)
			}
		}
	}
}

// covered reports whether a path, one above it, or all of what is below it is listed.
func covered(listed map[string]string, path string) bool {
	if _, all := listed[""]; all {
		return true
	}
	for at := path; ; at = at[:strings.LastIndex(at, "/")] {
		if _, ok := listed[at]; ok {
			return true
		}
		if !strings.Contains(at, "/") {
			break
		}
	}
	for other := range listed {
		if strings.HasPrefix(other, path+"/") {
			return true
		}
	}
	return false
}

// flat returns a schema without its wrappers.
func flat(s *openapi3.Schema) *openapi3.Schema {
	for _, parts := range []openapi3.SchemaRefs{s.AllOf, s.OneOf, s.AnyOf} {
		if len(parts) > 0 {
			return flat(parts[0].Value)
		}
	}
	return s
}

// walk notes the paths of a schema's fields.
func walk(s *openapi3.Schema, at string, into map[string]bool) {
	for name, p := range flat(s).Properties {
		path := strings.TrimPrefix(at+"/"+name, "/")
		into[path] = true
		walk(p.Value, path, into)
	}
}
