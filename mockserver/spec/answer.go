package spec

import (
	"fmt"
	"net/http"

	"github.com/getkin/kin-openapi/openapi3"
)

// CheckAnswer judges an answer of an operation: its status, its media type and
// its whole body.
//
// The result must not be changed: equal answers share it.
func (s *Spec) CheckAnswer(op string, status int, header http.Header, body []byte) []Finding {
	o := s.byID[op]
	if o == nil {
		return unknownOperation(SideAnswer, op)
	}
	k := key{side: SideAnswer, op: o.index, status: status, contentType: contentType(header)}
	return s.verdicts.of(k, body, func() []Finding { return s.judgeAnswer(o, status, k.contentType, body) })
}

// judgeAnswer is CheckAnswer without memory.
func (s *Spec) judgeAnswer(o *operation, status int, mime string, body []byte) []Finding {
	declared := o.answers[status]
	if declared == nil {
		declared = s.refusals[status]
	}
	if declared == nil {
		message := fmt.Sprintf("status %d: %s declares no such status", status, o.ID)
		return []Finding{{Side: SideAnswer, In: InStatus, Kind: KindStatus, Message: message}}
	}
	return findings(SideAnswer, s.judgeAnswerBody(declared, status, mime, body))
}

func (s *Spec) judgeAnswerBody(declared contents, status int, mime string, body []byte) []Detail {
	if len(declared) == 0 {
		if len(body) > 0 {
			// kin-openapi passes this.
			return []Detail{{Finding: Finding{In: InBody, Kind: KindBodyUnexpected}, reason: fmt.Sprintf("a %d must not have one", status)}}
		}
		return nil
	}
	base, _ := mediaType(mime)
	c := declared[base]
	if c == nil {
		return []Detail{wrongMediaType("media type is not declared for this status")}
	}
	if c.compiled.accepts(body) {
		return nil
	}
	s.walks.Add(1)
	value, err := parseJSON(body)
	if err != nil {
		return []Detail{malformedBody("not JSON: " + err.Error())}
	}
	found := c.judge(value, s.ofAnswers)
	for i := range found {
		found[i].In = InBody
	}
	return found
}

// judge returns what kin-openapi and the shape find in a value.
func (c *content) judge(value any, options []openapi3.SchemaValidationOption) []Detail {
	return c.undeclaredFields(value, schemaDetails(c.schema.VisitJSON(value, options...), nil))
}

func wrongMediaType(reason string) Detail {
	return Detail{Finding: Finding{In: InHeader, Path: headerContentType, Kind: KindEnum}, reason: reason}
}

func malformedBody(reason string) Detail {
	return Detail{Finding: Finding{In: InBody, Kind: KindFormat}, reason: reason}
}

// unknownOperation is the verdict on an operation that the file does not have.
func unknownOperation(side Side, op string) []Finding {
	return []Finding{{Side: side, In: InPath, Kind: KindUndeclared, Message: oneLine("operation " + op + ": not declared")}}
}
