package admin_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestExportIsHandedOn exports a world, sends it to another server, and finds the
// same refusal there.
func TestExportIsHandedOn(t *testing.T) {
	const removal = "/worlds/{w}/users/" + user + "/payment-methods/pm_abc123/removal"
	from := start(t, "default").in(t, "cdr-pending")
	want := from.ok("GET", removal, "")
	to := start(t, "default")
	name, _ := to.do("POST", "/scenarios", from.do("GET", "/worlds/{w}/export", "").Body).Fields["name"].(string)
	if diff := cmp.Diff(want, to.in(t, name).ok("GET", removal, "")); diff != "" {
		t.Errorf("on another server (-want +got):\n%s", diff)
	}
	if again := to.do("POST", "/scenarios", "name: "+name+"\ntitle: Again\n"); again.Status != 201 {
		t.Errorf("a second one of the name: %d %s", again.Status, again.Body)
	}
}
