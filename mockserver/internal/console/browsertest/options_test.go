package browsertest_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const unrecognized = " is not a recognized parameter. This may cause issues with your integration in the future."

// Unknown options have a warning each, and impossible values are errors, as with
// Stripe.js.
func TestUnknownOptions(t *testing.T) {
	t.Parallel()
	elements := func(options string) string { return `stripe.elements(` + options + `)` }
	appearance := func(options string) string { return elements(`{appearance: ` + options + `}`) }
	create := func(kind, options string) string {
		return elements(`{mode: "setup"}`) + `.create("` + kind + `", ` + options + `)`
	}
	one := func(label, path string) []string {
		return []string{"Unrecognized " + label + " parameter: " + path + unrecognized}
	}
	tests := []struct {
		js   string
		warn []string
		fail string
	}{
		{js: elements(`{}`)},
		{js: elements(`{locale: undefined, fonts: [], loader: "always", appearance: null}`)},
		{js: elements(`{apperance: {}}`), warn: one("elements()", "apperance")},
		{js: elements(`{colour: 1, size: 2}`), warn: append(one("elements()", "colour"), one("elements()", "size")...)},
		{js: elements(`{constructor: 1}`), warn: one("elements()", "constructor")},
		{js: elements(`{loader: "no"}`), fail: "Invalid value for elements(): loader should be one of the following strings: auto, always, never. You specified: no."},
		{js: elements(`"x"`), fail: "Invalid value for elements(): options should be an object. You specified: x."},
		{js: appearance(`{theme: "dark"}`), fail: "Invalid value for elements(): appearance.theme should be one of the following strings: stripe, *. You specified: dark."},
		{js: appearance(`{labels: "floating", inputs: "condensed", theme: "night"}`)},
		{js: appearance(`{labels: "below"}`), fail: "Invalid value for elements(): appearance.labels should be one of the following strings: auto, above, floating. You specified: below."},
		{js: appearance(`{theem: "night"}`), warn: one("elements()", "appearance.theem")},
		{js: appearance(`"night"`), fail: "Invalid value for elements(): appearance should be an object. You specified: night."},
		{js: appearance(`{variables: {colorPrimry: "#fff"}}`), warn: []string{`stripe.elements(): invalid variable "colorPrimry"; "colorPrimry" is not a supported variable.`}},
		{js: appearance(`{variables: {colorText: "rgba(1, 1, 1, 0.5)"}}`), warn: []string{`stripe.elements(): invalid variable value "rgba(1, 1, 1, 0.5)" provided to "colorText"; "colorText" accepts a valid HEX, rgb(), or hsl() CSS color.`}},
		{js: appearance(`{variables: {colorText: "#123", colorPrimary: "RGB(1 2 3)", colorDanger: "var(--x)", colorBackground: "rgba(1, 1, 1, 0.5)", fontSizeBase: "1rem"}}`)},
		{js: appearance(`{rules: {".Tab, .Input--invalid:hover": {color: "red"}, ".Input::placeholder": {}, ".Label--floating": {}, ".TabIcon--selected": {fill: "red"}}}`)},
		{js: appearance(`{rules: {".Text": {webkitFontSmoothing: "auto", color: "red"}}}`), warn: []string{`stripe.elements(): "webkitFontSmoothing" is not a supported property for ".Text"`}},
		{js: appearance(`{rules: {".Text": {"-webkit-font-smoothing": "auto", display: "none"}}}`), warn: []string{`stripe.elements(): "display" is not a supported property for ".Text"`}},
		{js: appearance(`{rules: {".p-Private": {}, ".Tab .TabLabel": {}, "img": {}, ".Tab--wide": {}, ".Tab:nth-child(2)": {}, ".Nonsense": {}}}`), warn: []string{
			`stripe.elements(): invalid selector ".p-Private"; *`, `stripe.elements(): invalid selector ".Tab .TabLabel"; *`, `stripe.elements(): invalid selector "img"; *`,
			`stripe.elements(): invalid selector ".Tab--wide"; *`, `stripe.elements(): invalid selector ".Tab:nth-child(2)"; *`, `stripe.elements(): invalid selector ".Nonsense"; *`,
		}},
		{js: create("card", `{hidePostalCod: true}`), warn: one("create()", "hidePostalCod")},
		{js: create("card", `{classes: {webkitAutoFill: "x"}, style: {base: {":hover": {color: "red"}}}}`), warn: one("create()", "classes.webkitAutoFill")},
		{js: create("card", `{appearance: {}}`), warn: one("create()", "appearance")},
		{js: create("card", `{style: {base: {colour: "red"}}}`), warn: one("create()", "style.base.colour")},
		{js: create("card", `{hidePostalCode: "yes"}`), fail: "Invalid value for create(): hidePostalCode should be a boolean. You specified: yes."},
		{js: create("payment", `{layout: {typ: "tabs"}, fields: {billingDetails: {adress: "never"}, card: {billingDetails: "never"}}}`), warn: append(one("create()", "layout.typ"), one("create()", "fields.billingDetails.adress")...)},
		{js: create("payment", `{layout: {type: "acordion"}}`), fail: "Invalid value for create(): layout.type should be one of the following strings: tabs, accordion, auto. You specified: acordion."},
		{js: create("payment", `{layout: "list"}`), fail: "Invalid value for create(): layout should be one of the following strings: tabs, accordion, auto. You specified: list."},
		{js: create("payment", `{layout: {type: "accordion", radios: true, spacedAccordionItems: false}}`)},
		{js: create("payment", `{wallets: {aplePay: "never"}}`) + `.update({readonly: true})`, warn: append(one("create()", "wallets.aplePay"), one("update()", "readonly")...)},
		{js: create("expressCheckout", `{buttonHight: 40}`), warn: one("create()", "buttonHight")},
		{js: create("address", `{mode: "home"}`), fail: "Invalid value for create(): mode should be one of the following strings: shipping, billing. You specified: home."},
		{js: elements(`{mode: "setup"}`) + `.update({localle: "de"})`, warn: one("update()", "localle")},
		{js: `stripe.confirmSetup({clientSecret: "seti_1_secret_2", redirect: "never", confirmParam: {}}).catch(e => e.name)`, warn: one("stripe.confirmSetup()", "confirmParam")},
		{js: `Stripe("pk_test_x", {stripeAcount: "acct_1"})`, warn: one("Stripe()", "stripeAcount")},
		{js: create("paymentElement", `{}`), fail: "A valid Element name must be provided. Valid Elements are:\n*payment, *; you passed: paymentElement."},
		{js: elements(`{}`) + `.create()`, fail: "A valid Element name must be provided. Valid Elements are:\n*; you passed: undefined."},
		{js: elements(`{}`) + `.create("toString")`, fail: "A valid Element name must be provided. *; you passed: toString."},
	}
	s := newPlainShop(t, "default")
	for _, tt := range tests {
		s.goTo("/") // each warning occurs once a page
		eval[bool](s.tab, hearing)
		got := s.failing(`(` + tt.js + `, ` + tt.js + `)`)
		if want := strings.TrimSuffix("IntegrationError: "+tt.fail, "IntegrationError: "); tt.fail == "" && got != "nothing" || tt.fail != "" && !matches(want, got) {
			t.Errorf("%s fails with %s, want %s", tt.js, got, want)
		}
		said := s.said()
		for i, text := range said {
			said[i] = strings.TrimPrefix(text, "[Stripe.js] ")
			if i < len(tt.warn) && matches(tt.warn[i], said[i]) {
				said[i] = tt.warn[i]
			}
		}
		if diff := cmp.Diff(append([]string{}, tt.warn...), append([]string{}, placeholders(said)...)); diff != "" {
			t.Errorf("%s, warnings wanted and seen:\n%s", tt.js, diff)
		}
	}
}

// placeholders leaves out the warnings of placeholders.
func placeholders(said []string) []string {
	var rest []string
	for _, text := range said {
		if !strings.Contains(text, "A placeholder is shown") {
			rest = append(rest, text)
		}
	}
	return rest
}
