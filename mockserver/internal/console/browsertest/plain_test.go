package browsertest_test

import (
	"html/template"
	"net/http"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"cariqamock/mockserver/mocktest"
)

// newPlainShop opens a page without framework, and without a bundler.
func newPlainShop(t testing.TB, scenario string) *shop {
	t.Helper()
	s := &shop{Server: mocktest.Start(t), tab: open(t), t: t} // in this order: the tab is closed first
	s.token = s.Token(scenario)
	index := template.Must(template.ParseFiles("app/plain.html"))
	s.host(func(w http.ResponseWriter, _ *http.Request) {
		s.html(w)
		if err := index.Execute(w, map[string]string{"Nonce": nonce, "Fake": s.URL, "Token": s.token, "User": customer}); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestPlainPage(t *testing.T) {
	t.Parallel()
	s := newPlainShop(t, "default")
	before := s.methods()
	s.goTo("/")
	s.enterLine(goodCard)
	s.click(button("Save card"))
	s.setUp("succeeded")
	s.added(before)
	if warned := s.watch.warned(); len(warned) > 0 {
		t.Errorf("warned %q", warned)
	}
	s.look("plain")
}

// Without a mouse: Tab goes through the fields in order, Enter sends the form,
// and the dialog takes the focus, keeps it and returns it.
func TestKeyboardAlone(t *testing.T) {
	t.Parallel()
	s := newPlainShop(t, "default")
	before := s.methods()
	s.goTo("/")
	s.waitFor(named("cardnumber"))
	s.press(kb.Tab)
	s.focused(`a => a.id === "holder"`)
	s.press("Jo Doe" + kb.Tab)
	for _, f := range []struct{ name, text string }{{"cardnumber", secureCard}, {"exp-date", "1234"}, {"cvc", "123"}, {"postal", "12345"}} {
		s.tabTo(f.name)
		s.press(f.text)
	}
	s.press(kb.Enter)
	s.waitFor(button("Complete authentication"))
	s.until("the focus to be in the dialog", `document.querySelector("dialog").contains(document.activeElement)`)
	for range 8 { // enough to get around
		if eval[bool](s.tab, `document.activeElement?.innerText.trim() === "Complete authentication"`) {
			break
		}
		s.press(kb.Tab)
	}
	s.focused(`a => a.innerText.trim() === "Complete authentication"`)
	s.press(kb.Enter)
	s.setUp("succeeded")
	if m := s.added(before); m.Card.Last4 != "3155" || m.Card.Holder == nil || *m.Card.Holder != "Jo Doe" {
		t.Errorf("added %+v", m)
	}
	s.until("the focus to be back in the form", `document.activeElement?.closest("form")`)
}

// focused waits until the focused element satisfies a JavaScript function.
func (b *tab) focused(want string) {
	b.t.Helper()
	b.until("the focus", "("+want+")(document.activeElement)")
}

// tabTo presses Tab until the focus is in an input, unless a complete field has
// already moved it there.
func (b *tab) tabTo(name string) {
	b.t.Helper()
	is := "document.activeElement?.name === " + quote(name)
	if !eval[bool](b, is) {
		b.press(kb.Tab)
	}
	b.until("the focus in "+name, is)
}

// A test intercepts requests, as with Playwright's page.route: the app is
// unchanged and requests Stripe's script.
func TestIntercepted(t *testing.T) {
	t.Parallel()
	s := newShop(t, "default", "")
	s.fulfill("https://js.stripe.com/*", "text/javascript; charset=utf-8", s.script("/endive/stripe.js"))
	before := s.methods()
	s.goTo("/")
	s.click(button("Add a card"))
	s.enter(secureCard)
	s.click(button("Save card"))
	s.click(button("Complete authentication"))
	s.listed(s.added(before))
	if src := eval[string](s.tab, `document.querySelector("script[src^='https://js.stripe.com/']").src`); src != "https://js.stripe.com/endive/stripe.js" {
		t.Errorf("the package asks for %s", src)
	}
	if warned := s.watch.warned(); len(warned) > 0 {
		t.Errorf("warned %q", warned)
	}
}
