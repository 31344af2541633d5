package browsertest_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// hearing replaces console.warn, so that warnings are seen in every engine.
const hearing = `(window.said = [], console.warn = (...all) => said.push(all.join(" ")), true)`

// said returns the warnings since the last call.
func (s *shop) said() []string {
	s.t.Helper()
	return eval[[]string](s.tab, "said.splice(0)")
}

// inTurn runs each element through its life, and notes what is wrong.
const inTurn = `async (types, methods) => {
	const wrong = [], page = document.querySelector("form");
	for (const type of types) {
		const note = text => wrong.push(type + ": " + text);
		try {
			const elements = stripe.elements({mode: "setup", currency: "eur"});
			const element = elements.create(type, type === "address" ? {mode: "billing"} : {});
			for (const name of [...methods[type] ?? [], "mount", "unmount", "update", "destroy", "on", "off", "once", "focus", "blur", "clear"]) {
				if (typeof element[name] !== "function") note("has no " + name + "()");
			}
			const place = page.insertAdjacentElement("afterend", document.createElement("div"));
			for (const round of ["first", "again"]) {
				const ready = new Promise(then => element.once("ready", then));
				element.mount(place);
				const event = await Promise.race([ready, new Promise(then => setTimeout(then, 20000))]);
				if (event?.elementType !== type) note("is not ready: " + JSON.stringify(event));
				if (type === "expressCheckout" && !("availablePaymentMethods" in event && event.availablePaymentMethods === undefined)) note("has wallets");
				if (place.getBoundingClientRect().height < 10) note("cannot be seen");
				element.focus(); element.clear(); element.blur(); element.update({});
				await element.getValue?.();
				element.unmount();
				if (place.childNodes.length > 0 || place.className !== "") note("leaves something behind: " + place.outerHTML);
			}
			if (!type.startsWith("issuing") && elements.getElement(type) !== element) note("is not found");
			element.destroy();
			place.remove();
		} catch (e) {
			note(e);
		}
	}
	return wrong;
}`

// Every element of Stripe's types can be used: those that the fake does not have
// are placeholders, each with one warning that names it.
func TestElementTypes(t *testing.T) {
	t.Parallel()
	types, described := elementTypes(t), describedElements(t)
	if len(types) < 30 || len(described) < 18 {
		t.Fatalf("the types have %d elements, of which %d are described", len(types), len(described))
	}
	methods := map[string][]string{}
	for name, e := range described {
		methods[name] = e.methods
	}
	s := newPlainShop(t, "default")
	s.goTo("/")
	eval[bool](s.tab, "(card.destroy(), "+hearing+")")
	texts, _ := json.Marshal(types)
	all, _ := json.Marshal(methods)
	for _, wrong := range eval[[]string](s.tab, "("+inTurn+")("+string(texts)+", "+string(all)+")") {
		t.Error(wrong)
	}
	said := s.said()
	for _, name := range types {
		n := 0
		for _, text := range said {
			if strings.Contains(text, " the Element "+name+".") {
				n++
			}
		}
		want := 1
		if slices.Contains([]string{"payment", "card", "cardNumber", "cardExpiry", "cardCvc"}, name) {
			want = 0
		}
		if n != want {
			t.Errorf("%s: %d warnings, want %d", name, n, want)
		}
	}
	if got := len(said); got != len(types)-5 {
		t.Errorf("%d warnings: %q", got, said)
	}
}

// Every option of Stripe's types is known.
func TestElementOptions(t *testing.T) {
	t.Parallel()
	s := newPlainShop(t, "default")
	s.goTo("/")
	eval[bool](s.tab, "(card.destroy(), "+hearing+")")
	for name, e := range describedElements(t) {
		given, _ := json.Marshal(append([]string{}, e.options...))
		eval[bool](s.tab, `(stripe.elements({mode: "setup"}).create(`+quote(name)+`, Object.fromEntries(`+string(given)+`.map(name => [name, undefined]))), true)`)
	}
	group := published(t, "elements-group.d.ts")
	base := allOf(block(t, group, "interface BaseStripeElementsOptions {", "}"), `(?m)^  (\w+)\??:`)
	update := allOf(block(t, group, "export interface StripeElementsUpdateOptions {", "}"), `(?m)^  (\w+)\??:`)
	given, _ := json.Marshal(append(append(base, update...), allOf(block(t, group, "interface StripeElementsOptionsModeBase", "}"), `(?m)^  (\w+)\??:`)...))
	eval[bool](s.tab, `(stripe.elements(Object.fromEntries(`+string(given)+`.map(name => [name, undefined]))), true)`)
	variables, _ := json.Marshal(allOf(block(t, group, "  variables?: {", "  };"), `(?m)^    (\w+)\??:`))
	eval[bool](s.tab, `(stripe.elements({appearance: {variables: Object.fromEntries(`+string(variables)+`.map(name => [name, "#123456"]))}}), true)`)
	if said := s.said(); len(said) > 0 || len(variables) < 1000 || len(given) < 300 {
		t.Errorf("of %d and %d bytes of names, these have warnings: %q", len(given), len(variables), said)
	}
}

// What an address or e-mail placeholder is filled with, the page can read, and it
// is in the billing details.
func TestPlaceholderValues(t *testing.T) {
	t.Parallel()
	s := newPlainShop(t, "default")
	s.goTo("/")
	try[bool](s, `(card.destroy(), window.group = stripe.elements({mode: "setup", currency: "eur", paymentMethodCreation: "manual"}),
		group.create("linkAuthentication", {defaultValues: {email: "old@example.org"}}).mount(document.querySelector("#card")),
		window.place = group.create("address", {mode: "billing", defaultValues: {name: "Jo Doe", address: {country: "AT"}}}),
		place.mount("form > #error"), place.on("change", e => { window.changed = e }),
		window.mail = group.getElement("linkAuthentication").on("change", e => { window.mailed = e }),
		note(group.create("payment")), true)`)
	s.until("the element", `heard.includes("ready")`)
	s.until("the change events", `window.mailed?.complete && window.mailed.value.email === "old@example.org" && window.changed && !window.changed.complete`)
	s.fill(field("Email"), "jo@example.org")
	s.fill(field("Address"), "Ring 1")
	s.fill(field("City"), "Wien")
	s.fill(field("Postal code"), "1010")
	want := `{"elementType":"address","empty":false,"complete":true,"isNewAddress":true,"value":{"name":"Jo Doe","address":{"line2":null,"state":"","line1":"Ring 1","city":"Wien","postal_code":"1010","country":"AT"}},"elementMode":"billing"}`
	if got := eval[string](s.tab, "place.getValue().then(JSON.stringify)"); got != want {
		t.Errorf("the value is %s", got)
	}
	if got := eval[string](s.tab, "JSON.stringify(changed)"); got != want {
		t.Errorf("the event is %s", got)
	}
	s.fill(named("number"), goodCard)
	s.fill(named("expiry"), "1234")
	s.fill(at("[data-elements-stable-field-name=cardCvc][id]"), "123")
	s.choose(at("[autocomplete=country][id$=-country]:not([id$='address.country'])"), "DE")
	s.run(`group.submit().then(() => stripe.createPaymentMethod({elements: group}))`)
	s.until("an answer", "window.ran")
	billing := eval[map[string]any](s.tab, `window.ran.paymentMethod?.billing_details ?? window.ran`)
	delete(billing, "phone")
	delete(billing, "tax_id")
	address := map[string]any{"line1": "Ring 1", "line2": nil, "city": "Wien", "state": nil, "postal_code": "1010", "country": "DE"} // the payment element's own country
	if diff := cmp.Diff(map[string]any{"name": "Jo Doe", "email": "jo@example.org", "address": address}, billing); diff != "" {
		t.Errorf("billing details, wanted and seen:\n%s", diff)
	}
}
