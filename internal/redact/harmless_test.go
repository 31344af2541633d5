package redact

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"cariqamock/internal/property"
)

// What is taken for harmless is what the copy finds nothing in.
func TestHarmlessIsWhatHasNothingToRemove(t *testing.T) {
	fragments := []string{
		"a", "", "card", "number", "cvc", "id", "token", "type", "Bearer abcdefgh", "4242424242424242", "4242 4242 4242 4242", "sk_test_abcdefgh", "2026-04-02T13:52:35Z",
		"seti_1_secret_x", "https://a:b@c", "key=abcdef", "password", "9405cf8c-8375-4373-b4d3-b61f9a0c01eb", "DE*PWA*EALP22541X01617*01", "Straße 12, 10247", `\\u0034242424242424242`,
		`a\"b`, "\xff", "~1token=abc", "pi_3_secret_1", "basic dXNlcjpwYXNzd29yZA==", "41.90", "x=1",
	}
	var value func(depth int) *rapid.Generator[string]
	text := rapid.SampledFrom(fragments)
	value = func(depth int) *rapid.Generator[string] {
		return rapid.Custom(func(t *rapid.T) string {
			kind := rapid.IntRange(0, 5).Draw(t, "kind")
			if depth == 0 {
				kind = min(kind, 3)
			}
			var parts []string
			switch kind {
			case 0, 1:
				return `"` + text.Draw(t, "text") + rapid.SampledFrom(append(fragments, "")).Draw(t, "more") + `"`
			case 2:
				return rapid.SampledFrom([]string{"1", "-2.5e3", "4242424242424242", "4242424242424242.5", "0.000000000000001", "123"}).Draw(t, "number")
			case 3:
				return rapid.SampledFrom([]string{"null", "true", "false", "{}", "[]"}).Draw(t, "word")
			case 4:
				for range rapid.IntRange(1, 4).Draw(t, "fields") {
					parts = append(parts, fmt.Sprintf(`"%s" : %s`, text.Draw(t, "name"), value(depth-1).Draw(t, "value")))
				}
				return "{" + strings.Join(parts, ",") + "}"
			}
			for range rapid.IntRange(1, 3).Draw(t, "items") {
				parts = append(parts, value(depth-1).Draw(t, "item"))
			}
			return "[" + strings.Join(parts, ", ") + "]"
		})
	}
	clean := 0
	property.Check(t, func(t *rapid.T) {
		src := []byte(value(3).Draw(t, "body"))
		_, found, err := copyJSON(src)
		if is := harmless(src); is && (found || err != nil) {
			t.Fatalf("%s is taken for harmless: found %t, %v", src, found, err)
		} else if is {
			clean++
		}
	})
	if clean == 0 {
		t.Error("nothing is harmless")
	}
	deep := strings.Repeat("[", maxDepth+1) + strings.Repeat("]", maxDepth+1)
	if harmless([]byte(deep)) {
		t.Error("what is nested too deeply is taken for harmless")
	}
}

// A long body costs what its texts cost, not what their number does.
func TestHarmlessReadsEachTextOnce(t *testing.T) {
	item := `{"id":"DE*PWA*EALP22541X01617*01","price":"0.4500","at":"2026-04-02T13:52:35Z"},`
	allocations := func(n int) float64 {
		body := []byte("[" + strings.Repeat(item, n) + "0]")
		return testing.AllocsPerRun(10, func() {
			if !harmless(body) {
				t.Fatal("not harmless")
			}
		})
	}
	if few, many := allocations(2), allocations(2000); many > few {
		t.Errorf("%v allocations for 2 items, %v for 2000", few, many)
	}
}
