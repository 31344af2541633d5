package spec

import (
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// tolerance is a departure in requests that is not a finding, because the
// vendor's server takes it and clients rely on that.
type tolerance struct {
	name, why, source string

	match func(*Detail) bool
}

// tolerates reports whether the ledger has a departure.
func (s *Spec) tolerates(d *Detail) bool {
	return slices.ContainsFunc(s.tolerances, func(t tolerance) bool { return t.match(d) })
}

// Where the entries of the ledgers are from.
const (
	vendorClient    = "seen in the vendor's own client"
	vendorFramework = "measured on the vendor's framework (Django REST Framework)"
)

// tolerances is the ledger. It must list only what the fake, too, accepts;
// what the server refuses is a finding.
var tolerances = []tolerance{
	{"choice-as-text", `a number to choose from may come as a string, {"rates":"5"}`, vendorClient + ", " + vendorFramework, choiceAsText},
	{"number-as-text-field", "a string field takes a JSON number", vendorFramework, numberForText},
	{"read-only-field", "read-only fields in a body are ignored", vendorFramework, readOnly},
	{"price-around", "max_price= is sent to list stations, which has no such parameter", vendorClient, func(d *Detail) bool {
		return d.In == InQuery && d.Kind == KindUndeclared && d.Path == "max_price" && slices.Equal(d.raw, []string{""})
	}},
	{"format-parameter", "format=json is the framework's own parameter, of every operation", vendorFramework, func(d *Detail) bool {
		return d.In == InQuery && d.Kind == KindUndeclared && d.Path == "format"
	}},
	{"empty-parameter", "an optional parameter without a value, max_price=, counts as not given", vendorClient + ", " + vendorFramework, emptyParameter},
	{"page-last", "page=last is the last page", vendorFramework, func(d *Detail) bool {
		return d.In == InQuery && d.Path == "page" && slices.Equal(d.raw, []string{"last"})
	}},
	{"page-size", "an invalid page size counts as not given", vendorFramework, func(d *Detail) bool {
		return d.In == InQuery && d.Path == "page_size"
	}},
	{"boolean-spelling", "booleans may be spelled yes, on, t, 1 and so on, in any case", vendorFramework, booleanSpelling},
	{"dotted-form-name", "forms nest with dots, custom_properties.external_id", vendorFramework, dottedFormName},
	{"blank-form-field", "an empty form field that may be null or left out is null or left out", vendorFramework, blankFormField},
	{"body-not-asked-for", "operations without a body ignore one, even GET", "documented by an example of the vendor, " + vendorClient, func(d *Detail) bool {
		return d.Kind == KindBodyUnexpected
	}},
	{"content-type-without-body", "Content-Type: application/json is sent on every call", vendorClient, func(d *Detail) bool {
		return isMediaType(d) && d.Kind == KindUndeclared
	}},
	{"charset", "application/json; charset=utf-8", vendorClient, func(d *Detail) bool { return isMediaType(d) && d.Kind == KindFormat }},
}

func isMediaType(d *Detail) bool { return d.In == InHeader && d.Path == headerContentType }

// choiceAsText reports whether a text is a choice as the framework compares:
// the value, printed, with the choice, printed. So "5" is 5, but "5.0" is
// not.
func choiceAsText(d *Detail) bool {
	text, ok := d.Value.(string)
	if !ok || d.In != InBody || d.Schema == nil {
		return false
	}
	choices := slices.Clone(d.Schema.Enum)
	for _, part := range slices.Concat(d.Schema.OneOf, d.Schema.AnyOf) {
		choices = append(choices, part.Value.Enum...)
	}
	return slices.ContainsFunc(choices, func(choice any) bool {
		number, ok := choice.(float64)
		return ok && strconv.FormatFloat(number, 'f', -1, 64) == text
	})
}

// numberForText holds for plain string fields only: a choice or a format would
// still have to fit.
func numberForText(d *Detail) bool {
	_, number := d.Value.(float64)
	return number && d.In == InBody && d.Kind == KindType && d.Schema != nil && d.Schema.Type.Is(openapi3.TypeString) &&
		len(d.Schema.Enum) == 0 && d.Schema.Format == "" && d.Schema.Pattern == ""
}

// readOnly also holds inside a read-only field, which the framework ignores as
// a whole.
func readOnly(d *Detail) bool {
	if d.In != InBody || d.root == nil || len(d.steps) == 0 {
		return false
	}
	field := d.root.Properties[d.steps[0]]
	return field != nil && field.Value.ReadOnly
}

func dottedFormName(d *Detail) bool { return d.form && d.reason == nestedInForm }

// emptyParameter leaves out page, where versions of the framework differ: an
// old one answers 404.
func emptyParameter(d *Detail) bool {
	if d.In != InQuery || d.parameter == nil || d.parameter.Required || d.Path == "page" {
		return false
	}
	return !d.parameter.Schema.Value.Type.Is(openapi3.TypeArray) && slices.Equal(d.raw, []string{""})
}

// booleanSpelling accepts the words of the framework's boolean field.
func booleanSpelling(d *Detail) bool {
	if d.parameter == nil || len(d.raw) != 1 || !d.parameter.Schema.Value.Type.Is(openapi3.TypeBoolean) {
		return false
	}
	words := []string{"t", "y", "yes", "true", "on", "1", "f", "n", "no", "false", "off", "0"}
	return slices.Contains(words, strings.ToLower(d.raw[0]))
}

// blankFormField holds in forms only; in JSON an empty string is an empty
// string.
func blankFormField(d *Detail) bool {
	if !d.form || d.In != InBody || d.Value != "" || len(d.steps) != 1 || d.root == nil {
		return false
	}
	field := d.root.Properties[d.steps[0]]
	return field != nil && (field.Value.Nullable || !slices.Contains(d.root.Required, d.steps[0]))
}

// allowedStatus is a status that a server may answer although openapi.yaml
// does not declare it for the operation. Its body is still checked.
type allowedStatus struct {
	code   int
	schema string // of the body, a name under components/schemas
	why    string
	source string
}

// allowedStatuses is the ledger of undeclared statuses. It is short on
// purpose: every other undeclared status is a finding. A declared status is
// judged by its declaration, never by this list.
var allowedStatuses = []allowedStatus{
	{404, "Detail", "a list that has no such page; the file declares it only where the path names an object", vendorFramework},
	{405, "Detail", "the path exists, the method does not", vendorFramework},
	{406, "Detail", "the Accept header asks for something other than JSON", vendorFramework},
	{413, "Detail", "the body is larger than the server takes", "ours: bodies are limited to 1 MiB"},
	{415, "Detail", "the body has a media type the server cannot read", vendorFramework},
	{429, "Detail", "too many requests, or an injected fault", vendorFramework},
	{500, "ErrorDetail", "something broke; the file lists this for starting and stopping only", "the vendor's error schema has unexpected_error"},
}
