package console_test

import (
	"fmt"
	"html"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"cariqamock/mockserver/mocktest"
)

// crowd writes a scenario with n users, the first of whom has n sessions and n
// payment methods.
func crowd(t *testing.T, n int) string {
	t.Helper()
	var file strings.Builder
	fmt.Fprintf(&file, "name: crowd-%d\ntitle: A world with %d users\nusers:\n", n, n)
	for i := range n {
		fmt.Fprintf(&file, "- email: user-%d@example.com\n", i+1)
		if i > 0 {
			continue
		}
		file.WriteString("  payment_methods:\n")
		for m := range n {
			fmt.Fprintf(&file, "  - {id: pm_crowd%d}\n", m)
		}
		file.WriteString("  sessions:\n")
		for s := range n {
			fmt.Fprintf(&file, "  - {evse: \"DE*PWA*EALP22541X01617*01\", payment_method: pm_crowd0, start: -%dh, stop: -%dh, cdr: {at: -%dh, kwh: \"12.000\"}}\n", 3*s+3, 3*s+2, 3*s+1)
		}
	}
	path := filepath.Join(t.TempDir(), fmt.Sprintf("crowd-%d.yaml", n))
	if err := os.WriteFile(path, []byte(file.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// A rowsOf is the rows of a list on a page.
type rowsOf struct {
	pattern string // of one row
	most    int
	next    string // what the link to the next page is of
}

var worldRows = map[string]rowsOf{
	"users":            {`<a href="/worlds/[^"]+user=([^"&]+)"[^>]*>user-`, 10, "users"},
	"sessions":         {`<details class="session" id="session-([^"]+)"`, 10, "sessions"},
	"payment methods":  {`<br><code>(pm_crowd\d+)</code>`, 10, "payment methods"},
	"faults":           {`name="fault" value="([^"]+)"`, 10, "faults"},
	"charge points":    {`<tr><td><code>([^<]+)</code>`, 50, "charge points"},
	"latest requests":  {`<a href="/worlds/[^"]+/journal/(req_[^"]+)"`, 8, ""},
	"scenarios":        {`<option value="([a-z0-9-]+)">`, 200, ""}, // suggestions, which are not seen
	"all items of all": {`<(?:li|tr|details)[ >]`, 400, ""},
}

// count returns the rows of a page, which are at most as many as is allowed.
func (r rowsOf) count(t *testing.T, name, page string) []string {
	t.Helper()
	var found []string
	for _, m := range regexp.MustCompile(r.pattern).FindAllStringSubmatch(page, -1) {
		found = append(found, m[len(m)-1])
	}
	if len(found) > r.most {
		t.Errorf("%d %s on one page, want at most %d", len(found), name, r.most)
	}
	return found
}

func (r rowsOf) nextPage(page string) string {
	link := regexp.MustCompile(`href="([^"]+)" rel="next">Next page<span class="unseen"> of ` + r.next + `<`).FindStringSubmatch(page)
	if r.next == "" || link == nil {
		return ""
	}
	to, _, _ := strings.Cut(html.UnescapeString(link[1]), "#")
	return to
}

// The page of a world with a thousand of everything is hardly longer than with ten
// of each, and its links lead to all of them.
func TestWorldPageIsBounded(t *testing.T) {
	sizes := []int{1, 10, 1000}
	var files []string
	for _, n := range sizes {
		files = append(files, crowd(t, n))
	}
	b := open(t, mocktest.Files(files...))
	length := map[int]int{}
	for _, n := range sizes {
		world := fmt.Sprintf("/worlds/mock.crowd-%d", n)
		for range min(n, 100) {
			r := b.request("POST", "/__admin"+world+"/faults", nil)
			r.Body = io.NopCloser(strings.NewReader(`{"operation":"users_list","drop":true}`))
			r.Header.Set("Content-Type", "application/json")
			b.do(r)
		}
		page := b.get(world)
		length[n] = len(page)
		for name, rows := range worldRows {
			rows.count(t, name, page)
		}
		for name, want := range map[string]int{"users": n, "sessions": n, "payment methods": n, "faults": min(n, 100), "charge points": 20} {
			if n == 1 && name == "users" {
				continue // it is not worth a list
			}
			seen, rows := map[string]bool{}, worldRows[name]
			for at, shown := world, page; at != ""; {
				for _, id := range rows.count(t, name, shown) {
					if seen[id] {
						t.Errorf("%d: %s is listed twice", n, id)
					}
					seen[id] = true
				}
				if at = rows.nextPage(shown); at != "" {
					shown = b.get(at)
				}
			}
			if len(seen) != want {
				t.Errorf("%d of each: %d %s are listed, want %d", n, len(seen), name, want)
			}
		}
	}
	if length[1000] > length[10]*5/4 {
		t.Errorf("with 1000 of each the page has %d bytes, with 10 it has %d", length[1000], length[10])
	}
}

// What is gone since is no error, and neither is nonsense in the address.
func TestWorldPageOfOldAddress(t *testing.T) {
	b := open(t, mocktest.Files(crowd(t, 12)))
	for _, query := range []string{
		"after=nobody", "faults=f99", "points=DE*NO*E1", "sessions=99999999999999999999", "sessions=-1", "methods=x", "methods=500", "sessions=12",
	} {
		b.contains(b.get("/worlds/mock.crowd-12?"+query), "user-1@example.com", "First page<")
	}
}

// A form keeps the pages of the lists, unless it selects another user.
func TestFormsKeepThePage(t *testing.T) {
	b := open(t, mocktest.Files(crowd(t, 12)))
	const world = "/worlds/mock.crowd-12"
	second := worldRows["sessions"].nextPage(b.get(world))
	r := b.request("POST", world+"/clock", map[string][]string{"advance": {"1m"}})
	r.Header.Set("Referer", b.base+second)
	res, page := b.do(r)
	b.flashes(page, "done", "Clock advanced")
	if got := res.Request.URL.RequestURI(); got != second {
		t.Errorf("the form leads to %s, want %s", got, second)
	}
	r = b.request("POST", world+"/create-user", map[string][]string{"email": {"new@example.com"}})
	r.Header.Set("Referer", b.base+second)
	res, _ = b.do(r)
	if got := res.Request.URL.Query(); got.Has("sessions") || !got.Has("user") {
		t.Errorf("a new user leads to %v", got)
	}
}

// The home page has as many rows with a thousand worlds and two hundred scenarios
// as with few, and its links lead to all of them.
func TestHomePageIsBounded(t *testing.T) {
	dir := t.TempDir()
	var files []string
	for n := range 200 {
		path := filepath.Join(dir, fmt.Sprintf("own-%d.yaml", n))
		if err := os.WriteFile(path, fmt.Appendf(nil, "name: own-%d\ntitle: Our own %d\n", n, n), 0o600); err != nil {
			t.Fatal(err)
		}
		files = append(files, path)
	}
	b := open(t, mocktest.Files(files...))
	few := len(b.get("/"))
	const worlds = 1000
	for n := range worlds {
		r := b.request("GET", "/api/v1/users/", nil)
		r.Header.Set("Authorization", fmt.Sprintf("Bearer mock.default.n%d", n))
		b.do(r)
	}
	page := b.get("/")
	if len(page) > few+10_000 {
		t.Errorf("%d bytes with %d worlds, %d without", len(page), worlds, few)
	}
	lists := map[string]struct {
		rowsOf
		first string
		want  int
	}{
		"worlds":          {rowsOf{`<a href="(/worlds/mock[^"]+)"><code>`, 10, "worlds"}, "/", worlds},
		"own scenarios":   {rowsOf{`<code>(mock\.own-\d+)</code>`, 40, "scenarios"}, "/?topic=Everything+else", 200},
		"found scenarios": {rowsOf{`<code>(mock\.own-\d+)</code>`, 40, "scenarios"}, "/?search=OUR+own", 200},
	}
	for name, l := range lists {
		seen := map[string]bool{}
		for at := l.first; at != ""; {
			shown := b.get(at)
			for _, id := range l.count(t, name, shown) {
				seen[id] = true
			}
			at = l.nextPage(shown)
		}
		if len(seen) != l.want {
			t.Errorf("%d %s are listed, want %d", len(seen), name, l.want)
		}
	}
	tiles := rowsOf{`class="tile"`, 80, ""}
	tiles.count(t, "tiles", page)
	b.contains(page, `href="/?topic=Everything%20else#gallery">`)
}
