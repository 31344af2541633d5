package browsertest_test

import (
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// Escape in a field is reported to the page, which may close its form.
func TestEscape(t *testing.T) {
	t.Parallel()
	for kind, input := range map[string]string{"card": "cardnumber", "cardCvc": "cvc", "payment": "number"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			s := newPlainShop(t, "default")
			s.goTo("/")
			eval[bool](s.tab, `(() => {
				document.querySelector("form").remove();
				const element = Stripe("pk_test_mock").elements({mode: "setup", currency: "eur"}).create(`+quote(kind)+`);
				element.on("escape", e => { window.escaped = e.elementType });
				element.mount(document.body.appendChild(document.createElement("div")));
				return true;
			})()`)
			s.click(named(input))
			s.press(kb.Escape)
			s.until("the escape event", "window.escaped === "+quote(kind))
		})
	}
}

// Stripe's packages can register themselves and retrieve intents.
func TestWrappersAndIntents(t *testing.T) {
	t.Parallel()
	s := newPlainShop(t, "debt")
	s.goTo("/")
	if kind := eval[string](s.tab, `(() => {
		window.stripe2 = Stripe("pk_test_mock");
		stripe2._registerWrapper({name: "stripe-js", version: "10.2.1", startTime: Date.now()});
		stripe2.registerAppInfo({name: "shop", version: "1"});
		return typeof stripe2.elements;
	})()`); kind != "function" {
		t.Errorf("elements is a %s", kind)
	}
	var debts struct {
		Results []struct {
			Secret string `json:"payment_intent_client_secret"`
		}
	}
	s.get("/charging/debts/", &debts)
	secret := debts.Results[0].Secret
	if got := eval[string](s.tab, `stripe2.retrievePaymentIntent(`+quote(secret)+`).then(r => r.paymentIntent.status + " " + r.paymentIntent.amount + " " + r.paymentIntent.currency)`); got != "requires_payment_method 539 eur" {
		t.Errorf("the debt's intent: %s", got)
	}
	if got := eval[bool](s.tab, `stripe2.elements({clientSecret: `+quote(secret)+`}).fetchUpdates().then(r => !r.error)`); !got {
		t.Error("fetchUpdates fails")
	}
	for _, call := range []string{`stripe2._registerWrapper`, `stripe2.registerAppInfo`} {
		if got := eval[string](s.tab, "typeof "+call); got != "function" {
			t.Errorf("%s is a %s", call, got)
		}
	}
}
