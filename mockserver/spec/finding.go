package spec

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"
)

// Side is the half of an exchange in which something was found.
type Side string

// The two halves of an exchange.
const (
	SideRequest Side = "request"
	SideAnswer  Side = "answer"
)

// In is the part of a request or an answer in which something was found.
type In string

// The parts of requests and answers.
const (
	InPath   In = "path"
	InQuery  In = "query"
	InHeader In = "header"
	InBody   In = "body"
	InStatus In = "status"
)

// Kind classifies a finding.
type Kind string

// The kinds of findings.
const (
	KindMissing        Kind = "missing"         // a required field or parameter
	KindUndeclared     Kind = "undeclared"      // a name that openapi.yaml does not have there
	KindType           Kind = "type"            // a value of another type
	KindEnum           Kind = "enum"            // not one of the allowed values
	KindFormat         Kind = "format"          // malformed: a format, a pattern, JSON, a form, percent-encoding
	KindLength         Kind = "length"          // too short, too long, too few, too many
	KindRange          Kind = "range"           // a number out of its bounds
	KindNullable       Kind = "nullable"        // null where it is not allowed
	KindStatus         Kind = "status"          // a status that the operation does not declare
	KindBodyUnexpected Kind = "body-unexpected" // a body where none is declared
)

// A Finding is one departure from openapi.yaml.
type Finding struct {
	Side Side `json:"side"`
	In   In   `json:"in"`
	// Path locates it: in a body the JSON pointer (RFC 6901) of the value,
	// such as /results/0/id, and otherwise the name of the parameter or
	// header. It is empty for the part as a whole.
	Path string `json:"path"`
	Kind Kind   `json:"kind"`
	// Message is one line for people, such as "body /error/type: value is not
	// one of the allowed values". It never repeats the value, which may be a
	// secret.
	Message string `json:"message"`
}

// Undeclared reports whether the finding is a body field that openapi.yaml
// does not declare, which a later version of the API may well have.
func (f Finding) Undeclared() bool { return f.In == InBody && f.Kind == KindUndeclared }

// A Detail is a finding with the value and the schema behind it.
type Detail struct {
	Finding
	Value any // the offending value, decoded as far as it could be
	// Schema is that of the field or parameter. For an undeclared field it is
	// the schema of the whole body, for an undeclared parameter nil.
	Schema *openapi3.Schema

	steps  []string // from the body or the parameter's value to the offending value
	reason string   // the message without the place

	// For requests:
	parameter *openapi3.Parameter
	raw       []string         // the parameter as sent
	root      *openapi3.Schema // of the body
	form      bool
}

// Bounds on what one message may cost the journal: clients choose the names.
const (
	maxFindings = 50
	maxMessage  = 300
	maxUnknown  = 1000 // names looked at: most are tolerated, and a body holds 100,000
)

// complete sets what follows from the other fields.
func (d *Detail) complete(side Side) {
	d.Side = side
	where := string(d.In)
	if d.Path != "" {
		where += " " + d.Path
	}
	if len(d.steps) > 0 {
		where += " " + pointer(d.steps)
	}
	if d.In == InBody {
		d.Path = pointer(d.steps)
	}
	d.Path = oneLine(d.Path)
	d.Message = oneLine(where + ": " + d.reason)
}

// findings returns at most maxFindings of what was found, and a last one that
// counts the others.
func findings(side Side, found []Detail) []Finding {
	if len(found) == 0 {
		return nil
	}
	all := make([]Finding, 0, min(len(found), maxFindings+1))
	for i := range found {
		found[i].complete(side)
		f := found[i].Finding
		if slices.Contains(all, f) {
			continue // the parts of an allOf may complain of the same field
		}
		if len(all) == maxFindings {
			return append(all, Finding{Side: side, In: f.In, Kind: f.Kind, Message: fmt.Sprintf("and up to %d more", len(found)-i)})
		}
		all = append(all, f)
	}
	return all
}

// pointer renders a JSON pointer (RFC 6901).
func pointer(steps []string) string {
	var b strings.Builder
	escape := strings.NewReplacer("~", "~0", "/", "~1")
	for _, step := range steps {
		b.WriteByte('/')
		b.WriteString(escape.Replace(step))
	}
	return b.String()
}

// oneLine makes text fit for a log line: printable, valid UTF-8, and not too
// long.
func oneLine(text string) string {
	clean := func(r rune) rune {
		if r == utf8.RuneError || !unicode.IsPrint(r) {
			return '?'
		}
		return r
	}
	if len(text) > maxMessage {
		text = strings.ToValidUTF8(text[:maxMessage], "") + "…"
	}
	return strings.Map(clean, text)
}
