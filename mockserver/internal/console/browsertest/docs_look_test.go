package browsertest_test

import "testing"

// A reader finds a section by its words, and its headings beside the text on a
// wide screen.
func TestDocsAreRead(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.size(wide, 900)
	d.goTo("/docs/")
	d.fill(at("main [type=search]"), "idempotency replay")
	d.click(at("main [role=search] button"))
	d.sees("with “idempotency replay”")
	d.click(at(".hits a[href$=\"#failures\"]"))
	d.until("the section to be at the top", `location.hash === "#failures" && Math.abs(document.getElementById("failures").getBoundingClientRect().top) < 200`)
	d.click(at(`.here a[href="#limits"]`))
	d.until("another section", `location.hash === "#limits"`)
	d.size(narrow, 900)
	d.until("the headings to be closed on a phone", `!document.querySelector(".here a").checkVisibility({contentVisibilityAuto: true, visibilityProperty: true})`)
}
