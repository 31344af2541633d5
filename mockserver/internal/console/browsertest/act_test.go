package browsertest_test

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/chromedp/chromedp/kb"
)

// A spot is an element of a page as a user would name it: by role and
// accessible name, as for a screen reader.
type spot struct {
	roles []string
	name  string
	part  bool   // name is only a part of the accessible name
	css   string // a selector instead of role and name
}

// field is an input by its label, in full.
func field(label string) spot {
	return spot{roles: []string{"textbox", "searchbox", "combobox", "spinbutton", "listbox", "checkbox", "radio", "switch", "slider"}, name: label}
}

// button is a button by its text, in full.
func button(text string) spot { return spot{roles: []string{"button"}, name: text} }

// buttonWith is a button by a part of its text.
func buttonWith(part string) spot { return spot{roles: []string{"button"}, name: part, part: true} }

// choice is one of several options, by a part of its text.
func choice(part string) spot {
	return spot{roles: []string{"radio", "tab", "button", "option", "menuitemradio"}, name: part, part: true}
}

// link is a link by its text, in full.
func link(text string) spot { return spot{roles: []string{"link"}, name: text} }

// role is anything by its role and name, in full.
func role(role, name string) spot { return spot{roles: []string{role}, name: name} }

// named is an input by its name attribute.
func named(name string) spot { return spot{css: "[name=" + quote(name) + "]"} }

// at is an element by a CSS selector, for elements without an accessible name.
func at(css string) spot { return spot{css: css} }

func (s spot) String() string {
	if s.css != "" {
		return s.css
	}
	how := s.roles[0]
	if s.part {
		how += " with"
	}
	return how + " " + quote(s.name)
}

// quote writes a text as JavaScript does.
func quote(text string) string {
	out, err := json.Marshal(text)
	if err != nil {
		panic(err) // cannot happen for a string
	}
	return string(out)
}

// find returns an error unless there is one element of the spot.
func (b *tab) find(s spot) error {
	_, err := b.page.on(s, "function() { return true }")
	return err
}

// of waits for an element and returns the result of a JavaScript function on it.
func of[T any](b *tab, s spot, function string) T {
	b.t.Helper()
	var out T
	b.wait(s.String(), func() (string, bool) {
		v, err := decode[T](b.page.on(s, function))
		if err != nil {
			return err.Error(), false
		}
		out = v
		return "", true
	})
	return out
}

// text returns the text of an element, value the value of an input.
func (b *tab) text(s spot) string {
	b.t.Helper()
	return of[string](b, s, "function() { return this.innerText }")
}

func (b *tab) value(s spot) string {
	b.t.Helper()
	return of[string](b, s, "function() { return this.value }")
}

// waitFor waits until the element exists, waitGone until it does not.
func (b *tab) waitFor(s spot) {
	b.t.Helper()
	of[bool](b, s, "function() { return true }")
}

func (b *tab) waitGone(s spot) {
	b.t.Helper()
	b.wait(s.String()+" to go", func() (string, bool) {
		err := b.find(s)
		return fmt.Sprint(err), errors.Is(err, errNone)
	})
}

// hit returns where an element can be clicked, once it is enabled, has stopped
// moving, and nothing else is in front of it.
const hit = `async function() {
	if (this.disabled || this.getAttribute("aria-disabled") === "true") return {why: "it is disabled"};
	this.scrollIntoView({block: "center", inline: "center", behavior: "instant"});
	const frame = () => new Promise(requestAnimationFrame);
	const before = this.getBoundingClientRect();
	await frame(); await frame();
	const r = this.getBoundingClientRect();
	if (r.x !== before.x || r.y !== before.y || r.width !== before.width) return {why: "it moves"};
	if (r.width === 0 || r.height === 0) return {why: "it has no size"};
	const x = r.x + r.width / 2, y = r.y + r.height / 2;
	const top = this.getRootNode().elementFromPoint(x, y);
	if (!top) return {why: "it is outside of the window"};
	const mine = e => this.contains(e) || e.closest?.("label")?.contains(this);
	if (!mine(top)) return {why: "in front of it is " + top.outerHTML.slice(0, 120)};
	const kinds = ["pointerdown", "mousedown", "pointerup", "mouseup", "click"];
	const check = e => {
		if (!e.isTrusted) return;
		if (!e.composedPath().some(n => n.nodeType === 1 && mine(n))) {
			e.preventDefault();
			e.stopImmediatePropagation();
			window.missedClick = true;
		}
		if (e.type === "click") window.ignoreClick();
	};
	window.missedClick = false;
	window.ignoreClick?.();
	window.ignoreClick = () => kinds.forEach(kind => window.removeEventListener(kind, check, true));
	kinds.forEach(kind => window.addEventListener(kind, check, true));
	return {why: "", x, y};
}`

// An aim is where an element can be clicked, or why it cannot.
type aim struct {
	Why  string
	X, Y float64
}

// click clicks an element as soon as a user could. If the element has moved
// away from the pointer meanwhile, nothing gets the click, and it is repeated.
func (b *tab) click(s spot) {
	b.t.Helper()
	b.wait(s.String()+" to be clicked", func() (string, bool) {
		where, err := decode[aim](b.page.on(s, hit))
		if err != nil {
			return err.Error(), false
		}
		if where.Why != "" {
			return where.Why, false
		}
		b.do("clicking "+s.String(), b.page.click(where.X, where.Y))
		missed, err := decode[bool](b.page.eval("window.missedClick === true"))
		return "it moved away from the click", err != nil || !missed
	})
}

// fill clicks into an input and replaces its value by typing, key by key.
func (b *tab) fill(s spot, text string) {
	b.t.Helper()
	b.click(s)
	var old *string
	b.wait(s.String()+" to have the focus", func() (string, bool) {
		var err error
		old, err = decode[*string](b.page.on(s, `function() { return this.getRootNode().activeElement === this ? (this.select?.(), this.value) : null }`))
		return fmt.Sprint(err), old != nil
	})
	if *old != "" {
		b.press(kb.Backspace)
	}
	b.press(text)
}

// press types on the keyboard, wherever the focus is; kb has the keys that are
// not characters, such as kb.Tab.
func (b *tab) press(keys string) {
	b.t.Helper()
	b.do("typing "+quote(keys), b.page.press(keys))
}

// paste inserts a text where the focus is, at once, like the clipboard and
// Playwright's fill.
func (b *tab) paste(text string) {
	b.t.Helper()
	b.do("pasting "+quote(text), b.page.paste(text))
}

// choose picks an option of a select by its value.
func (b *tab) choose(s spot, value string) {
	b.t.Helper()
	of[bool](b, s, `function() {
		if (![...this.options].some(o => o.value === `+quote(value)+`)) throw new Error("no such option");
		Object.getOwnPropertyDescriptor(HTMLSelectElement.prototype, "value").set.call(this, `+quote(value)+`);
		this.dispatchEvent(new Event("input", {bubbles: true}));
		this.dispatchEvent(new Event("change", {bubbles: true}));
		return true;
	}`)
}
