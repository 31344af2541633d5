package browsertest_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Stripe's test cards.
const (
	goodCard     = "4242424242424242"
	declinedCard = "4000000000000002"
	secureCard   = "4000002500003155" // requires 3-D Secure
)

// Stripe's messages.
const (
	declinedText        = "Your card was declined."
	unauthenticatedText = "We are unable to authenticate your payment method. Please choose a different payment method and try again."
)

// enter types a card into the payment element.
func (s *shop) enter(number string) {
	s.t.Helper()
	s.fill(named("number"), number)
	s.fill(named("expiry"), "1234")
	s.fill(named("cvc"), "123")
	s.choose(field("Country"), "DE") // some countries also require a postal code
}

// listed waits for a method in the page's list.
func (s *shop) listed(m method) {
	s.t.Helper()
	if text := s.text(at("#methods [data-id=" + m.ID + "]")); !strings.Contains(text, m.Card.Last4) {
		s.t.Errorf("the page shows %q for %s", text, m.ID)
	}
}

func visa(m method) method {
	out := method{ID: m.ID, Type: "card"}
	out.Card.Brand, out.Card.Last4, out.Card.Expires = "visa", "4242", "12/2034"
	return out
}

func TestAddCard(t *testing.T) {
	t.Parallel()
	for name, start := range map[string]string{"intent first": "Add a card", "intent last": "Add a card later"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newShop(t, "default", "/stripe.js")
			before := s.methods()
			s.goTo("/")
			s.click(button(start))
			s.enter(goodCard)
			if number, expiry := s.value(named("number")), s.value(named("expiry")); number != "4242 4242 4242 4242" || expiry != "12 / 34" {
				t.Errorf("the element shows %q and %q", number, expiry)
			}
			s.click(button("Save card"))
			m := s.added(before)
			if diff := cmp.Diff(visa(m), m); diff != "" {
				t.Errorf("the new method, wanted and listed: %s", diff)
			}
			s.listed(m)
			s.waitGone(named("number"))
			if got := len(s.methods()); got != len(before)+1 {
				t.Errorf("%d methods, before there were %d", got, len(before))
			}
		})
	}
}

// By labels only, as a user of a screen reader or a test by role does, and in a
// country with postal codes.
func TestAddCardByLabels(t *testing.T) {
	t.Parallel()
	s := newShop(t, "default", "/stripe.js")
	before := s.methods()
	s.goTo("/")
	s.click(button("Add a card"))
	s.choose(field("Country"), "US")
	s.fill(field("Card number"), goodCard)
	s.fill(field("Expiration date"), "12/34")
	s.fill(field("Security code"), "123")
	s.fill(field("ZIP code"), "94107")
	s.click(button("Save card"))
	s.listed(s.added(before))
}

func TestRemoveCard(t *testing.T) {
	t.Parallel()
	s := newShop(t, "debt", "/stripe.js")
	s.expect("402 DELETE /api/v1/users/*/payment-methods/pm_abc123/")
	s.goTo("/")
	s.click(button("Remove 4444"))
	s.sees("The user has an outstanding payment.")
	s.waitFor(button("Remove 4444"))
	if got := len(s.methods()); got != 2 {
		t.Errorf("%d methods are left", got)
	}

	s = newShop(t, "removable", "/stripe.js")
	s.goTo("/")
	s.click(at("[data-id=pm_abc123] button"))
	s.waitGone(at("[data-id=pm_abc123]"))
	for _, m := range s.methods() {
		if m.ID == "pm_abc123" {
			t.Error("the vendor still lists it")
		}
	}
}

func TestDeclinedCard(t *testing.T) {
	t.Parallel()
	s := newShop(t, "default", "/stripe.js")
	s.expect("402 POST /v1/setup_intents/*/confirm")
	before := s.methods()
	s.goTo("/")
	s.click(button("Add a card"))
	s.enter(declinedCard)
	s.click(button("Save card"))
	e := s.answered().Error
	if e == nil || e.Type != "card_error" || e.Code != "card_declined" || e.DeclineCode != "generic_decline" || e.SetupIntent.Status != "requires_payment_method" {
		t.Errorf("answered %+v", e)
	}
	if got := s.text(at("[role=alert].error")); got != declinedText {
		t.Errorf("the page shows %q", got)
	}
	if got := s.methods(); len(got) != len(before) {
		t.Errorf("listed: %+v", got)
	}
	s.fill(named("number"), goodCard)
	s.click(button("Save card"))
	s.listed(s.added(before))
}

func TestThreeDSecure(t *testing.T) {
	t.Parallel()
	t.Run("complete", func(t *testing.T) {
		t.Parallel()
		s := newShop(t, "default", "/stripe.js")
		before := s.methods()
		s.goTo("/")
		s.click(button("Add a card"))
		s.enter(secureCard)
		s.click(button("Save card"))
		s.waitFor(button("Complete authentication"))
		s.waitFor(role("dialog", "3-D Secure"))
		s.until("the dialog to be modal and to have the focus",
			`document.querySelector("dialog")?.matches(":modal") && document.querySelector("dialog").contains(document.activeElement)`)
		if got := s.methods(); len(got) != len(before) {
			t.Errorf("listed before the authentication: %+v", got)
		}
		s.look("dialog")
		s.click(button("Complete authentication"))
		m := s.added(before)
		if m.Card.Last4 != "3155" {
			t.Errorf("added %+v", m)
		}
		s.listed(m)
		s.until("the dialog to be gone", `!document.querySelector("dialog[open]")`)
	})
	t.Run("fail", func(t *testing.T) {
		t.Parallel()
		s := newShop(t, "default", "/stripe.js")
		before := s.methods()
		s.goTo("/")
		s.click(button("Add a card"))
		s.enter(secureCard)
		s.click(button("Save card"))
		s.click(button("Fail authentication"))
		e := s.answered().Error
		if e == nil || e.Type != "invalid_request_error" || e.Code != "setup_intent_authentication_failure" || e.SetupIntent.Status != "requires_payment_method" {
			t.Errorf("answered %+v", e)
		}
		if got := s.text(at("[role=alert].error")); got != unauthenticatedText {
			t.Errorf("the page shows %q", got)
		}
		s.fill(named("number"), goodCard)
		s.click(button("Save card"))
		s.listed(s.added(before))
	})
}

func TestWallets(t *testing.T) {
	t.Parallel()
	for wallet, kind := range map[string]string{"Apple Pay": "apple_pay", "Google Pay": "google_pay"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			s := newShop(t, "default", "/stripe.js")
			before := s.methods()
			s.goTo("/")
			s.click(button("Add a card"))
			s.click(choice(wallet))
			s.heard("payment", "the element to report the wallet", func(e event) bool { return e.Value.Type == kind && e.Complete })
			s.waitGone(named("number"))
			s.click(button("Save card"))
			m := s.added(before)
			if m.Type != kind || m.Card.Brand != "visa" {
				t.Errorf("added %+v", m)
			}
			if got := s.text(at("#methods [data-id=" + m.ID + "]")); !strings.HasPrefix(got, kind) {
				t.Errorf("the page shows %q", got)
			}
		})
	}
}

// An element can be unmounted and mounted again; its form is then empty.
func TestElementIsMountedAgain(t *testing.T) {
	t.Parallel()
	s := newShop(t, "default", "/stripe.js")
	before := s.methods()
	s.goTo("/")
	for range 2 {
		s.click(button("Add a card"))
		s.enter(goodCard)
		s.click(button("Save card"))
		before = append(before, s.added(before))
		s.waitGone(named("number"))
	}
	if got := s.methods(); len(got) != len(before) {
		t.Errorf("%d methods, want %d", len(got), len(before))
	}
}
