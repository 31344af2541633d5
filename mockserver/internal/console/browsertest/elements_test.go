package browsertest_test

import (
	"strings"
	"testing"
)

func (s *shop) setUp(status string) {
	s.t.Helper()
	a := s.answered()
	if a.Error != nil || a.SetupIntent == nil || a.SetupIntent.Status != status || !strings.HasPrefix(a.SetupIntent.ID, "seti_") {
		s.t.Errorf("answered %+v, error %+v", a.SetupIntent, a.Error)
	}
}

func TestSaveWithCardElement(t *testing.T) {
	t.Parallel()
	for path, enter := range map[string]func(*shop, string){"/card": (*shop).enterLine, "/split": (*shop).enterParts} {
		begin := func(t *testing.T) (*shop, []method) {
			s := newShop(t, "default", "/stripe.js")
			s.goTo(path)
			return s, s.methods()
		}
		t.Run(path+"/good", func(t *testing.T) {
			t.Parallel()
			s, before := begin(t)
			enter(s, goodCard)
			s.click(button("Save card"))
			s.setUp("succeeded")
			if m := s.added(before); m.Type != "card" || m.Card.Last4 != "4242" || m.Card.Expires != "12/2034" {
				t.Errorf("added %+v", m)
			}
			s.look("saved")
		})
		t.Run(path+"/declined", func(t *testing.T) {
			t.Parallel()
			s, before := begin(t)
			s.expect("402 POST /v1/setup_intents/*/confirm")
			enter(s, declinedCard)
			s.click(button("Save card"))
			if e := s.answered().Error; e == nil || e.Type != "card_error" || e.Code != "card_declined" || e.Message != declinedText {
				t.Errorf("answered %+v", e)
			}
			enter(s, goodCard)
			s.click(button("Save card"))
			s.added(before)
		})
		t.Run(path+"/3-D Secure", func(t *testing.T) {
			t.Parallel()
			s, before := begin(t)
			enter(s, secureCard)
			s.click(button("Save card"))
			s.click(button("Complete authentication"))
			s.setUp("succeeded")
			if m := s.added(before); m.Card.Last4 != "3155" {
				t.Errorf("added %+v", m)
			}
		})
		t.Run(path+"/incomplete", func(t *testing.T) {
			t.Parallel()
			s, _ := begin(t)
			s.fill(named("cardnumber"), "4242")
			s.click(button("Save card"))
			if e := s.answered().Error; e == nil || e.Type != "validation_error" || e.Code != "incomplete_number" || e.Message != "Your card number is incomplete." {
				t.Errorf("answered %+v", e)
			}
		})
	}
}

// enterParts types a card into the elements for its parts.
func (s *shop) enterParts(number string) {
	s.t.Helper()
	s.fill(named("cardnumber"), number)
	s.fill(named("exp-date"), "1234")
	s.fill(named("cvc"), "123")
}

func TestCreatePaymentMethod(t *testing.T) {
	t.Parallel()
	s := newShop(t, "default", "/stripe.js")
	before := s.methods()
	s.goTo("/card")
	s.enterLine(goodCard)
	s.click(button("Make a method"))
	m := s.answered().PaymentMethod
	if m == nil || !strings.HasPrefix(m.ID, "pm_") || m.Object != "payment_method" || m.Type != "card" ||
		m.Billing.Name != "Jo Doe" || m.Card.Brand != "visa" || m.Card.Last4 != "4242" {
		t.Errorf("made %+v", m)
	}
	if len(s.methods()) != len(before) {
		t.Error("the vendor lists what no intent has taken")
	}
	s.run(`Stripe("pk_test_mock").confirmCardSetup(` + quote(s.secret()) + `, {payment_method: ` + quote(m.ID) + `})`)
	s.until("an answer", "window.ran")
	if got := s.added(before); got.ID != m.ID || got.Card.Last4 != "4242" {
		t.Errorf("added %+v", got)
	}
}

// run starts an asynchronous expression; window.ran is later its value.
func (s *shop) run(js string) {
	s.t.Helper()
	eval[bool](s.tab, `(window.ran = null, `+js+`.then(v => { window.ran = v }), true)`)
}

// An app may handle the next actions itself, after a confirmation without them.
func TestNextAction(t *testing.T) {
	t.Parallel()
	s := newPlainShop(t, "default")
	before := s.methods()
	s.goTo("/")
	s.enterLine(secureCard)
	secret := quote(s.secret())
	s.run(`stripe.confirmCardSetup(` + secret + `, {payment_method: {card}}, {handleActions: false})`)
	s.until("an answer", "window.ran")
	if got := eval[string](s.tab, "window.ran.setupIntent.status"); got != "requires_action" {
		t.Errorf("the status is %s", got)
	}
	s.run(`stripe.handleNextAction({clientSecret: ` + secret + `})`)
	s.click(button("Complete authentication"))
	s.until("an answer", "window.ran")
	if got := eval[string](s.tab, "window.ran.setupIntent.status"); got != "succeeded" {
		t.Errorf("the status is %s", got)
	}
	s.added(before)
}

// If Stripe cannot be reached, the promise is fulfilled with an error, and a
// second attempt works.
func TestUnreachable(t *testing.T) {
	t.Parallel()
	s := newShop(t, "default", "/stripe.js")
	before := s.methods()
	s.expect("failed * /v1/setup_intents/*/confirm: net::ERR_CONNECTION_REFUSED*", "console.error: [Stripe.js] cariqa-mock at * could not be reached.*")
	s.goTo("/")
	s.click(button("Add a card"))
	s.enter(goodCard)
	s.refuse(s.URL + "/v1/setup_intents/*/confirm")
	s.click(button("Save card"))
	if e := s.answered().Error; e == nil || e.Type != "api_connection_error" || e.Message == "" {
		t.Errorf("answered %+v", e)
	}
	s.admit()
	s.click(button("Save card"))
	s.listed(s.added(before))
}

func TestPaymentOptions(t *testing.T) {
	t.Parallel()
	s := newShop(t, "default", "/stripe.js")
	before := s.methods()
	s.goTo("/?layout=accordion&country=AT")
	s.click(button("Add a card"))
	s.waitFor(choice("Google Pay"))
	if got := s.value(field("Country")); got != "AT" {
		t.Errorf("the country is %s", got)
	}
	s.look("accordion")

	s.goTo("/?layout=accordion&cardsOnly")
	s.click(button("Add a card"))
	s.enter(goodCard)
	for _, wallet := range []string{"Apple Pay", "Google Pay"} {
		s.waitGone(choice(wallet))
	}
	s.click(button("Save card"))
	s.listed(s.added(before))
}

func TestCreateToken(t *testing.T) {
	t.Parallel()
	s := newShop(t, "default", "/stripe.js")
	s.goTo("/card")
	s.enterLine(goodCard)
	s.click(button("Make a token"))
	k := s.answered().Token
	if k == nil || !strings.HasPrefix(k.ID, "tok_") || k.Object != "token" || k.Type != "card" || k.Card.Brand != "Visa" || k.Card.Last4 != "4242" || k.Card.Name != "Jo Doe" {
		t.Errorf("made %+v", k)
	}
}

// With redirect "always" the browser leaves the page, and Stripe redirects back.
func TestRedirect(t *testing.T) {
	t.Parallel()
	for name, number := range map[string]string{"frictionless": goodCard, "3-D Secure": secureCard} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newShop(t, "default", "/stripe.js")
			before := s.methods()
			s.goTo("/")
			s.click(button("Add a card elsewhere"))
			s.enter(number)
			s.click(button("Save card"))
			if number == secureCard {
				s.click(button("Complete authentication")) // in a dialog or on the bank's page
			}
			s.until("the way back", `location.pathname === "/return"`)
			s.sees("The setup succeeded")
			u := s.location()
			secret := query(u, "setup_intent_client_secret")
			if u.Scheme+"://"+u.Host != s.Page || query(u, "from") != "methods" || query(u, "redirect_status") != "succeeded" ||
				!strings.HasPrefix(query(u, "setup_intent"), "seti_") || !strings.HasPrefix(secret, query(u, "setup_intent")+"_secret_") {
				t.Errorf("came back to %s", u)
			}
			a := s.answered().SetupIntent
			m := s.added(before)
			if a == nil || a.ID != query(u, "setup_intent") || a.Object != "setup_intent" || a.PaymentMethod != m.ID {
				t.Errorf("retrieved %+v, listed %+v", a, m)
			}
		})
	}
}

// A redirect after a failed 3-D Secure reports the failure; staying on the
// page with an error is accepted, too.
func TestFailedThreeDSecureOnTheWay(t *testing.T) {
	t.Parallel()
	s := newShop(t, "default", "/stripe.js")
	before := s.methods()
	s.goTo("/")
	s.click(button("Add a card elsewhere"))
	s.enter(secureCard)
	s.click(button("Save card"))
	s.click(button("Fail authentication"))
	s.until("an end", `location.pathname === "/return" || document.querySelector("[role=alert].error")`)
	if u := s.location(); u.Path == "/return" {
		if query(u, "redirect_status") != "failed" {
			t.Errorf("came back to %s", u)
		}
		s.sees("The setup requires_payment_method")
	} else {
		s.sees(unauthenticatedText)
	}
	if len(s.methods()) != len(before) {
		t.Error("the vendor lists a method that was not authenticated")
	}
}
