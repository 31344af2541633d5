package browsertest_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// published returns a file of the types that @stripe/stripe-js publishes,
// without comments.
func published(t testing.TB, name string) string {
	t.Helper()
	reactPage(t) // skips the test if the packages are missing
	packages, err := installed("app")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(packages, "@stripe/stripe-js/dist/stripe-js", name))
	if err != nil {
		t.Fatal(err)
	}
	return regexp.MustCompile(`(?s)/\*.*?\*/`).ReplaceAllString(string(text), "")
}

// block returns what is between a text and the first line that is end.
func block(t testing.TB, text, start, end string) string {
	t.Helper()
	_, after, ok := strings.Cut(text, start)
	inner, _, ended := strings.Cut(after, "\n"+end)
	if !ok || !ended {
		t.Fatalf("the types have no %q", start)
	}
	return inner
}

// allOf returns the first group of each match, each once, in order.
func allOf(text, pattern string) []string {
	var all []string
	seen := map[string]bool{}
	for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(text, -1) {
		if !seen[m[1]] {
			seen[m[1]] = true
			all = append(all, m[1])
		}
	}
	return all
}

// stripeMethods returns the methods of the Stripe object.
func stripeMethods(t testing.TB) []string {
	t.Helper()
	return allOf(block(t, published(t, "stripe.d.ts"), "export interface Stripe {", "}"), `(?m)^  (\w+)\(`)
}

// elementTypes returns the types of elements, of this and of earlier versions.
func elementTypes(t testing.TB) []string {
	t.Helper()
	now := allOf(block(t, published(t, "elements-group.d.ts"), "export type StripeElementType =", "export"), `'(\w+)'`)
	return append(now, "affirmMessage", "afterpayClearpayMessage", "cart", "epsBank", "fpxBank", "idealBank", "p24Bank", "paymentRequestButton")
}

// An elementType is an element as the types describe it.
type elementType struct{ methods, options []string }

// describedElements returns the elements that elements.create() is described for.
func describedElements(t testing.TB) map[string]elementType {
	t.Helper()
	base := allOf(published(t, "elements/base.d.ts"), `(?m)^  (\w+)\(`)
	all := map[string]elementType{}
	create := regexp.MustCompile(`create\(\s*elementType: '(\w+)',\s*options\??: (\w+)\s*\): (\w+);`)
	for _, m := range create.FindAllStringSubmatch(published(t, "elements-group.d.ts"), -1) {
		name := strings.ToLower(regexp.MustCompile(`([a-z])([A-Z])`).ReplaceAllString(m[1], "$1-$2"))
		if strings.HasPrefix(name, "issuing") {
			name = "issuing/" + name
		}
		text := published(t, "elements/"+name+".d.ts")
		_, options, _ := strings.Cut(text, "export interface "+m[2]+" {")
		options, _, _ = strings.Cut(options, "}\n\n") // may be empty
		own := block(t, text, "export type "+m[3]+" = ", "};")
		all[m[1]] = elementType{append(allOf(own, `(?m)^  (\w+)\(`), base...), allOf(options, `(?m)^  (\w+)\??:`)}
	}
	return all
}
