package browsertest_test

import (
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// enterLine types a card into the card element.
func (s *shop) enterLine(number string) {
	s.t.Helper()
	s.fill(named("cardnumber"), number)
	s.fill(named("exp-date"), "1234")
	s.fill(named("cvc"), "123")
	s.fill(named("postal"), "12345")
}

func TestPayDebt(t *testing.T) {
	t.Parallel()
	for start, enter := range map[string]func(*shop, string){"Pay": (*shop).enter, "Pay by card": (*shop).enterLine} {
		owing := func(t *testing.T) *shop {
			s := newShop(t, "debt", "/stripe.js")
			s.goTo("/debts")
			s.sees("5.39 eur")
			s.click(button(start))
			return s
		}
		t.Run(start+"/good", func(t *testing.T) {
			t.Parallel()
			s := owing(t)
			enter(s, goodCard)
			s.click(button("Pay now"))
			s.paid()
		})
		t.Run(start+"/declined", func(t *testing.T) {
			t.Parallel()
			s := owing(t)
			s.expect("402 POST /v1/payment_intents/*/confirm")
			enter(s, declinedCard)
			s.click(button("Pay now"))
			e := s.answered().Error
			if e == nil || e.Type != "card_error" || e.Code != "card_declined" || e.Message != declinedText || e.PaymentIntent.Status != "requires_payment_method" {
				t.Errorf("answered %+v", e)
			}
			if s.debts() != 1 {
				t.Error("the debt is gone")
			}
			enter(s, goodCard)
			s.click(button("Pay now"))
			s.paid()
		})
		t.Run(start+"/3-D Secure", func(t *testing.T) {
			t.Parallel()
			s := owing(t)
			enter(s, secureCard)
			s.click(button("Pay now"))
			s.click(button("Fail authentication"))
			if e := s.answered().Error; e == nil || e.Code != "payment_intent_authentication_failure" || e.Message != unauthenticatedText {
				t.Errorf("answered %+v", e)
			}
			enter(s, secureCard)
			s.click(button("Pay now"))
			s.waitFor(button("Complete authentication"))
			s.sees("5.39")
			s.click(button("Complete authentication"))
			s.paid()
		})
	}
}

func TestPayDebtWithWallet(t *testing.T) {
	t.Parallel()
	s := newShop(t, "debt", "/stripe.js")
	s.goTo("/debts")
	s.click(button("Pay"))
	s.click(choice("Google Pay"))
	s.click(button("Pay now"))
	s.paid()
}

// Escape closes the modal dialog, and the authentication fails.
func TestEscapeFailsThreeDSecure(t *testing.T) {
	t.Parallel()
	s := newShop(t, "debt", "/stripe.js")
	s.goTo("/debts")
	s.click(button("Pay by card"))
	s.enterLine(secureCard)
	s.click(button("Pay now"))
	s.waitFor(button("Complete authentication"))
	s.press(kb.Escape)
	if e := s.answered().Error; e == nil || e.Code != "payment_intent_authentication_failure" {
		t.Errorf("answered %+v", e)
	}
	if s.debts() != 1 {
		t.Error("the debt is gone")
	}
}

func (s *shop) paid() {
	s.t.Helper()
	s.sees("Nothing to pay")
	if got := s.debts(); got != 0 {
		s.t.Errorf("the vendor lists %d debts", got)
	}
}
