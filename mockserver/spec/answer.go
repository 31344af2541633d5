package spec

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"github.com/getkin/kin-openapi/openapi3"
)

// CheckAnswer judges an answer of an operation: its status, its media type and its whole body.
//
// The result must not be changed: equal answers share it.
func (s *Spec) CheckAnswer(op string, status int, header http.Header, body []byte) []Finding {
	o := s.byID[op]
	if o == nil {
		return unknownOperation(SideAnswer, op)
	}
	k := key{side: SideAnswer, op: o.index, status: status, contentType: contentType(header), body: body}
	if known, ok := s.verdicts.find(&k); ok {
		return known
	}
	verdict := findings(SideAnswer, s.judgeAnswer(o, status, k.contentType, body))
	s.verdicts.remember(&k, verdict)
	return verdict
}

// judgeAnswer is CheckAnswer without memory.
func (s *Spec) judgeAnswer(o *operation, status int, mime string, body []byte) []violation {
	declared := o.answers[status]
	if declared == nil {
		if declared = s.refusals[status]; declared == nil {
			reason := fmt.Sprintf("%s declares no such status", o.ID)
			return []violation{{in: "status", name: strconv.Itoa(status), kind: kindUndeclared, reason: reason}}
		}
	}
	if len(declared.media) == 0 {
		if len(body) > 0 {
			// kin-openapi passes this.
			return []violation{{in: "body", kind: kindUnwanted, reason: fmt.Sprintf("a %d must not have one", status)}}
		}
		return nil
	}
	base, _ := mediaType(mime)
	c := declared.media[base]
	if c == nil {
		return []violation{{in: "header", name: "Content-Type", kind: kindMedia, reason: "media type is not declared for this status"}}
	}
	var value any
	if err := json.Unmarshal(body, &value); err != nil {
		return []violation{{in: "body", kind: kindParse, reason: "not JSON: " + err.Error()}}
	}
	options := append(slices.Clip(s.options), openapi3.VisitAsResponse())
	found := schemaViolations(c.schema.VisitJSON(value, options...), nil)
	found = c.undeclaredFields(value, found)
	for i := range found {
		found[i].in = "body"
	}
	return found
}

// unknownOperation is the verdict on an operation that the file does not have.
func unknownOperation(side Side, op string) []Finding {
	return []Finding{{Side: side, Message: oneLine("operation " + op + ": not declared")}}
}
