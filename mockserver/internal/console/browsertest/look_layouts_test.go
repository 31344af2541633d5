package browsertest_test

import (
	"os"
	"testing"
)

// drawn returns how the payment element is drawn, as far as options decide it.
const drawn = `function() {
	const at = css => this.querySelector(css)?.getBoundingClientRect(), items = [...this.querySelectorAll(".cqs-AccordionItem")].map(i => i.getBoundingClientRect());
	const number = at("[name=number]"), expiry = at("[name=expiry]"), label = at("label[for$=number]"), icon = at(".cqs-AccordionHead .cqs-TabIcon"), name = at(".cqs-AccordionHead .cqs-TabLabel");
	return {
		Items: items.length, Radios: this.querySelectorAll(".cqs-RadioIcon").length, Checked: this.querySelectorAll(".cqs-RadioIconInner--checked").length,
		Apart: items.length > 1 && items[1].top - items[0].bottom > 4, LogoLast: !!icon && icon.left > name.right,
		Tabs: this.querySelectorAll("[role=tab]").length, Form: !!number,
		LabelInside: !!number && label.top >= number.top && label.bottom <= number.bottom + 1, Joined: !!number && Math.abs(expiry.top - number.bottom) < 3,
	};
}`

type drawing struct {
	Items, Radios, Checked, Tabs               int
	Apart, LogoLast, Form, LabelInside, Joined bool
}

// The layouts of the payment element, and the looks of its labels and inputs.
func TestLayouts(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, layout, appearance string
		want                     drawing
	}{
		{"tabs", `"tabs"`, `{}`, drawing{Tabs: 3, Form: true}},
		{"auto", `"auto"`, `{}`, drawing{Tabs: 3, Form: true}},
		{"tabs collapsed", `{type: "tabs", defaultCollapsed: true}`, `{}`, drawing{Tabs: 3}},
		{"accordion", `"accordion"`, `{}`, drawing{Items: 3, Radios: 3, Checked: 1, Form: true}},
		{"accordion collapsed", `{type: "accordion", defaultCollapsed: true}`, `{}`, drawing{Items: 3, Radios: 3}},
		{"accordion without radios", `{type: "accordion", radios: "never"}`, `{}`, drawing{Items: 3, Form: true}},
		{"accordion without radios, as before", `{type: "accordion", radios: false, spacedAccordionItems: true}`, `{}`, drawing{Items: 3, Apart: true, Form: true}},
		{"accordion with radios if there are several", `{type: "accordion", radios: "if_multiple"}`, `{}`, drawing{Items: 3, Radios: 3, Checked: 1, Form: true}},
		{"accordion apart", `{type: "accordion", spacedAccordionItems: true}`, `{}`, drawing{Items: 3, Radios: 3, Checked: 1, Apart: true, Form: true}},
		{"accordion with one item", `{type: "accordion", visibleAccordionItemsCount: 1}`, `{}`, drawing{Items: 2, Radios: 1, Checked: 1, Form: true}},
		{"accordion with all items", `{type: "accordion", visibleAccordionItemsCount: 0}`, `{}`, drawing{Items: 3, Radios: 3, Checked: 1, Form: true}},
		{"accordion with logos at the end", `{type: "accordion", paymentMethodLogoPosition: "end"}`, `{}`, drawing{Items: 3, Radios: 3, Checked: 1, LogoLast: true, Form: true}},
		{"floating", `"tabs"`, `{labels: "floating"}`, drawing{Tabs: 3, Form: true, LabelInside: true}},
		{"condensed", `"tabs"`, `{inputs: "condensed"}`, drawing{Tabs: 3, Form: true, LabelInside: true, Joined: true}},
		{"condensed, labels above", `"tabs"`, `{inputs: "condensed", labels: "above"}`, drawing{Tabs: 3, Form: true}},
		{"spaced", `"tabs"`, `{inputs: "spaced", labels: "auto"}`, drawing{Tabs: 3, Form: true}},
		{"night", `{type: "accordion", spacedAccordionItems: true}`, `{theme: "night", labels: "floating", inputs: "condensed"}`, drawing{Items: 3, Radios: 3, Checked: 1, Apart: true, Form: true, LabelInside: true, Joined: true}},
	}
	s := newPlainShop(t, "default")
	s.goTo("/")
	s.size(narrow, 900)
	eval[bool](s.tab, "(card.destroy(), true)")
	for _, tt := range tests {
		try[bool](s, `(window.other = note(stripe.elements({mode: "setup", appearance: `+tt.appearance+`}).create("payment", {layout: `+tt.layout+`})), true)`)
		s.until("the element", `heard.includes("ready")`)
		if got := of[drawing](s.tab, at(".cqs-root"), drawn); got != tt.want {
			t.Errorf("%s: drawn as %+v, want %+v", tt.name, got, tt.want)
		}
		s.fits(tt.name, narrow)
		if os.Getenv(shotsEnv) != "" {
			s.look(tt.name)
		}
		eval[bool](s.tab, "(other.destroy(), true)")
	}
}

// A floating label rests in its field until that has the focus or a value, and the
// button shows the other items of the accordion.
func TestLayoutChanges(t *testing.T) {
	t.Parallel()
	s := newPlainShop(t, "default")
	s.goTo("/")
	try[bool](s, `(card.destroy(), note(stripe.elements({mode: "setup", appearance: {labels: "floating"}}).create("payment", {layout: {type: "accordion", visibleAccordionItemsCount: 1}})), true)`)
	s.until("the element", `heard.includes("ready")`)
	label := func(what, class string) {
		t.Helper()
		s.until(what, `[...document.querySelector("label[for$=expiry]").classList].filter(c => /resting|floating/.test(c)).join() === "cqs-Label--`+class+`"`)
	}
	label("a label in an empty field", "resting")
	s.click(named("expiry"))
	label("a label above the caret", "floating")
	s.click(named("cvc"))
	label("a label back in its field", "resting")
	s.fill(named("expiry"), "1234")
	s.click(named("cvc"))
	label("a label above a value", "floating")
	s.click(button("More"))
	s.click(choice("Google Pay"))
	s.sees("A stand-in for Google Pay")
}
