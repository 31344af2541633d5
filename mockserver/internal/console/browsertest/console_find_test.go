package browsertest_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"

	"cariqamock/mockserver/mocktest"
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

// A mark that is made before the script of the page has arrived stays, too.
func TestConsoleMarkBeforeScript(t *testing.T) {
	t.Parallel()
	server := mocktest.Start(t)
	address, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	marked := make(chan struct{})
	arrive := sync.OnceFunc(func() { close(marked) })
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/assets/console.js" && strings.HasSuffix(r.Referer(), "/journal") {
			<-marked
		}
		httputil.NewSingleHostReverseProxy(address).ServeHTTP(w, r)
	}))
	t.Cleanup(front.Close)
	t.Cleanup(arrive)
	d := &desk{Server: server, tab: open(t)}
	const world = "mock.default.early"
	d.call(world, "GET", "/users/")
	d.visit(front.URL + "/worlds/" + world)
	d.click(at("nav a[href$=journal]"))
	d.sees("1 request")
	d.click(at(".requests label.mark"))
	arrive()
	d.until("the mark to be in the address", `location.search.includes("mark=")`)
}
