package browsertest_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"cariqamock/mockserver/mocktest"
)

// A desk is a running fake and its console, open in a tab.
type desk struct {
	*mocktest.Server
	*tab
}

func newDesk(t testing.TB, options ...mocktest.Option) *desk {
	t.Helper()
	fake := mocktest.Start(t, options...) // closed after the tab: pages listen to it
	return &desk{Server: fake, tab: open(t)}
}

// goTo goes to a page of the console.
func (d *desk) goTo(path string) {
	d.t.Helper()
	d.visit(d.URL + path)
}

// drop drops a world, as another person might.
func (d *desk) drop(world string) {
	d.t.Helper()
	r, err := http.NewRequestWithContext(d.t.Context(), http.MethodDelete, d.URL+"/__admin/worlds/"+world, nil)
	if err != nil {
		d.t.Fatal(err)
	}
	res, err := d.Client().Do(r)
	if err != nil {
		d.t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusNoContent {
		d.t.Errorf("dropping world %s: %s", world, res.Status)
	}
}

// call makes a call of the vendor's API, as an app would.
func (d *desk) call(token, method, path string) int {
	d.t.Helper()
	r, err := http.NewRequest(method, d.URL+"/api/v1"+path, nil)
	if err != nil {
		d.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	res, err := d.Client().Do(r)
	if err != nil {
		d.t.Fatal(err)
	}
	res.Body.Close()
	return res.StatusCode
}

// send makes a call with a JSON body.
func (d *desk) send(token, method, path, body string) {
	d.t.Helper()
	r, err := http.NewRequest(method, d.URL+"/api/v1"+path, strings.NewReader(body))
	if err != nil {
		d.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/json")
	res, err := d.Client().Do(r)
	if err != nil {
		d.t.Fatal(err)
	}
	res.Body.Close()
}

// A removal is refused, explained, and then possible.
func TestConsoleRefusedRemoval(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.goTo("/")
	d.click(button("Show a refused removal"))
	d.sees("cannot be removed")
	d.sees("CDR processing is incomplete")
	d.click(button("Remove Mastercard •••• 4444"))
	d.sees("Refused with 400")
	d.click(link("See why"))
	d.sees("Why this response")
	d.sees("remove-payment-method/cdr-pending")
	d.sees("To fix: Wait for the CDR")
	d.click(link("Open user"))
	d.click(button("Advance the clock 10 min"))
	d.sees("Clock advanced by 10 min.")
	d.sees("removable")
	d.until("the session to be billed", `document.querySelector(".session .chip").innerText === "Billed"`)
	d.click(button("Remove Mastercard •••• 4444"))
	d.sees("Payment method removed.")
	d.waitGone(button("Remove Mastercard •••• 4444"))
	d.click(at("nav a[href$=journal]"))
	d.until("both removals to be in the journal", `["204", "400"].every(code => [...document.querySelectorAll(".code")].some(e => e.innerText === code))`)
}

// The same by keyboard alone, with a form that stays on its page.
func TestConsoleKeyboard(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.goTo("/worlds/mock.cdr-pending")
	d.press(kb.Tab)
	d.until("the first stop to skip the navigation", `document.activeElement.innerText === "Skip to content"`)
	d.press(kb.Enter)
	d.reach("Remove Mastercard •••• 4444")
	d.press(kb.Enter)
	d.sees("Refused with 400")
	d.until("the focus to be where it was, visibly", `document.activeElement.innerText.startsWith("Remove") && getComputedStyle(document.activeElement).outlineStyle !== "none"`)
	d.goTo("/worlds/mock.cdr-pending") // after the last stop of a page comes the browser's own bar
	d.reach("Deliver CDR now")
	d.press(kb.Enter)
	d.sees("CDR delivered.")
	d.sees("removable")
}

// reach presses Tab until something has the focus, visibly.
func (d *desk) reach(text string) {
	d.t.Helper()
	for range 80 {
		d.press(kb.Tab)
		if eval[string](d.tab, "document.activeElement.textContent.trim()") != text {
			continue
		}
		if eval[string](d.tab, "getComputedStyle(document.activeElement).outlineStyle") == "none" {
			d.t.Errorf("%s has the focus, but no outline", text)
		}
		return
	}
	d.t.Fatalf("Tab does not reach %s", text)
}

// Calls of others appear without a reload, and what a person types stays.
func TestConsoleLive(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.goTo("/worlds/mock.default.live")
	d.sees("No requests yet.")
	d.click(at("#form-debt summary"))
	d.fill(field("Energy of the unpaid session (kWh)"), "7.5")
	if status := d.call("mock.default.live", "DELETE", "/users/"+customer+"/payment-methods/pm_1TD1M3HtgZxQ1KXx5wMzfx15/"); status != http.StatusNoContent {
		t.Fatalf("removal: %d", status)
	}
	d.until("the call to show", `document.querySelector("#latest").innerText.includes("DELETE")`)
	d.waitGone(button("Remove Apple Pay •••• 4242"))
	if kwh := d.value(field("Energy of the unpaid session (kWh)")); kwh != "7.5" {
		t.Errorf("what was typed has become %q", kwh)
	}
	d.click(button("Create debt"))
	d.sees("Debt of 4.05 EUR")

	d.click(at("nav a[href$=journal]"))
	d.sees("Live.")
	d.call("mock.default.live", "GET", "/users/nobody/")
	d.until("the call to show", `document.querySelector("#requests").innerText.includes("/api/v1/users/nobody/")`)
}

// A whole session by hand, to a debt that is paid.
func TestConsoleSession(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.goTo("/worlds/mock.default.session")
	d.click(button("Freeze"))
	d.sees("Clock frozen.")
	d.click(button("Start charging"))
	d.sees("Session started.")
	d.waitFor(role("image", "The session is Active."))
	d.click(button("+ 1 min"))
	d.waitFor(role("image", "The meter rises to 4.000 kWh."))
	d.click(button("Stop"))
	d.waitFor(role("image", "The session is CDR pending."))
	d.choose(field("Final charge"), "fail")
	d.click(button("Deliver CDR"))
	d.waitFor(role("image", "The session is Debt."))
	d.click(button("Pay with a declined card"))
	d.sees("Your card was declined.")
	d.click(button("Pay"))
	d.sees("Payment confirmed.")
	d.waitFor(role("image", "The session is Settled."))
}

// The page follows a running clock.
func TestConsoleClockRuns(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.goTo("/worlds/mock.cdr-pending.runs")
	d.choose(field("Speed"), "600")
	d.click(button("Set the speed"))
	d.sees("Clock running at 600 ×.")
	d.sees("Billed")
}

func TestConsoleTextIsInert(t *testing.T) {
	t.Parallel()
	evil := filepath.Join(t.TempDir(), "evil.yaml")
	text := `name: evil
title: <script>window.hit = 1</script><img src=x onerror="window.hit = 2">
users:
- id: ` + customer + `
  email: '"><svg/onload=window.hit=3>@example.com'
  external_id: '</script><script>window.hit = 4</script>'
`
	if err := os.WriteFile(evil, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	d := newDesk(t, mocktest.Files(evil))
	d.goTo("/worlds/mock.evil")
	d.sees("<script>window.hit = 1</script>")
	d.sees(`"><svg/onload=window.hit=3>@example.com`)
	d.call("mock.evil", "GET", "/users/%3Cimg%20src=x%20onerror=window.hit=5%3E/")
	d.sees("onerror=window.hit=5") // inserted by the script
	for _, path := range []string{"/", "/worlds/mock.evil/journal", "/worlds/mock.evil/journal?path=%22%3E%3Cscript%3Ewindow.hit=6%3C/script%3E"} {
		d.goTo(path)
		if eval[bool](d.tab, `"hit" in window || document.querySelectorAll("img, script:not([src])").length > 0`) {
			t.Errorf("%s runs text as a script", path)
		}
	}
}

// Forms sent by a page of another site are refused.
func TestConsoleForeignPage(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.goTo("/worlds/mock.debt")
	foreign := serve(t, `<form method=post action="`+d.URL+`/worlds/mock.debt/reset"><input name=scenario value=default><button>Win</button></form>`)
	d.expect("403 POST /worlds/mock.debt/reset")
	d.visit(foreign)
	d.click(button("Win"))
	d.until("the form to be refused", `location.pathname === "/worlds/mock.debt/reset"`)
	d.goTo("/worlds/mock.debt")
	d.sees("Debt of 5.39 EUR")
}

func TestConsoleAdminToken(t *testing.T) {
	t.Parallel()
	d := newDesk(t, mocktest.AdminToken("s3cret"))
	d.goTo("/worlds/mock.debt")
	d.look("login")
	d.fill(field("Token"), "wrong")
	d.expect("401 POST /login")
	d.click(button("Sign in"))
	d.sees("Wrong token.")
	d.fill(field("Token"), "s3cret")
	d.press(kb.Enter)
	d.sees("Debt of 5.39 EUR")
	d.call("mock.debt", "GET", "/users/") // the stream accepts the cookie
	d.until("the call to show", `document.querySelector("#latest").innerText.includes("GET")`)
	d.click(button("Sign out"))
	d.sees("Enter the same token")
	d.goTo("/trust")
	d.sees("Enter the same token")
}

// A link on a page of another site opens no world; the page that it leads to
// has a link that does.
func TestConsoleForeignLink(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	foreign := serve(t, `<a href="`+d.URL+`/worlds/mock.debt.linked">Look</a>`)
	d.expect("404 GET /worlds/mock.debt.linked")
	d.visit(foreign)
	d.click(link("Look"))
	d.sees("a link on a page of another site does not open it")
	d.goTo("/")
	if strings.Contains(d.text(at("main")), "mock.debt.linked") {
		t.Error("the link has opened a world")
	}
	d.visit(foreign)
	d.click(link("Look"))
	d.click(link("Open this world"))
	d.sees("Debt of 5.39 EUR")
}

// What the copy buttons copy is what the journal shows.
func TestConsoleCopies(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.call("mock.cdr-pending", "DELETE", "/users/"+customer+"/payment-methods/pm_abc123/")
	d.goTo("/worlds/mock.cdr-pending/journal")
	d.click(at(".requests a"))
	d.sees("Scenario step")
	for section, want := range map[string]string{"curl": "-X DELETE", "step": "DELETE /users/{user}/payment-methods/pm_abc123/"} {
		if text := d.text(at("[aria-labelledby=" + section + "] pre")); !strings.Contains(text, want) {
			t.Errorf("%s: %s", section, text)
		}
		if same := eval[bool](d.tab, `(s => s.querySelector("pre").textContent === s.querySelector("button").dataset.copy)(document.querySelector("[aria-labelledby=`+section+`]"))`); !same {
			t.Errorf("%s: the copied text differs from the shown text", section)
		}
	}
}
