package browsertest_test

import (
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp/kb"
)

// note mounts an element in a new place of the page, and collects its events
// in window.heard.
const note = `function note(element, place) {
	window.heard = [];
	for (const name of ["ready", "change", "focus", "blur", "loaderstart", "loaderror"]) element.on(name, e => heard.push(name + (e.error ? " " + e.error.code : "")));
	element.mount(place || document.querySelector("form").insertAdjacentElement("afterend", document.createElement("div")));
	return element;
}
`

// try evaluates an expression in which note can be used.
func try[T any](s *shop, js string) T {
	s.t.Helper()
	return eval[T](s.tab, "(() => { "+note+" return "+js+" })()")
}

// failing returns the error that an expression throws, or that its promise is
// rejected with.
func (s *shop) failing(js string) string {
	s.t.Helper()
	return eval[string](s.tab, `new Promise(resolve => resolve(`+js+`)).then(() => "nothing", e => e.name + ": " + e.message)`)
}

// Frameworks attach a page's handlers some time after they have mounted an
// element: React 17 in separate tasks, after the page has been painted.
func TestReadyIsNotMissed(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"card", "payment"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			s := newPlainShop(t, "default")
			s.goTo("/")
			got := eval[string](s.tab, `new Promise(resolve => {
				const element = Stripe("pk_test_mock").elements({mode: "setup", currency: "eur"}).create(`+quote(kind)+`);
				element.mount(document.body.appendChild(document.createElement("div")));
				requestAnimationFrame(() => setTimeout(() => element.on("ready", e => resolve(e.elementType)), 20));
			})`)
			if got != kind {
				t.Errorf("ready: %s", got)
			}
		})
	}
}

// Vue wraps all data in proxies, Stripe's objects in a page included, but not the
// browser's objects.
func TestObservedData(t *testing.T) {
	t.Parallel()
	s := newPlainShop(t, "default")
	before := s.methods()
	s.goTo("/")
	eval[bool](s.tab, `(window.observed = v => Object.prototype.toString.call(v) !== "[object Object]" ? v
		: new Proxy(v, {get: (target, key, self) => observed(Reflect.get(target, key, self))}), true)`)
	for _, then := range []string{"first", "again"} { // after destroy
		try[bool](s, `(window.data = observed({elements: window.data ? data.elements : stripe.elements({mode: "setup", currency: "eur"})}),
			window.data.element = observed(note(data.elements.create("payment"))), true)`)
		s.until("the element", `heard.includes("ready")`)
		s.fill(named("number"), goodCard)
		s.fill(named("expiry"), "1234")
		s.fill(at("[data-elements-stable-field-name=cardCvc][id]"), "123")
		s.choose(field("Country"), "DE")
		s.run(`data.elements.submit().then(() => stripe.confirmSetup({elements: data.elements, clientSecret: ` + quote(s.secret()) + `, redirect: "if_required"}))`)
		s.until(then, `window.ran?.setupIntent?.status === "succeeded"`)
		before = append(before, s.added(before))
		eval[bool](s.tab, `(data.element.destroy(), data.elements.getElement("payment") === null)`)
	}
}

func TestTyping(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, typed, want string }{
		{"exp-date", "13", "01 / 3"}, {"exp-date", "1/30", "01 / 30"}, {"exp-date", "0130", "01 / 30"}, {"exp-date", "12/2034", "12 / 34"},
		{"cardnumber", "378282246310005", "3782 822463 10005"}, {"cardnumber", "36227206271667", "3622 720627 1667"},
		{"cardnumber", "6205500000000000004", "6205 5000 0000 0000 004"}, {"cardnumber", "4242-4242 4242x4242", "4242 4242 4242 4242"},
		{"cardnumber", "４２４２", "4242"}, {"cvc", "12a3", "123"},
	}
	s := newPlainShop(t, "default")
	s.goTo("/")
	for _, tt := range tests {
		eval[bool](s.tab, "(card.clear(), true)")
		s.fill(named(tt.name), tt.typed)
		if got := s.value(named(tt.name)); got != tt.want {
			t.Errorf("%s, typed %q, shows %q, want %q", tt.name, tt.typed, got, tt.want)
		}
	}
	eval[bool](s.tab, "(card.clear(), true)")
	s.fill(named("cardnumber"), "6011111111111118")
	s.sees("Your card number is invalid.")
	s.press(kb.Backspace)
	s.gone("Your card number is invalid.")
	s.press("7")
	s.until("the focus to move on", `document.activeElement.name === "exp-date"`)
}

// An input method replaces its own text several times before it commits it.
func TestInputMethod(t *testing.T) {
	t.Parallel()
	s := newPlainShop(t, "default")
	s.goTo("/")
	s.click(named("cardnumber"))
	for _, text := range []string{"4", "42", "42424"} {
		n := int64(len(text))
		compose := call(input.ImeSetComposition, input.ImeSetCompositionParams{Text: text, SelectionStart: n, SelectionEnd: n})
		s.do("composing "+text, s.chromium("text is composed").do(compose))
	}
	s.paste("42424")
	if got := s.value(named("cardnumber")); got != "4242 4" {
		t.Errorf("shows %q", got)
	}
}

// Autofill may set a value and send only a change event.
func TestFilledByScript(t *testing.T) {
	t.Parallel()
	s := newPlainShop(t, "default")
	s.goTo("/")
	for _, event := range []string{"input", "change"} {
		eval[bool](s.tab, "(card.clear(), true)")
		of[bool](s.tab, named("cardnumber"), `function() { this.value = "5555555555554444"; return this.dispatchEvent(new Event(`+quote(event)+`, {bubbles: true})) }`)
		if got := s.value(named("cardnumber")); got != "5555 5555 5555 4444" {
			t.Errorf("after %s it shows %q", event, got)
		}
	}
}

// Whether a security code is complete depends on the number, which may come last.
func TestCodeBeforeNumber(t *testing.T) {
	t.Parallel()
	s := newPlainShop(t, "default")
	s.goTo("/")
	eval[bool](s.tab, "(card.destroy(), true)")
	try[bool](s, `(window.group = stripe.elements(), note(group.create("cardNumber")), note(group.create("cardCvc")).on("change", e => { window.complete = e.complete }), true)`)
	s.fill(named("cvc"), "123")
	s.until("a complete code", "window.complete === true")
	s.fill(named("cardnumber"), "378282246310005")
	s.until("an incomplete code", "window.complete === false")
	s.fill(named("cardnumber"), goodCard)
	s.until("a complete code", "window.complete === true")
}

// A removed element sends no event: the page may no longer exist.
func TestGoneElementIsSilent(t *testing.T) {
	t.Parallel()
	s := newPlainShop(t, "default")
	s.goTo("/")
	eval[bool](s.tab, "(card.destroy(), true)")
	for _, end := range []string{"destroy", "unmount"} {
		try[bool](s, `(window.other = note(stripe.elements().create("card")), true)`)
		s.until("the element", `heard.includes("ready")`)
		s.click(named("cardnumber"))
		s.press("4242")
		if got := eval[string](s.tab, `(window.heard = [], other.`+end+`(), new Promise(resolve => setTimeout(() => resolve(heard.join()), 150)))`); got != "" {
			t.Errorf("%s: heard %s", end, got)
		}
	}
	if got := eval[int](s.tab, "document.adoptedStyleSheets.length"); got != 0 {
		t.Errorf("%d style sheets are left", got)
	}
}

// Enter in a field works as in a field of the page: it sends the form unless the
// submit button is disabled.
func TestEnter(t *testing.T) {
	t.Parallel()
	s := newPlainShop(t, "default")
	s.goTo("/")
	eval[bool](s.tab, `(window.sent = [], addEventListener("submit", e => { e.preventDefault(); e.stopImmediatePropagation(); sent.push(e.submitter?.innerText) }, true),
		document.querySelector("button").disabled = true)`)
	s.click(named("cvc"))
	s.press(kb.Enter)
	eval[bool](s.tab, `document.querySelector("button").disabled = false`)
	s.press(kb.Enter)
	if got := eval[string](s.tab, "sent.join()"); got != "Save card" {
		t.Errorf("sent by %q", got)
	}
}

// A modal dialog of the page may have made the rest of the page unclickable.
func TestDialogAboveAnother(t *testing.T) {
	t.Parallel()
	s := newPlainShop(t, "default")
	s.goTo("/")
	s.enterLine(secureCard)
	eval[bool](s.tab, `(document.body.style.pointerEvents = "none", window.above = document.body.appendChild(document.createElement("dialog")),
		above.append(document.querySelector("form")), above.showModal(), true)`)
	s.run(`stripe.confirmCardSetup(` + quote(s.secret()) + `, {payment_method: {card}})`)
	s.click(button("Complete authentication"))
	s.until("an answer", `window.ran?.setupIntent?.status === "succeeded" && above.open`)
}

// In a narrow element the complete number shrinks to its last four digits, to make
// space for the other fields.
func TestNarrowPlace(t *testing.T) {
	t.Parallel()
	s := newPlainShop(t, "default")
	s.size(300, 700)
	s.goTo("/")
	s.fill(named("cardnumber"), goodCard[:15])
	const room = `function() { return this.clientWidth >= this.scrollWidth - 1 ? this.clientWidth : 0 }`
	if of[int](s.tab, named("cardnumber"), room) == 0 {
		t.Error("the number does not fit while it is typed")
	}
	s.press("2" + "1234" + "123" + "12345")
	for _, name := range []string{"exp-date", "cvc", "postal"} {
		if of[int](s.tab, named(name), room) == 0 {
			t.Errorf("%s is cut off", name)
		}
	}
	s.until("the number to be short", `(n => n.clientWidth < 50 && n.scrollLeft + n.clientWidth >= n.scrollWidth - 2)(document.querySelector("[name=cardnumber]"))`)
	s.click(named("cardnumber"))
	if of[int](s.tab, named("cardnumber"), room) == 0 {
		t.Error("the number does not fit when somebody comes back to it")
	}
	s.look("narrow")
}

// An element that failed to load is loaded when it is mounted again.
func TestReloadAfterFailure(t *testing.T) {
	t.Parallel()
	s := newPlainShop(t, "default")
	s.expect("failed * /v1/setup_intents/*: net::ERR_CONNECTION_REFUSED*", "console.error: [Stripe.js] cariqa-mock at * could not be reached.*")
	s.goTo("/")
	s.refuse(s.URL + "/v1/setup_intents/*")
	try[bool](s, `(window.other = note(stripe.elements({clientSecret: `+quote(s.secret())+`}).create("payment")), true)`)
	s.until("an error", `heard.join() === "loaderstart,loaderror undefined"`)
	s.admit()
	eval[bool](s.tab, `(other.unmount(), other.mount("form + div"), true)`)
	s.until("the element", `heard.includes("ready")`)
}

// A label in the shadow tree of an element belongs to the element, too.
func TestShadowTree(t *testing.T) {
	t.Parallel()
	s := newPlainShop(t, "default")
	s.goTo("/")
	got := eval[string](s.tab, `(() => {
		const tree = document.body.appendChild(document.createElement("div")).attachShadow({mode: "open"});
		const label = tree.appendChild(document.createElement("label")), place = tree.appendChild(document.createElement("div"));
		label.htmlFor = place.id = "here";
		const other = stripe.elements().create("card");
		other.mount(place);
		label.click();
		const focused = tree.activeElement?.name;
		other.destroy();
		return focused + " " + tree.adoptedStyleSheets.length;
	})()`)
	if got != "cardnumber 0" {
		t.Errorf("got %s", got)
	}
}

func TestMisuse(t *testing.T) {
	t.Parallel()
	s := newPlainShop(t, "default")
	s.goTo("/")
	try[bool](s, `(window.group = stripe.elements({mode: "setup", currency: "eur"}), window.other = note(group.create("payment")), true)`)
	s.until("the element", `heard.includes("ready")`)
	const confirm = `.confirmSetup({elements: group, clientSecret: "seti_1_secret_2", redirect: "if_required"})`
	tests := map[string]string{
		`Stripe(" pk_test_mock\n")`:         "nothing",
		`Stripe("pk_test_other")` + confirm: "IntegrationError: Please use the same instance of `Stripe` you used to create this Element.",
		`Stripe("pk_live_x")`:               "IntegrationError: This page uses a live key, but its Stripe.js is that of cariqa-mock at *",
		`stripe` + confirm:                  "IntegrationError: elements.submit() must be called before stripe.confirmSetup()*",
		`stripe.confirmCardSetup("seti_1_secret_2", {payment_method: {card: {number: "4242424242424242"}}})`: "IntegrationError: Invalid value for stripe.confirmCardSetup(): card should be an object or element. You specified: [object Object].*",
	}
	for js, want := range tests {
		if got := s.failing(js); !matches(want, got) {
			t.Errorf("%s fails with %s, want %s", js, got, want)
		}
	}
}

// The page's styles for inputs do not affect the element.
func TestPageStyles(t *testing.T) {
	t.Parallel()
	s := newPlainShop(t, "default")
	s.goTo("/")
	s.waitFor(named("cardnumber"))
	const look = `[...document.querySelectorAll("#card input")].map(n => [getComputedStyle(n, "::before").content, n.offsetWidth > 20,
		...["height", "color", "fontSize", "borderTopWidth", "textTransform", "letterSpacing", "display"].map(p => getComputedStyle(n)[p])].join()).join("\n")`
	plain := eval[string](s.tab, look)
	for _, css := range []string{
		`* { all: unset }`, `input { display: none }`, `form * { text-transform: uppercase; color: red !important; letter-spacing: 5px }`,
		`form input { width: 9px !important; font-size: 50px !important; border: 9px solid !important }`, `form *::before { content: "x" !important }`,
	} {
		eval[bool](s.tab, `(window.sheet = new CSSStyleSheet(), sheet.replaceSync(`+quote(css)+`), document.adoptedStyleSheets.unshift(sheet), true)`)
		if got := eval[string](s.tab, look); got != plain {
			t.Errorf("with %s:\n%s\nwithout:\n%s", css, got, plain)
		}
		eval[bool](s.tab, `(document.adoptedStyleSheets.splice(0, 1), true)`)
	}
}
