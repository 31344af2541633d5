package browsertest_test

import (
	"testing"

	"github.com/chromedp/chromedp/kb"
)

func TestPaymentElementValidates(t *testing.T) {
	t.Parallel()
	s := newShop(t, "default", "/stripe.js")
	s.goTo("/")
	s.click(button("Add a card"))
	s.waitFor(named("number"))
	s.click(button("Save card"))
	if e := s.answered().Error; e == nil || e.Type != "validation_error" || e.Message != "Your card number is incomplete." {
		t.Errorf("with nothing typed: %+v", e)
	}
	s.enter("4242424242424241")
	s.sees("Your card number is invalid.")
	s.heard("payment", "an incomplete form", func(e event) bool { return !e.Complete && !e.Empty && e.Value.Type == "card" })
	s.fill(named("number"), goodCard)
	s.gone("Your card number is invalid.")
	s.heard("payment", "a complete form", func(e event) bool { return e.Complete })

	s.fill(named("expiry"), "1220")
	s.sees("Your card's expiration year is in the past.")
	s.heard("payment", "an incomplete form", func(e event) bool { return !e.Complete })
	s.fill(named("expiry"), "1234")
	s.gone("Your card's expiration year is in the past.")

	s.fill(named("cvc"), "12")
	s.press(kb.Tab)
	s.sees("Your card's security code is incomplete.")
	s.click(button("Save card"))
	s.wait("the answer to be about the code", func() (string, bool) {
		e := s.answered().Error
		return "", e != nil && e.Type == "validation_error" && e.Message == "Your card's security code is incomplete."
	})
	s.look("invalid")
	s.fill(named("cvc"), "123")
	s.heard("payment", "a complete form", func(e event) bool { return e.Complete })
}

func TestCardElementEvents(t *testing.T) {
	t.Parallel()
	s := newShop(t, "default", "/stripe.js")
	s.goTo("/card")
	s.fill(named("cardnumber"), "42")
	s.heard("card", "the brand", func(e event) bool { return e.Brand == "visa" && !e.Empty && !e.Complete && e.Error == nil })
	s.fill(named("cardnumber"), "4242424242424241")
	s.heard("card", "a wrong number", func(e event) bool {
		return e.Error != nil && e.Error.Type == "validation_error" && e.Error.Code == "invalid_number" && e.Error.Message == "Your card number is invalid."
	})
	s.fill(named("cardnumber"), "5555555555554444")
	s.heard("card", "a number that is right", func(e event) bool { return e.Brand == "mastercard" && e.Error == nil })
	s.fill(named("exp-date"), "1220")
	s.heard("card", "a card of the past", func(e event) bool {
		return e.Error != nil && e.Error.Code == "invalid_expiry_year_past" && e.Error.Message == "Your card's expiration year is in the past."
	})
	s.fill(named("exp-date"), "1234")
	s.fill(named("cvc"), "1")
	s.press(kb.Tab)
	s.heard("card", "a code too short", func(e event) bool {
		return e.Error != nil && e.Error.Code == "incomplete_cvc" && e.Error.Message == "Your card's security code is incomplete."
	})
	s.fill(named("cvc"), "123")
	s.fill(named("postal"), "12345")
	s.heard("card", "a complete card", func(e event) bool { return e.Complete && e.Error == nil && e.Value.PostalCode == "12345" })
	s.click(button("Clear"))
	s.heard("card", "an empty card", func(e event) bool { return e.Empty && !e.Complete && e.Error == nil })
	s.click(button("Focus"))
	s.until("the number to have the focus", `document.activeElement?.name === "cardnumber"`)
	var focus, blur, ready int
	for _, e := range s.events() {
		switch e.Name {
		case "ready":
			ready++
		case "focus":
			focus++
		case "blur":
			blur++
		}
	}
	if ready != 1 || focus < 2 || blur < 1 || focus < blur {
		t.Errorf("%d ready, %d focus, %d blur", ready, focus, blur)
	}
}

// A complete field moves the focus to the next one.
func TestCardElementMovesOn(t *testing.T) {
	t.Parallel()
	s := newShop(t, "default", "/stripe.js")
	before := s.methods()
	s.goTo("/card")
	s.click(named("cardnumber"))
	s.press(goodCard + "1234" + "123" + "12345")
	s.heard("card", "a complete card", func(e event) bool { return e.Complete && e.Value.PostalCode == "12345" })
	s.press(kb.Enter)
	m := s.added(before)
	if m.Card.Expires != "12/2034" || m.Card.Holder == nil || *m.Card.Holder != "Jo Doe" {
		t.Errorf("added %+v", m)
	}
}

func TestPasted(t *testing.T) {
	t.Parallel()
	s := newShop(t, "default", "/stripe.js")
	before := s.methods()
	s.goTo("/")
	s.click(button("Add a card"))
	for _, f := range []struct{ name, text, want string }{
		{"number", "4000-0566-5566-5556", "4000 0566 5566 5556"}, {"expiry", "9/2034", "09 / 34"}, {"cvc", " 123 ", "123"},
	} {
		s.click(named(f.name))
		s.paste(f.text)
		if got := s.value(named(f.name)); got != f.want {
			t.Errorf("%s, pasted %q, shows %q", f.name, f.text, got)
		}
	}
	s.choose(field("Country"), "DE")
	s.click(button("Save card"))
	if m := s.added(before); m.Card.Last4 != "5556" || m.Card.Expires != "09/2034" {
		t.Errorf("added %+v", m)
	}
}

// Errors are announced to screen readers, and no card data is in the page's form,
// as if the fields were Stripe's frames.
func TestFieldsAndThePage(t *testing.T) {
	t.Parallel()
	s := newShop(t, "default", "/stripe.js")
	s.goTo("/")
	s.click(button("Add a card"))
	s.enter("4242424242424241")
	s.sees("Your card number is invalid.")
	reported := of[string](s.tab, named("number"), `function() {
		const ids = (this.getAttribute("aria-describedby") ?? "") + " " + (this.getAttribute("aria-errormessage") ?? "");
		return this.getAttribute("aria-invalid") + ": " + ids.split(" ").map(id => document.getElementById(id)?.innerText ?? "").join(" ").trim();
	}`)
	if reported != "true: Your card number is invalid." {
		t.Errorf("reported %q", reported)
	}
	if sent := eval[string](s.tab, `JSON.stringify([...new FormData(document.querySelector("form"))])`); sent != "[]" {
		t.Errorf("in the page's form: %s", sent)
	}
}

func TestLocale(t *testing.T) {
	t.Parallel()
	s := newShop(t, "default", "/stripe.js")
	s.goTo("/?locale=de")
	s.click(button("Add a card"))
	s.fill(field("Kartennummer"), "4242424242424241")
	s.sees("Ihre Kartennummer ist ungültig.")
}

// A setup intent that has been used cannot be shown again.
func TestUsedIntent(t *testing.T) {
	t.Parallel()
	s := newPlainShop(t, "default")
	s.goTo("/")
	s.enterLine(goodCard)
	s.click(button("Save card"))
	s.setUp("succeeded")
	got := eval[string](s.tab, `new Promise(resolve => {
		const secret = JSON.parse(document.querySelector("#answer").textContent).setupIntent.client_secret;
		const element = Stripe("pk_test_mock").elements({clientSecret: secret}).create("payment");
		element.on("loaderror", e => resolve(e.elementType + " " + e.error.type + " " + e.error.code));
		element.on("ready", () => resolve("ready"));
		element.mount(document.body.appendChild(document.createElement("div")));
	})`)
	if got != "payment invalid_request_error setup_intent_unexpected_state" {
		t.Errorf("got %s", got)
	}
}

func TestSplitElementsEvents(t *testing.T) {
	t.Parallel()
	s := newShop(t, "default", "/stripe.js")
	s.goTo("/split")
	s.fill(named("cardnumber"), "378282246310005")
	s.heard("cardNumber", "a complete number", func(e event) bool { return e.Complete && e.Brand == "amex" })
	s.fill(named("cvc"), "1234")
	s.heard("cardCvc", "a complete code", func(e event) bool { return e.Complete })
	s.fill(named("exp-date"), "0120")
	s.heard("cardExpiry", "a card of the past", func(e event) bool { return e.Error != nil && e.Error.Code == "invalid_expiry_year_past" })
	s.fill(named("exp-date"), "0134")
	s.heard("cardExpiry", "a complete expiry", func(e event) bool { return e.Complete && e.Error == nil })
}

func (s *shop) gone(text string) {
	s.t.Helper()
	s.until("the page to stop showing "+quote(text), "!document.body.innerText.includes("+quote(text)+")")
}
