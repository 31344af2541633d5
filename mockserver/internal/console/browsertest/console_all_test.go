package browsertest_test

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"cariqamock/mockserver/mocktest"
)

// The worlds that TestConsolePages shows, each of a scenario with so many users. The
// last one has a user with as many sessions.
var crowds = []int{1, 10, 1000}

// crowd returns the scenario file of a world with so many users.
func crowd(users int) string {
	var file strings.Builder
	fmt.Fprintf(&file, "name: crowd-%d\ntitle: A world with %d users\nusers:\n", users, users)
	for n := range users {
		fmt.Fprintf(&file, "- email: user-%d@example.com\n  locale: de\n", n+1)
		if n > 0 {
			continue
		}
		file.WriteString("  payment_methods:\n  - {id: pm_crowd, default: true}\n  sessions:\n")
		for s := range users {
			fmt.Fprintf(&file, "  - {evse: \"DE*PWA*EALP22541X01617*01\", payment_method: pm_crowd, start: -%dh, stop: -%dh, cdr: {at: -%dh, kwh: \"12.000\"}}\n",
				3*s+3, 3*s+2, 3*s+1)
		}
	}
	return file.String()
}

// A look is a page to look at: of a template, under a name.
type look struct{ template, name, path string }

// tabs is how many tabs show the pages one after the other: to open one takes the
// browser longer than to show most pages.
const tabs = 4

// Every page of the console and of the documents, with one, ten and a thousand
// users, on a phone and on a wide screen, light and dark: axe finds nothing and
// nothing overflows, also where everything is unfolded.
func TestConsolePages(t *testing.T) {
	t.Parallel()
	axe := axeScript(t)
	d := newDesk(t, mocktest.Files(crowdFiles(t)...))
	seen := map[string]bool{"problem": true, "confirm": true, "login": true}
	all := d.looks()
	for _, l := range all {
		seen[l.template] = true
	}
	for first := range tabs {
		t.Run(fmt.Sprint("tab ", first), func(t *testing.T) {
			t.Parallel()
			shared := open(t)
			for i := first; i < len(all); i += tabs {
				t.Run(all[i].name, func(t *testing.T) {
					at := &desk{d.Server, shared.in(t)}
					at.judge(all[i].name, axe, func() { at.goTo(all[i].path) })
				})
			}
		})
	}
	judge := func(name string, show func(*desk)) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at := &desk{d.Server, open(t)}
			at.judge(name, axe, func() { show(at) })
		})
	}
	judge("problem", func(d *desk) {
		d.expect("404 GET /worlds/mock.debt/journal/req_none")
		d.goTo("/worlds/mock.debt/journal/req_none")
	})
	judge("confirm", func(d *desk) {
		d.goTo("/worlds/mock.debt")
		eval[bool](d.tab, `document.createElement("form").submit.call(document.querySelector("form[action$=reset]")) ?? true`)
		d.sees("Reset this world?")
	})
	locked := mocktest.Start(t, mocktest.AdminToken("s3cret"))
	judge("login", func(d *desk) { d.visit(locked.URL) })
	files, err := filepath.Glob("../templates/*.html")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if name := strings.TrimSuffix(filepath.Base(file), ".html"); !strings.Contains(name, "-") && name != "common" && !seen[name] {
			t.Errorf("no page of template %s is looked at", name)
		}
	}
}

// looks returns the pages, and makes the calls that some of them show.
func (d *desk) looks() []look {
	d.t.Helper()
	const world = "mock.crowd-10"
	id := func(method, path string) string {
		r, err := http.NewRequest(method, d.URL+"/api/v1"+path, nil)
		if err != nil {
			d.t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+world)
		res, err := d.Client().Do(r)
		if err != nil {
			d.t.Fatal(err)
		}
		res.Body.Close()
		return res.Header.Get("X-Request-Id")
	}
	for n := range 120 {
		id("GET", fmt.Sprintf("/users/?page_size=%d", n%50+1))
	}
	read, refused := id("GET", "/users/"), id("DELETE", "/users/nobody/payment-methods/pm_none/")
	marks := "?mark=" + read + "&mark=" + refused
	all := []look{
		{"home", "home", "/"}, {"home", "home-search", "/?search=debt"}, {"home", "home-none", "/?search=nonsense&worlds=nonsense"}, {"home", "home-worlds", "/?worlds=crowd"},
		{"world", "world-cdr-pending", "/worlds/mock.cdr-pending"}, {"world", "world-active", "/worlds/mock.active-session"},
		{"world", "world-debt", "/worlds/mock.debt"}, {"world", "world-rich", "/worlds/mock.rich-user"}, {"world", "world-sca", "/worlds/mock.sca-required"},
		{"journal", "journal-empty", "/worlds/mock.debt/journal"}, {"journal", "journal", "/worlds/" + world + "/journal" + marks},
		{"journal", "journal-filtered", "/worlds/" + world + "/journal?text=page_size&status=200"},
		{"request", "request-read", "/worlds/" + world + "/journal/" + read}, {"request", "request-refused", "/worlds/" + world + "/journal/" + refused},
		{"compare", "compare", "/worlds/" + world + "/compare" + marks}, {"handon", "handon", "/worlds/" + world + "/scenario" + marks},
		{"trust", "trust", "/trust"}, {"docs", "docs", "/docs/"}, {"docs", "docs-search", "/docs/?q=debt"}, {"docs", "docs-none", "/docs/?q=zzzz"},
		{"document", "docs-sources", "/docs/mockserver/mocktest/js/examples/react-playwright/src"},
	}
	for _, users := range crowds {
		all = append(all, look{"world", fmt.Sprintf("world-crowd-%d", users), fmt.Sprintf("/worlds/mock.crowd-%d", users)})
	}
	d.goTo("/docs/")
	for _, path := range eval[[]string](d.tab, `[...document.querySelectorAll(".documents a")].map(a => a.pathname)`) {
		all = append(all, look{"document", strings.ReplaceAll(path[1:], "/", "-"), path})
	}
	return all
}

// judge looks at a page in both widths and color schemes.
func (d *desk) judge(name, axe string, show func()) {
	d.t.Helper()
	if os.Getenv(shotsEnv) != "" {
		d.looksAt(show, func(scheme string, width int64, _ bool) {
			d.keep(fmt.Sprintf("%s-%d-%s", name, width, scheme), d.picture(true))
		})
	}
	unfold := func() {
		show()
		eval[bool](d.tab, `document.querySelectorAll("details").forEach(d => { d.open = true }) ?? true`)
		eval[bool](d.tab, axe+"; true")
	}
	d.looksAt(unfold, func(scheme string, width int64, again bool) {
		d.fits(name, width)
		find := violations("")
		if again { // in other colors
			find = violations(`, runOnly: ["color-contrast", "link-in-text-block"]`)
		}
		for _, text := range append(eval[[]string](d.tab, faint), eval[[]string](d.tab, find)...) {
			d.t.Errorf("%s, %d wide, %s: %s", name, width, scheme, text)
		}
	})
}

// looksAt shows a page and looks at it in both widths and color schemes, again
// if it has had the width before. The page is loaded once, or once for each
// scheme by engines that cannot change it.
func (d *desk) looksAt(show func(), look func(scheme string, width int64, again bool)) {
	d.t.Helper()
	show()
	schemes := []string{"light", "dark"}
	if eval[bool](d.tab, `matchMedia("(prefers-color-scheme: dark)").matches`) {
		slices.Reverse(schemes)
	}
	for i, scheme := range schemes {
		if !d.scheme(scheme) {
			show()
		}
		for _, width := range []int64{390, 1440} {
			d.size(width, 900)
			look(scheme, width, i > 0)
		}
	}
}

// violations returns an expression that lists what axe finds with more options.
// It loads no style sheets: only its rule on orientation, which ours do not ask
// for, needs them.
func violations(options string) string {
	return `axe.run(document, {resultTypes: ["violations"], preload: false` + options + `}).then(found => found.violations.flatMap(v =>
	v.nodes.map(n => v.id + ": " + n.failureSummary.replace(/\s+/g, " ") + " " + n.html.slice(0, 200))))`
}

// axeScript returns the source of axe-core. If it cannot be fetched, the test is
// skipped.
func axeScript(t testing.TB) string {
	t.Helper()
	browser(t)
	packages, err := installed("app")
	if l, ok := errors.AsType[missingTool](err); ok {
		skip(t, string(l))
	}
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(packages, "axe-core", "axe.min.js"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// crowdFiles writes the scenario files.
func crowdFiles(t testing.TB) []string {
	t.Helper()
	var files []string
	for _, users := range crowds {
		file := filepath.Join(t.TempDir(), fmt.Sprintf("crowd-%d.yaml", users))
		if err := os.WriteFile(file, []byte(crowd(users)), 0o600); err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	return files
}
