package browsertest_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// dropFile drops a file on the page, as from a folder of the desktop.
func (d *desk) dropFile(name, text string) {
	d.t.Helper()
	taken := eval[bool](d.tab, `(files => {
		files.items.add(new File([`+quote(text)+`], `+quote(name)+`));
		const send = type => !document.body.dispatchEvent(new DragEvent(type, {dataTransfer: files, bubbles: true, cancelable: true}));
		return send("dragover") && send("drop");
	})(new DataTransfer())`)
	if !taken {
		d.t.Error("the browser would show the file instead of the page")
	}
}

// fileOf returns the file that a link leads to.
func (d *desk) fileOf(s spot) string {
	d.t.Helper()
	address := of[string](d.tab, s, `function() { return this.href }`)
	return eval[string](d.tab, `fetch(`+quote(address)+`).then(answer => answer.ok ? answer.text() : Promise.reject(answer.status))`)
}

// stand is what a tester sees of a world: its time, its sessions, what can be
// done, and the latest requests with their answers.
const stand = `[
	document.querySelector("#clock time").innerText,
	...[...document.querySelectorAll(".session .chip")].map(e => e.innerText),
	...[...document.querySelectorAll("#user button, #user .notice b")].map(e => e.textContent.trim()),
	...[...document.querySelectorAll("#latest tbody tr")].map(r => r.querySelector(".code").innerText + " " + r.querySelector("b").innerText),
]`

// A bug report that is dropped on the home page of another server opens a world
// that stands where the tester's stood.
func TestConsoleReportIsDropped(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.goTo("/")
	d.click(button("Show a refused removal"))
	d.click(button("Remove Mastercard •••• 4444"))
	d.sees("Refused with 400")
	d.click(button("+ 10 min"))
	d.sees("Clock advanced by 10 min.")
	d.click(button("Remove Mastercard •••• 4444"))
	d.sees("Payment method removed.")
	const all = `document.querySelectorAll("#latest .code").length === 2`
	d.until("all requests to show", all)
	report, stood := d.fileOf(link("Bug report")), eval[[]string](d.tab, stand)

	colleague := newDesk(t)
	colleague.goTo("/")
	colleague.dropFile("report.yaml", report)
	colleague.sees("Bug report cdr-pending-report opened")
	colleague.sees("with the same answers")
	colleague.until("all requests to show", all)
	if diff := cmp.Diff(stood, eval[[]string](colleague.tab, stand)); diff != "" {
		t.Errorf("the colleague stands elsewhere (-tester +colleague):\n%s", diff)
	}

	colleague.goTo("/")
	colleague.dropFile("notes.txt", "no scenario")
	colleague.until("the file to be refused", `document.querySelector(".flash.failed")`)
	colleague.until("the home page", `location.pathname === "/"`)
}

// The changes of a world lead back, which can be undone, and to copies of what it
// was.
func TestConsoleTimeline(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	remove := button("Remove Mastercard •••• 4444")
	d.goTo("/worlds/mock.removable.past")
	d.click(remove)
	d.sees("Payment method removed.")
	d.waitGone(remove)

	d.click(button("Copy from here after change 1"))
	d.sees("This is a copy of mock.removable.past as it was after change 1.")
	d.until("another world", `!location.pathname.endsWith("past")`)
	d.click(remove)
	d.sees("Payment method removed.")

	d.goTo("/worlds/mock.removable.past")
	d.sees("DELETE /users/")
	d.waitGone(remove)
	d.click(button("Back to before this change, 2"))
	d.click(button("Undo this and all later changes?"))
	d.sees("The world is as it was after change 1.")
	d.waitFor(remove)
	d.sees("rewind to 1")
	d.click(button("Back to before this change, 3"))
	d.click(button("Undo this and all later changes?"))
	d.sees("The world is as it was after change 2.")
	d.waitGone(remove)
}

// Among many worlds, one is found by a part of its name, and the search for a
// scenario stays.
func TestConsoleFindsAWorld(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for n := range 30 {
		d.call(fmt.Sprintf("mock.debt.team-%d", n), "GET", "/users/")
	}
	d.goTo("/?search=invoice")
	d.click(link("Next page of worlds"))
	d.until("the second page", `document.querySelectorAll(".worlds li").length === 10 && location.search.includes("after=")`)
	d.fill(at("[name=worlds]"), "Team-17")
	d.click(button("Search worlds"))
	d.until("the one world", `document.querySelector(".worlds").innerText.startsWith("mock.debt.team-17") && document.querySelectorAll(".worlds li").length === 1`)
	if search := d.value(at("[name=search]")); search != "invoice" {
		t.Errorf("the search for scenarios has become %q", search)
	}
	d.click(link("mock.debt.team-17"))
	d.sees("Debt of 5.39 EUR")
}
