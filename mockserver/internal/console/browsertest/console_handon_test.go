package browsertest_test

import "testing"

// Someone who has never seen the console gets a card whose 3-D Secure fails, without
// knowing its id, compares two of the calls that this took, makes a scenario of
// them, and hands it to a colleague with another server.
func TestConsoleHandsOnACard(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.goTo("/")
	d.click(button("Open a customer ready to charge"))
	d.sees("Add a test card")
	card := func(group, text string) string {
		return eval[string](d.tab, `[...document.querySelector("[name=card]").options].find(o => o.parentElement.label === `+quote(group)+` && o.text.includes(`+quote(text)+`)).value`)
	}
	d.choose(field("Card"), card("Requires 3-D Secure, then is declined", "4000 0084 0000 1629"))
	d.click(button("Add card"))
	d.sees("The bank requires 3-D Secure")
	d.click(button("Complete 3-D Secure"))
	d.sees("3-D Secure completed, then refused by the bank: card_declined.")

	d.choose(field("Card"), card("Is declined", "generic decline"))
	d.click(button("Add card"))
	d.sees("Refused with 402")
	d.click(at("nav a[href$=journal]"))
	d.sees("requests, newest first")
	confirm := `[...document.querySelectorAll(".requests tbody tr")].filter(r => r.innerText.includes("/confirm"))`
	for _, nth := range []string{"0", "1"} {
		eval[bool](d.tab, confirm+"["+nth+`].querySelector("label.mark").click() ?? true`)
	}
	d.click(button("Compare two"))
	d.sees("Different: ")
	d.click(at("nav a[href$=journal]"))
	d.sees("4 requests, newest first")
	d.click(button("Make a scenario"))
	d.sees("Scenario of all requests")
	d.sees("all responses are the same again")
	file := d.fileOf(link("Download"))

	colleague := newDesk(t)
	colleague.goTo("/")
	colleague.dropFile("default-calls.yaml", file)
	colleague.sees("Scenario default-calls added.")
	colleague.sees("mock.default-calls.1")
}
