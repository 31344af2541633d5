package scenario_test

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"regexp"
	"strings"
	"testing"

	"cariqamock/mockserver/internal/scenario"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"pgregory.net/rapid"

	"cariqamock/internal/property"
)

const schemaFile = "../../../scenarios/scenario.schema.json"

func TestSchemaIsUpToDate(t *testing.T) {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(generate(t)); err != nil {
		t.Fatal(err)
	}
	golden(t, schemaFile, out.String())
}

// compiled returns the schema that is checked in.
func compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(read(t, schemaFile)))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("scenario.schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("scenario.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func validate(t *testing.T, s *jsonschema.Schema, src []byte) error {
	t.Helper()
	b, err := yaml.YAMLToJSON(src)
	if err != nil {
		t.Fatalf("%v\n%s", err, src)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
	if err != nil {
		t.Fatalf("%v\n%s", err, b)
	}
	return s.Validate(doc)
}

func TestSchemaAcceptsFiles(t *testing.T) {
	s := compiled(t)
	files, err := fs.Glob(builtin(), "*.yaml")
	if err != nil || len(files) < 8 {
		t.Fatalf("%d built-in files, %v", len(files), err)
	}
	for _, file := range files {
		src, err := fs.ReadFile(builtin(), file)
		if err != nil {
			t.Fatal(err)
		}
		if err := validate(t, s, src); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
	for name, src := range map[string][]byte{
		"full.yaml": read(t, "testdata/full.yaml"), "valid": []byte(valid), "least": []byte("name: m\ntitle: T\n"),
		"nulls": []byte("name: m\ntitle: T\nclock: null\nusers: [{id: 9405cf8c-8375-4373-b4d3-b61f9a0c01eb, email: null, external_id: null, billing: null}]\n"),
	} {
		if err := validate(t, s, src); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Editors find those of the reader's mistakes that concern a single value.
func TestSchemaRefusesMistakes(t *testing.T) {
	s, byName := compiled(t), map[string]mistake{}
	for _, m := range mistakes() {
		byName[m.name] = m
	}
	for _, name := range []string{
		"unknown key", "unknown key within braces", "missing title", "missing id", "list for text", "number for text", "null for text",
		"text for list", "text for mapping", "text for number", "postal code without quotes", "mapping for time", "long title",
		"name pattern", "bad time", "bad UUID", "upper-case UUID", "bad email", "bad locale", "long external id", "long city",
		"bad account type", "bad method id", "bad method type", "bad brand", "bad expiry", "missing start", "null start",
		"stopped by nobody", "negative energy", "bad charge", "bad EVSE", "bad status", "bad start", "negative delay",
		"want without status", "bad hold", "bad error type", "unknown key of a fault", "text for speed",
	} {
		m, ok := byName[name]
		if !ok {
			t.Errorf("no mistake is named %q", name)
			continue
		}
		if err := validate(t, s, []byte(strings.Replace(valid, m.edit.old, m.edit.new, 1))); err == nil {
			t.Errorf("%s: the schema accepts it", name)
		}
	}
}

// A pattern must not be stricter than the reader, or editors mark correct
// values. It may be looser.
func TestScalarPatterns(t *testing.T) {
	samples := map[string]bool{}
	for _, s := range []string{
		"", "0", "+0", "-0", "5m", "-25m", "+1h30m", "1.5h", ".5s", "5.m", "1e3s", "5", "2026-04-02T14:00:00Z", "2026-04-02T14:00:00.123456+02:00",
		"2026-04-02T14:00:00,5Z", "2026-04-02", "12/2030", "1/2030", "13/2030", "12/30", "12/1999", "12/2099", "10.000", "10", "-1", "1e9", "1234567", "0.1234567",
		"4242", "42", "visa", "Visa", "pm_abc", "pm_", "card_1", "DE*X*E1", "DE*X", "de*x*e1", "9405cf8c-8375-4373-b4d3-b61f9a0c01eb",
		"9405CF8C-8375-4373-B4D3-B61F9A0C01EB", "a@example.com", "a@b", "@b", "a@", "a b@c", "\"a b\"@c", "a name", "a-name",
	} {
		samples[s] = true
	}
	for name, f := range scenario.Forms() {
		if f.Pattern == "" {
			continue
		}
		re := regexp.MustCompile(f.Pattern)
		for text := range samples {
			if scenario.Reads(name, text) && !re.MatchString(text) {
				t.Errorf("%s: the reader accepts %q, %s does not", name, text, f.Pattern)
			}
		}
		accepted := 0
		property.Check(t, func(t *rapid.T) {
			if scenario.Reads(name, rapid.StringMatching(f.Pattern).Draw(t, "text")) {
				accepted++
			}
		})
		if accepted == 0 {
			t.Errorf("%s: the reader accepts nothing that matches %s", name, f.Pattern)
		}
	}
}
