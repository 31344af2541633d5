package browsertest_test

import (
	"slices"
	"strings"
	"testing"
)

// A React page under StrictMode has placeholders beside the payment element, takes
// them away and shows them again, and saves a card by a confirmation token.
func TestElementsBesideThePayment(t *testing.T) {
	t.Parallel()
	s := newShop(t, "default", "/stripe.js")
	before := s.methods()
	s.goTo("/extras")
	s.sees("Element address")
	for range 2 {
		s.click(button("Hide"))
		s.until("no element", `document.querySelectorAll(".cqs-root").length === 0 && document.adoptedStyleSheets.length === 0`)
		s.click(button("Show"))
		s.until("the elements", `document.querySelectorAll("[data-cariqa-mock=placeholder]").length === 8`)
	}
	s.enter(goodCard)
	s.wait("the events", func() (string, bool) {
		var wallets, ready, changes int
		for _, e := range s.events() {
			switch {
			case e.Name == "wallets none":
				wallets++
			case e.Name == "ready":
				ready++
			case e.Name == "change" && slices.Contains([]string{"address", "linkAuthentication"}, e.ElementType):
				changes++
			}
		}
		return "", wallets == 1 && ready == 1 && changes == 2
	})
	if warned := s.watch.warned(); !s.watch.blind && len(warned) != 8 || slices.ContainsFunc(warned, func(w string) bool { return !strings.Contains(w, "A placeholder is shown") }) {
		t.Errorf("warned %q", warned)
	}
	s.click(button("Save card"))
	s.setUp("succeeded")
	if m := s.added(before); m.Card.Last4 != "4242" {
		t.Errorf("added %+v", m)
	}
	s.look("extras")
}

// A confirmation token has what the payment element holds, and confirms once.
func TestConfirmationToken(t *testing.T) {
	t.Parallel()
	s := newPlainShop(t, "default")
	before := s.methods()
	s.goTo("/")
	try[bool](s, `(card.destroy(), window.group = stripe.elements({mode: "setup", currency: "eur"}), note(group.create("payment")), true)`)
	s.until("the element", `heard.includes("ready")`)
	if got := s.failing(`stripe.createConfirmationToken({elements: group})`); !strings.HasPrefix(got, "IntegrationError: elements.submit() must be called before stripe.createConfirmationToken()") {
		t.Errorf("without submit: %s", got)
	}
	if got := s.failing(`stripe.createConfirmationToken({})`); !strings.HasPrefix(got, "IntegrationError: Invalid value for stripe.createConfirmationToken(): elements") {
		t.Errorf("without elements: %s", got)
	}
	s.fill(named("number"), secureCard)
	s.fill(named("expiry"), "1234")
	s.fill(at("[data-elements-stable-field-name=cardCvc][id]"), "123")
	s.choose(field("Country"), "DE")
	s.run(`group.submit().then(() => stripe.createConfirmationToken({elements: group, params: {return_url: "https://example.org/back", payment_method_data: {billing_details: {name: "Jo Doe"}}}}))`)
	s.until("an answer", "window.ran")
	got := eval[struct {
		ConfirmationToken *struct {
			ID, Object string
			ReturnURL  string `json:"return_url"`
			Preview    struct {
				Type    string
				Card    struct{ Brand, Last4 string }
				Billing struct {
					Name    string
					Address struct{ Country string }
				} `json:"billing_details"`
			} `json:"payment_method_preview"`
		}
	}](s.tab, "window.ran").ConfirmationToken
	if got == nil || !strings.HasPrefix(got.ID, "ctoken_") || got.Object != "confirmation_token" || got.ReturnURL != "https://example.org/back" ||
		got.Preview.Type != "card" || got.Preview.Card.Last4 != "3155" || got.Preview.Billing.Name != "Jo Doe" || got.Preview.Billing.Address.Country != "DE" {
		t.Fatalf("made %s", eval[string](s.tab, "JSON.stringify(window.ran)"))
	}
	confirm := `stripe.confirmSetup({clientSecret: ` + quote(s.secret()) + `, redirect: "if_required", confirmParams: {confirmation_token: ` + quote(got.ID) + `}})`
	s.run(confirm)
	s.click(button("Complete authentication"))
	s.until("an answer", `window.ran?.setupIntent?.status === "succeeded"`)
	if m := s.added(before); m.Card.Last4 != "3155" {
		t.Errorf("added %+v", m)
	}
}
