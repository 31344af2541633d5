package spec

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"math"
	"mime"
	"mime/multipart"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"cariqamock/internal/django"
)

// decoded is a request body as the vendor's framework would see it. If the
// body could not be read, content is nil and found has the reason.
type decoded struct {
	content *content
	value   any
	form    bool
	found   []Detail
}

// decodeBody reads a body in one of the declared media types, as the vendor's
// framework does; the body of another API is JSON.
func (s *Spec) decodeBody(declared contents, contentType string, body []byte) decoded {
	const jsonType = "application/json"
	if len(body) == 0 {
		return decoded{content: declared[jsonType], value: map[string]any{}}
	}
	media := django.ReadMediaType(contentType)
	d := decoded{content: declared[media.Main+"/"+media.Sub]}
	switch {
	case d.content == nil:
		return decoded{found: []Detail{wrongMediaType("media type is not declared for this body")}}
	case media.Sub == "json" && len(media.Params) > 0:
		d.found = append(d.found, Detail{Finding: Finding{In: InHeader, Path: headerContentType, Kind: KindFormat}, reason: "media type has parameters"})
	}
	if s.plain {
		var err error
		if d.value, err = parseJSON(body); err != nil {
			return decoded{found: []Detail{malformedBody("not JSON: " + err.Error())}}
		}
		return d
	}
	b, err := django.ReadBody(contentType, body)
	switch {
	case err != nil:
		return decoded{found: []Detail{malformedBody(err.Error())}}
	case !b.IsForm:
		d.value = withFloats(b.JSON)
		return d
	}
	d = d.content.fromForm(b)
	if reason := malformedForm(media, body); reason != "" {
		d.found = append(d.found, malformedBody(reason))
	}
	return d
}

// malformedForm returns what is wrong with a form that the framework reads all
// the same, or "".
func malformedForm(media django.MediaType, body []byte) string {
	if media.Main == "application" {
		if _, err := url.PathUnescape(string(body)); err != nil {
			return "malformed percent-encoding"
		}
		return ""
	}
	parts := multipart.NewReader(bytes.NewReader(body), media.Params["boundary"])
	for {
		if _, err := parts.NextPart(); err == io.EOF { // the error on a truncated form wraps io.EOF
			return ""
		} else if err != nil {
			return "not a form: " + err.Error()
		}
	}
}

// parseJSON returns the value of a JSON text, with all numbers as floats.
func parseJSON(text []byte) (any, error) {
	if err := json.Unmarshal(text, new(json.RawMessage)); err != nil {
		return nil, err
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber() // or a number that is too large for a float would be no JSON
	var v any
	err := dec.Decode(&v)
	return withFloats(v), err
}

// withFloats replaces the numbers in a JSON value by floats, which the schemas
// are checked with. One that is larger than all floats, such as 1e400, is the
// largest: it is a number, whatever its size.
func withFloats(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for name, field := range v {
			v[name] = withFloats(field)
		}
	case []any:
		for i, item := range v {
			v[i] = withFloats(item)
		}
	case json.Number:
		f, _ := strconv.ParseFloat(v.String(), 64)
		return min(max(f, -math.MaxFloat64), math.MaxFloat64)
	}
	return v
}

// mediaType splits a Content-Type. Of a malformed one it returns the part
// before the first semicolon, which is all that the vendor's framework looks
// at, too.
func mediaType(contentType string) (string, map[string]string) {
	base, parameters, err := mime.ParseMediaType(contentType)
	if err != nil {
		base, _, _ = strings.Cut(contentType, ";")
		return strings.ToLower(strings.TrimSpace(base)), nil
	}
	return base, parameters
}

// nestedInForm is the reason of a field that the schema has elsewhere.
const nestedInForm = "nested field in a form"

// fromForm makes an object of form values. Of a repeated name the last value
// counts. Nested fields are written with a dot,
// "custom_properties.external_id"; the framework ignores brackets. Values stay
// strings: the schemas decide. A file is of no type that a schema accepts.
func (c *content) fromForm(b django.Body) decoded {
	values := url.Values{}
	maps.Copy(values, b.Form.Values())
	for name := range b.Files {
		values[name] = nil
	}
	object := make(map[string]any, len(values))
	d := decoded{content: c, value: object, form: true}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		var last any = []any{}
		if v := values[name]; len(v) > 0 {
			last = v[len(v)-1]
		}
		outer, inner, dotted := strings.Cut(name, ".")
		field := c.shape.fields[outer]
		if !dotted || field == nil || field.open {
			object[name] = last
			continue
		}
		if len(d.found) < maxUnknown {
			d.found = append(d.found, Detail{Finding: Finding{In: InBody, Kind: KindUndeclared}, steps: []string{name}, reason: nestedInForm})
		}
		nested, ok := object[outer].(map[string]any)
		if !ok {
			nested = make(map[string]any)
			object[outer] = nested
		}
		nested[inner] = last
	}
	return d
}
