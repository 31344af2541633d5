package spec

import (
	"encoding/json"
	"maps"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// An Example is a documented answer of an operation.
type Example struct {
	Status int
	Type   string // its error.type; empty where it has none
	Body   []byte // compact JSON; empty where the answer has no body
}

// Examples returns the answers that openapi.yaml shows for an operation, by
// status and then by name. Every declared status has at least one. They are
// computed at each call, since few calls need them.
func (s *Spec) Examples(op string) ([]Example, error) {
	o := s.byID[op]
	if o == nil {
		return nil, nil
	}
	var out []Example
	for _, status := range o.Statuses {
		response := o.route.Operation.Responses.Status(status).Value
		media := response.Content.Get("application/json")
		if media == nil {
			out = append(out, Example{Status: status})
			continue
		}
		for _, v := range exampleValues(media) {
			body, err := json.Marshal(v)
			if err != nil {
				return nil, err
			}
			out = append(out, Example{Status: status, Type: errorType(v), Body: body})
		}
	}
	return out, nil
}

func exampleValues(media *openapi3.MediaType) []any {
	if media.Example != nil {
		return []any{media.Example}
	}
	var out []any
	for _, name := range slices.Sorted(maps.Keys(media.Examples)) {
		out = append(out, media.Examples[name].Value.Value)
	}
	return out
}

func errorType(v any) string {
	body, _ := v.(map[string]any)
	detail, _ := body["error"].(map[string]any)
	t, _ := detail["type"].(string)
	return t
}
