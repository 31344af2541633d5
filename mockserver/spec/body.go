package spec

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"net/url"
	"slices"
	"strings"

	"cariqamock/internal/python"
)

// decoded is a request body as the vendor's framework would see it. If the
// body could not be read, content is nil and found has the reason.
type decoded struct {
	content *content
	value   any
	form    bool
	found   []Detail
}

// decodeBody reads a body in one of the declared media types. No body at all
// is an empty object, whatever the media type: the vendor's framework does the
// same.
func decodeBody(declared contents, contentType string, body []byte) decoded {
	const jsonType = "application/json"
	if len(body) == 0 {
		return decoded{content: declared[jsonType], value: map[string]any{}}
	}
	base, parameters := mediaType(contentType)
	c := declared[base]
	if c == nil {
		return decoded{found: []Detail{wrongMediaType("media type is not declared for this body")}}
	}
	broken := func(reason string) decoded {
		return decoded{found: []Detail{malformedBody(reason)}}
	}
	if base == jsonType {
		d := decoded{content: c}
		if len(parameters) > 0 {
			d.found = append(d.found, Detail{Finding: Finding{In: InHeader, Path: headerContentType, Kind: KindFormat}, reason: "media type has parameters"})
		}
		if err := json.Unmarshal(body, &d.value); err != nil {
			return broken("not JSON: " + err.Error())
		}
		return d
	}
	if base == "multipart/form-data" {
		values, err := multipartValues(body, parameters["boundary"])
		if err != nil {
			return broken("not a form: " + err.Error())
		}
		return c.fromForm(values)
	}
	form, err := python.ParseForm(string(body))
	if err != nil {
		return broken("too many fields")
	}
	d := c.fromForm(form.Values())
	if _, err := url.PathUnescape(string(body)); err != nil {
		d.found = append(d.found, malformedBody("malformed percent-encoding"))
	}
	return d
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
// strings: the schemas decide.
func (c *content) fromForm(values url.Values) decoded {
	object := make(map[string]any, len(values))
	d := decoded{content: c, value: object, form: true}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		last := values[name][len(values[name])-1]
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

// multipartValues reads the fields of a multipart form; files count as fields,
// since the API has none.
func multipartValues(body []byte, boundary string) (url.Values, error) {
	values := make(url.Values)
	parts := multipart.NewReader(bytes.NewReader(body), boundary)
	for {
		part, err := parts.NextPart()
		if err == io.EOF { //nolint:errorlint // the error on a truncated form wraps io.EOF
			return values, nil
		}
		if err != nil {
			return nil, err
		}
		text, err := io.ReadAll(part)
		if err != nil {
			return nil, err
		}
		values.Add(part.FormName(), string(text))
	}
}
