package spec_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"

	"cariqamock"
	"cariqamock/mockserver/spec"
)

// TestJSONIsTheSameDescription loads both forms and compares what they mean.
func TestJSONIsTheSameDescription(t *testing.T) {
	text, err := spec.JSON(cariqamock.OpenAPI())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(meaning(t, []byte(cariqamock.OpenAPI())), meaning(t, text)); diff != "" {
		t.Errorf("-yaml +json:\n%s", diff)
	}
	again, err := spec.JSON(cariqamock.OpenAPI())
	if err != nil || string(again) != string(text) {
		t.Errorf("a second conversion differs (%v)", err)
	}
}

func meaning(t *testing.T, description []byte) (out any) {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(description)
	if err != nil {
		t.Fatal(err)
	}
	text, err := doc.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestJSONKeepsTheOrder(t *testing.T) {
	got, err := spec.JSON("b: {'200': [1.50, \"2.000\", yes, 'é<&>']}\na: |\n  x\n  y\n")
	if err != nil {
		t.Fatal(err)
	}
	if b, a := strings.Index(string(got), `"b"`), strings.Index(string(got), `"a"`); b < 0 || a < b {
		t.Errorf("want b before a:\n%s", got)
	}
	want := map[string]any{"b": map[string]any{"200": []any{1.5, "2.000", "yes", "é<&>"}}, "a": "x\ny\n"}
	var value map[string]any
	if err := json.Unmarshal(got, &value); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, value); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if got, err := spec.JSON("a: [1"); err == nil {
		t.Errorf("%s, want an error", got)
	}
}
