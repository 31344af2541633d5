package stripe_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

var spec3 = flag.String("spec3", "", "compare testdata/schemas.yaml with this spec3.json of Stripe's")

// A schema is the part of one in Stripe's published description that
// schemas.yaml has.
type schema struct {
	Type       string
	Nullable   bool
	Enum       []any  // also booleans
	Ref        string `json:"$ref"`
	AnyOf      []schema
	Items      *schema
	Additional json.RawMessage `json:"additionalProperties"`
	Properties map[string]schema
	Required   []string
}

// kind returns the type in the words of schemas.yaml. A name that these do not
// have is any, or the id of what can be expanded.
func (s schema) kind(names map[string]map[string]string) string {
	kind, ids := "any", false
	for _, each := range append([]schema{s}, s.AnyOf...) {
		name := strings.TrimPrefix(each.Ref, "#/components/schemas/")
		switch _, known := names[name]; {
		case each.Ref != "" && known:
			kind = "~" + name
		case len(each.Enum) > 0:
			var words []string
			for _, word := range each.Enum {
				words = append(words, fmt.Sprint(word))
			}
			slices.Sort(words)
			kind = "|" + strings.Join(words, "|")
		case each.Type == "array":
			kind = "[" + each.Items.kind(names) + "]"
		case each.Type == "object" && len(each.Additional) > 0 && string(each.Additional) != "false":
			kind = "metadata"
		case each.Type != "" && each.Type != "object":
			kind, ids = each.Type, each.Type == "string"
		}
		if s.Nullable = s.Nullable || each.Nullable; strings.HasPrefix(kind, "~") {
			break
		}
	}
	if ids && kind == "any" {
		kind = "string"
	}
	if s.Nullable {
		kind += "?"
	}
	return kind
}

// TestSchemaKinds has one of each kind of schema.
func TestSchemaKinds(t *testing.T) {
	names := map[string]map[string]string{"card": nil}
	for text, want := range map[string]string{
		`{"type":"string","maxLength":5}`:                                                     "string",
		`{"type":"integer","nullable":true}`:                                                  "integer?",
		`{"type":"string","enum":["b","a"],"nullable":true}`:                                  "|a|b?",
		`{"$ref":"#/components/schemas/card"}`:                                                "~card",
		`{"anyOf":[{"$ref":"#/components/schemas/card"}],"nullable":true}`:                    "~card?",
		`{"anyOf":[{"$ref":"#/components/schemas/other"}]}`:                                   "any",
		`{"anyOf":[{"type":"string"},{"$ref":"#/components/schemas/card"}]}`:                  "~card",
		`{"anyOf":[{"type":"string"},{"$ref":"#/components/schemas/other"}],"nullable":true}`: "string?",
		`{"type":"array","items":{"type":"string"}}`:                                          "[string]",
		`{"type":"array","items":{"type":"string","enum":["y","x"]},"nullable":true}`:         "[|x|y]?",
		`{"type":"object","additionalProperties":{"type":"string"}}`:                          "metadata",
		`{"type":"object"}`: "any",
	} {
		var s schema
		if err := json.Unmarshal([]byte(text), &s); err != nil {
			t.Fatal(err)
		}
		if got := s.kind(names); got != want {
			t.Errorf("%s is %q, want %q", text, got, want)
		}
	}
}

// TestSchemasAreStripes compares all of schemas.yaml with Stripe's description,
// if the flag names it. Fields that the fake never sends may be any.
func TestSchemasAreStripes(t *testing.T) {
	if *spec3 == "" {
		t.Skip("no -spec3")
	}
	text, err := os.ReadFile(*spec3)
	if err != nil {
		t.Fatal(err)
	}
	var spec struct {
		Components struct{ Schemas map[string]schema }
	}
	if err := json.Unmarshal(text, &spec); err != nil {
		t.Fatal(err)
	}
	for _, name := range slices.Sorted(maps.Keys(schemas())) {
		theirs, ours := spec.Components.Schemas[name], schemas()[name]
		for _, field := range slices.Sorted(maps.Keys(theirs.Properties)) {
			want := theirs.Properties[field].kind(schemas())
			got, ok := ours[field]
			kind := strings.TrimRight(got, "!*")
			cut := strings.HasPrefix(kind, "|") && field == "type" || // only cards
				kind == "[string]?" && strings.HasPrefix(want, "[|") // types of methods
			switch {
			case !ok && !strings.HasPrefix(name, "payment_method") && !strings.HasSuffix(name, "payment_method_preview"):
				t.Errorf("%s.%s is missing, want %q", name, field, want)
			case ok && kind != want && strings.TrimSuffix(kind, "?") != "any" && !cut:
				t.Errorf("%s.%s is %q, want %q", name, field, got, want)
			case ok && strings.HasSuffix(got, "!") != slices.Contains(theirs.Required, field):
				t.Errorf("%s.%s is %q, required %v", name, field, got, !strings.HasSuffix(got, "!"))
			}
		}
		for field, got := range ours {
			if _, ok := theirs.Properties[field]; !ok && !strings.HasSuffix(got, "*") {
				t.Errorf("%s.%s is not in the description", name, field)
			}
		}
	}
}
