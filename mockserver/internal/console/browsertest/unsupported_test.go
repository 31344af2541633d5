package browsertest_test

import (
	"encoding/json"
	"testing"
)

// working are the methods that have tests of their own.
const working = `["elements", "confirmPayment", "confirmCardPayment", "confirmSetup", "confirmCardSetup", "handleCardAction", "handleNextAction", "createPaymentMethod",
	"createConfirmationToken", "createToken", "retrievePaymentIntent", "retrieveSetupIntent", "paymentRequest", "registerAppInfo"]`

// Every method of Stripe's types is there. What the fake does not support has an
// {error} with a sentence, or returns an object that has one.
func TestStripeMethods(t *testing.T) {
	t.Parallel()
	names := append(stripeMethods(t), "createSource", "retrieveSource", "redirectToCheckout", "initEmbeddedCheckout")
	if len(names) < 75 {
		t.Fatalf("the types have %d methods", len(names))
	}
	s := newPlainShop(t, "default")
	s.goTo("/")
	all, _ := json.Marshal(names)
	wrong := eval[[]string](s.tab, `(async names => {
		const wrong = [], sentence = e => typeof e?.message === "string" && /cariqa-mock.* does not support .*\.$/.test(e.message);
		for (const name of names.filter(n => !`+working+`.includes(n))) {
			try {
				let made = await stripe[name]("x", {});
				if (made?.loadActions) made = await made.loadActions();
				if (made?.mount) {
					const place = document.body.appendChild(document.createElement("div"));
					made.mount(place);
					if (!/cariqa-mock/.test(place.innerText)) wrong.push(name + ": " + place.innerText);
					made.unmount(), made.mount(place), made.destroy();
				} else if (!sentence(made?.error)) wrong.push(name + ": " + JSON.stringify(made));
			} catch (e) {
				wrong.push(name + ": " + e);
			}
		}
		return wrong.concat(names.filter(n => typeof stripe[n] !== "function"));
	})(`+string(all)+`)`)
	for _, w := range wrong {
		t.Error(w)
	}
}

// What a method does not support has an {error}, too.
func TestUnsupportedTypes(t *testing.T) {
	t.Parallel()
	s := newPlainShop(t, "default")
	s.goTo("/")
	for _, js := range []string{
		`createToken("pii", {personal_id_number: "1"})`, `createToken("bank_account", {})`, `createToken(stripe.elements().create("iban"), {})`,
		`createToken("cvc_update", stripe.elements().create("cardCvc"))`, `createPaymentMethod({type: "sepa_debit", sepa_debit: {}})`,
		`createPaymentMethod("us_bank_account", {})`, `handleNextAction({hashedValue: "x"})`,
	} {
		got := eval[answer](s.tab, "stripe."+js)
		if got.Error == nil || got.Error.Type != "invalid_request_error" || !matches("cariqa-mock* does not support stripe.*", got.Error.Message) {
			t.Errorf("%s has the error %+v", js, got.Error)
		}
	}
}

// A page that renders a checkout session gets placeholders, and an error for what
// it would do with the session.
func TestCheckoutSession(t *testing.T) {
	t.Parallel()
	s := newPlainShop(t, "default")
	s.goTo("/")
	got := eval[[]string](s.tab, `(async () => {
		const wrong = [];
		for (const [init, names] of [["initCheckoutElementsSdk", ["PaymentElement", "BillingAddressElement", "ShippingAddressElement", "ExpressCheckoutElement",
			"CurrencySelectorElement", "TaxIdElement", "ContactDetailsElement", "TermsElement", "LinkSignupElement"]], ["initCheckoutFormSdk", ["Form", "CurrencySelectorElement"]]]) {
			const sdk = stripe[init]({clientSecret: "cs_test_1_secret_2"});
			sdk.on("change", () => {}), sdk.changeAppearance({}), sdk.loadFonts([]);
			for (const name of names) {
				if (sdk["get" + name]() !== null) wrong.push(name + " is there already");
				const element = sdk["create" + name](), place = document.body.appendChild(document.createElement("div"));
				element.mount(place);
				if (sdk["get" + name]() !== element) wrong.push(name + " is not found");
				await new Promise(then => element.on("ready", then));
				element.destroy();
			}
			const result = await sdk.loadActions();
			if (result.type !== "error" || !/does not support/.test(result.error.message)) wrong.push(JSON.stringify(result));
		}
		return wrong;
	})()`)
	for _, w := range got {
		t.Error(w)
	}
}
