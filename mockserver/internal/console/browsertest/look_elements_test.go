package browsertest_test

import (
	"strings"
	"testing"
)

// A shade is an element's computed colors, as light from 0 to 1.
type shade struct{ Text, Ground, Size float64 }

const shadeOf = `function() {
	const light = c => { const [r, g, b] = c.match(/[\d.]+/g).map(Number); return (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255 };
	const seen = n => { for (; n; n = n.parentElement) { const c = getComputedStyle(n).backgroundColor; if (!/, 0\)$/.test(c)) return c } return "rgb(255,255,255)" };
	const style = getComputedStyle(this);
	return {Text: light(style.color), Ground: light(seen(this)), Size: parseFloat(style.fontSize)};
}`

func TestThemes(t *testing.T) {
	t.Parallel()
	for theme, dark := range map[string]bool{"stripe": false, "flat": false, "night": true} {
		t.Run(theme, func(t *testing.T) {
			t.Parallel()
			s := newShop(t, "default", "/stripe.js")
			s.goTo("/?theme=" + theme)
			s.click(button("Add a card"))
			s.enter(goodCard)
			for _, name := range []string{"number", "expiry", "cvc"} {
				got := of[shade](s.tab, named(name), shadeOf)
				if dark != (got.Ground < 0.3) || dark != (got.Text > 0.7) || !dark && got.Text > 0.4 {
					t.Errorf("%s: %+v", name, got)
				}
				if got.Size != 17 {
					t.Errorf("%s has letters of %v pixels", name, got.Size)
				}
			}
			s.look("payment")
		})
	}
}

// The package warns if the script's version is not the one that it expects.
func TestVersions(t *testing.T) {
	t.Parallel()
	tests := map[stripeFrom]string{
		"/stripe.js":        "",
		"/endive/stripe.js": "",
		"/v3/":              "Stripe.js@v3 was loaded on the page, but @stripe/stripe-js@10.2.1 expected Stripe.js@endive.",
		"/v3":               "Stripe.js@v3 was loaded on the page, but @stripe/stripe-js@10.2.1 expected Stripe.js@endive.",
		"/basil/stripe.js":  "Stripe.js@basil was loaded on the page, but @stripe/stripe-js@10.2.1 expected Stripe.js@endive.",
	}
	for script, want := range tests {
		t.Run(string(script), func(t *testing.T) {
			t.Parallel()
			s := newShop(t, "default", script)
			s.goTo("/")
			s.click(button("Add a card"))
			s.waitFor(named("number"))
			if s.watch.blind {
				t.Skip("the engine does not report warnings")
			}
			warned := s.watch.warned()
			if want == "" && len(warned) > 0 || want != "" && !strings.Contains(strings.Join(warned, "\n"), want) {
				t.Errorf("warned %q", warned)
			}
		})
	}
}
