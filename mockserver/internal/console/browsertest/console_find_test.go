package browsertest_test

import (
	"fmt"
	"testing"
)

// Someone who has never seen the console finds one request among 500 by a word
// of its body, compares it with another one, and makes a scenario of both.
func TestConsoleNeedle(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	const world = "mock.default.needle"
	d.goTo("/worlds/" + world)
	for n := range 250 {
		d.call(world, "GET", fmt.Sprintf("/users/?page_size=%d", n%50+1))
	}
	d.send(world, "PATCH", "/users/"+customer+"/", `{"locale":"needle"}`)
	for range 249 {
		d.call(world, "GET", "/users/")
	}
	d.click(at("nav a[href$=journal]"))
	d.sees("500 requests")
	d.fill(field("Search"), "needle")
	d.click(button("Search"))
	d.sees("1 matching request")
	d.click(at(".requests tbody tr:last-child label.mark"))
	d.until("the mark to be in the address", `location.search.includes("mark=")`)
	d.fill(field("Search"), "page_size=17")
	d.click(button("Search"))
	d.sees("Also marked")
	d.click(at(".requests tbody tr:first-child label.mark"))
	d.click(button("Compare two"))
	d.sees("Different: call")
	d.click(link("Back to journal"))
	d.click(button("Make a scenario"))
	d.sees("all responses are the same again")
	d.click(button("Add to this server"))
	d.sees("Scenario default-calls added.")
}
