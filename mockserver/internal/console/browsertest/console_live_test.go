package browsertest_test

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// A page is updated even while calls arrive one after the other.
func TestConsoleUnderLoad(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.goTo("/worlds/mock.default.load")
	d.sees("No requests yet.")
	done := make(chan struct{})
	go func() {
		defer close(done)
		for end := time.Now().Add(5 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
			d.call("mock.default.load", "GET", "/users/")
		}
	}()
	d.until("a call to show", `document.querySelector("#latest").innerText.includes("GET")`)
	select {
	case <-done:
		t.Error("calls show only after the last one")
	default:
	}
	<-done
}

// A call that arrives while the page is being loaded again shows, however long
// that takes.
func TestConsoleSlowPoll(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	const world = "mock.default.slow"
	d.goTo("/worlds/" + world)
	d.sees("Live.")
	eval[bool](d.tab, `(load => {
		const wait = new Promise(done => { window.answer = done });
		window.fetch = async (...call) => {
			const answer = await load(...call);
			window.loading = true;
			await wait;
			return answer;
		};
		return true;
	})(window.fetch)`)
	d.call(world, "GET", "/users/first/")
	d.until("the page to be loaded", "window.loading")
	d.call(world, "GET", "/users/second/")
	eval[bool](d.tab, `new Promise(done => setTimeout(done, 500, true))`) // longer than the page waits after a call
	eval[bool](d.tab, `window.answer() ?? true`)
	d.call(world, "GET", "/users/third/")
	d.sees("/users/third/")
}

// Somebody else changes the same world.
func TestConsoleFollowsOthers(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.goTo("/worlds/mock.cdr-pending.two")
	d.sees("cannot be removed")
	d.fill(at("#user [placeholder=\"7.250\"]"), "1.5")
	eval[bool](d.tab, "document.activeElement.blur() ?? true")
	d.WorldOf("mock.cdr-pending.two").Clock.Advance(time.Minute)
	d.until("the time to show", `document.querySelector(".session").innerText.includes("26 min ago")`)
	if kwh := d.value(at("#user [placeholder=\"7.250\"]")); kwh != "1.5" {
		t.Errorf("what was typed has become %q", kwh)
	}
	d.WorldOf("mock.cdr-pending.two").Clock.Advance(10 * time.Minute)
	d.sees("removable")
	if status := d.call("mock.cdr-pending.two", "POST", "/users/"); status != http.StatusCreated {
		t.Fatalf("a new user: %d", status)
	}
	d.sees("2 users")
	d.sees("john.doe@example.com")
}

// Polling a dropped world would create it again: the page does not.
func TestConsoleWorldIsDropped(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.goTo("/worlds/mock.debt.dropped")
	d.sees("Live.")
	time.Sleep(500 * time.Millisecond) // for the first poll
	d.drop("mock.debt.dropped")
	d.sees("This world is gone")
	d.click(button("Dismiss"))
	d.waitGone(button("Dismiss"))
	d.goTo("/")
	if page := d.text(at("main")); strings.Contains(page, "mock.debt.dropped") {
		t.Error("the page has created the world again")
	}
}

// Dropping a world asks for confirmation.
func TestConsoleDrop(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.goTo("/worlds/mock.debt.twice")
	d.click(button("Drop"))
	d.click(button("Drop this world?"))
	d.sees("World mock.debt.twice dropped.")
}

// A browser has few connections for all pages of a server. A hidden page uses
// none, and catches up when it is visible again.
func TestConsoleOutOfView(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.goTo("/worlds/mock.default.hidden/journal")
	d.sees("Live.")
	view := func(state string) {
		eval[bool](d.tab, `Object.defineProperty(document, "visibilityState", {value: "`+state+`", configurable: true}) &&
			document.dispatchEvent(new Event("visibilitychange"))`)
	}
	time.Sleep(500 * time.Millisecond) // for the first poll
	view("hidden")
	d.call("mock.default.hidden", "GET", "/users/")
	time.Sleep(500 * time.Millisecond)
	if page := d.text(at("#requests")); strings.Contains(page, "GET") {
		t.Error("a hidden page polls the server")
	}
	view("visible")
	d.until("the call to show", `document.querySelector("#requests").innerText.includes("GET")`)
	d.sees("Live.")
}
