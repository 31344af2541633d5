package console_test

import (
	"strings"
	"testing"
)

// A tester's report opens on another server where the tester stood.
func TestBugReport(t *testing.T) {
	tester := open(t)
	const world, w = "mock.removable.tester", "/worlds/mock.removable.tester"
	remove := "/users/" + user + "/payment-methods/pm_abc123/"
	tester.contains(tester.get(w), "Bug report", `href="`+w+`/report.yaml"`)
	tester.call(world, "POST", remove+"default/")
	tester.call(world, "DELETE", remove)
	file := tester.get(w + "/report.yaml")
	checks(t, file)

	colleague := open(t)
	page := colleague.upload(file)
	colleague.flashes(page, "done", "Bug report removable-report opened: its 2 steps were made")
	colleague.contains(page, "remove-payment-method/default-method", "pm_abc123")
	wrong := strings.Replace(file, "status: 400", "status: 409", 1)
	colleague.flashes(colleague.upload(wrong), "failed", "1 of 2 steps were made")
}

// The changes of a world have pages, a way back that asks first, and copies.
func TestChanges(t *testing.T) {
	b := open(t)
	const world, w = "mock.removable.changes", "/worlds/mock.removable.changes"
	b.get(w)
	remove := "/users/" + user + "/payment-methods/pm_abc123/"
	b.call(world, "DELETE", remove)
	page := b.get(w)
	b.contains(page, "scenario removable", "DELETE /users/"+user, "Back to before this", "Copy from here")
	if strings.Contains(page, `name="to" value="0"`) {
		t.Error("the first change can be undone")
	}
	copied := b.post(w+"/copy", "at", "1")
	b.flashes(copied, "done", "This is a copy of "+world+" as it was after change 1")
	b.contains(copied, "pm_abc123", "fork of "+world+" at 1")
	b.contains(b.post(w+"/rewind", "to", "1"), "Take this world back?", `name="to" value="1"`)
	b.flashes(b.post(w+"/rewind", "to", "1", "confirm", "yes"), "done", "as it was after change 1")
	b.contains(b.get(w), "rewind to 1", "pm_abc123")
	for range 10 {
		b.post(w+"/clock", "advance", "1m")
	}
	if page := b.get(w); strings.Count(page, "Copy from here") != 8 {
		t.Error("not a page of changes")
	}
	b.contains(b.get(w+"?changes=8"), "scenario removable")
	for _, action := range []string{"copy", "rewind"} {
		b.flashes(b.post(w+"/"+action, "at", "x", "to", "x", "confirm", "yes"), "failed", "want its number")
		b.flashes(b.post(w+"/"+action, "at", "99", "to", "99", "confirm", "yes"), "failed", "does not have this change")
	}
}
