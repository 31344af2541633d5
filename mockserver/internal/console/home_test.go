package console_test

import (
	"fmt"
	"html"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"cariqamock/mockserver"
	"cariqamock/mockserver/mocktest"
)

var (
	worldLink  = regexp.MustCompile(`<li><a href="/worlds/[^"]+"><code>([^<]+)</code></a>`)
	nextWorlds = regexp.MustCompile(`href="([^"]+)" rel="next">Next page<span class="unseen"> of worlds<`)
)

// worlds returns the worlds that the home page lists, page by page.
func (b *browser) worlds(query string) (found []string, pages int) {
	b.t.Helper()
	for to := "/" + query; ; pages++ {
		page := b.get(to)
		rows := worldLink.FindAllStringSubmatch(page, -1)
		if len(rows) > 10 {
			b.t.Fatalf("%s: %d worlds on a page", to, len(rows))
		}
		for _, row := range rows {
			found = append(found, row[1])
		}
		next := nextWorlds.FindStringSubmatch(page)
		if next == nil {
			return found, pages + 1
		}
		to, _, _ = strings.Cut(html.UnescapeString(next[1]), "#")
	}
}

// stores are a store in memory and one in a folder.
var stores = map[string]func(t *testing.T) mocktest.Option{
	"memory": func(*testing.T) mocktest.Option { return mocktest.With(func(*mockserver.Config) {}) },
	"folder": func(t *testing.T) mocktest.Option {
		dir := t.TempDir()
		return mocktest.With(func(c *mockserver.Config) { c.Store = dir })
	},
}

// The search of the home page finds every world that has the words, on pages, and
// no other.
func TestHomeFindsWorlds(t *testing.T) {
	for store, option := range stores {
		t.Run(store, func(t *testing.T) {
			b := open(t, option(t))
			var all []string
			for i := range 13 {
				for _, scenario := range []string{"debt", "cdr-pending"} {
					all = append(all, fmt.Sprintf("mock.%s.Anna-%d", scenario, i))
				}
			}
			all = append(all, "mock.default.debt-of-bob", "mock.removable.bob")
			for _, world := range all {
				b.get("/worlds/" + world)
			}
			b.post("/worlds/mock.removable.bob/reset", "scenario", "debt", "confirm", "yes")
			for query, want := range map[string]struct{ worlds, pages int }{
				"":                              {28, 3},
				"?worlds=debt":                  {15, 2}, // of the scenario now, or in the name
				"?worlds=DEBT+anna":             {13, 2},
				"?worlds=anna":                  {26, 3},
				"?worlds=mock.cdr-pending.Anna": {13, 2},
				"?worlds=bob+debt":              {2, 1},
				"?worlds=anna-12":               {2, 1},
				"?worlds=nobody":                {0, 1},
				"?worlds=%25":                   {0, 1},
				"?worlds=+":                     {28, 3},
				"?worlds=debt&search=invoice":   {15, 2},
			} {
				got, pages := b.worlds(query)
				if unique := slices.Compact(slices.Sorted(slices.Values(got))); len(got) != want.worlds || len(unique) != want.worlds || pages != want.pages {
					t.Errorf("%q: %d worlds, %d different ones, on %d pages, want %d on %d: %q", query, len(got), len(unique), pages, want.worlds, want.pages, got)
				}
			}
			page := b.get("/?worlds=nobody&search=invoice")
			b.contains(page, "No world has these words.", `value="nobody"`, `href="/?search=invoice#worlds">All worlds`, `href="/?worlds=nobody#gallery">Show all`,
				`<input type="hidden" name="search" value="invoice">`, `<input type="hidden" name="worlds" value="nobody">`)
		})
	}
}

// Whatever keeps the worlds, the console tells those that exist from those that
// do not: it opens new worlds under names that nobody has, names a world that
// was there before, and does not open a dropped one again.
func TestOpenWorlds(t *testing.T) {
	for store, option := range stores {
		t.Run(store, func(t *testing.T) {
			b := open(t, option(t))
			b.get("/worlds/mock.debt.1")
			page := b.post("/worlds", "scenario", "debt")
			b.contains(page, "<h1><code>mock.debt.")
			if strings.Contains(page, "<h1><code>mock.debt.1<") || flashPattern.MatchString(page) {
				t.Error("the world was there before")
			}
			if page := b.post("/worlds", "scenario", "debt", "name", "mine"); flashPattern.MatchString(page) {
				t.Errorf("a new world: %q", flashPattern.FindString(page))
			}
			b.flashes(b.post("/worlds", "scenario", "debt", "name", "mine"), "done", "already existed")
			b.contains(b.get("/docs/README"), "mock.default.tour-")
			b.post("/worlds/mock.debt.mine/drop", "confirm", "yes")
			r := b.request(http.MethodGet, "/worlds/mock.debt.mine", nil)
			r.Header.Set("X-Poll", "1")
			if res, _ := b.do(r); res.StatusCode != http.StatusNotFound {
				t.Errorf("a page of a dropped world: %d", res.StatusCode)
			}
			if got, _ := b.worlds("?worlds=mine"); len(got) > 0 {
				t.Errorf("open again: %q", got)
			}
		})
	}
}
