package api_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cariqamock/mockserver"
	"cariqamock/mockserver/mocktest"
)

// people starts a server whose world has n users besides the scenario's.
func people(t *testing.T, n int, opts ...mocktest.Option) *fake {
	t.Helper()
	f := start(t, opts...)
	for i := range n {
		f.body(send("POST", users, fmt.Sprintf(`{"custom_properties":{"external_id":"n-%d"}}`, i)), 201)
	}
	return f
}

// A pageSeen is a page as its client sees it: "a..b" are the external ids of
// its first and last user.
type pageSeen struct {
	Count          int
	Next, Previous string
	Results        string
}

func (f *fake) page(r request) (pageSeen, answer) {
	f.t.Helper()
	a := f.do(r)
	var p struct {
		Count          int
		Next, Previous *string
		Results        []struct {
			Custom struct {
				ID string `json:"external_id"`
			} `json:"custom_properties"`
		}
	}
	if a.Status != 200 {
		return pageSeen{}, a
	}
	if err := json.Unmarshal([]byte(a.Body), &p); err != nil {
		f.t.Fatal(err)
	}
	seen := pageSeen{Count: p.Count}
	if p.Next != nil {
		seen.Next = *p.Next
	}
	if p.Previous != nil {
		seen.Previous = *p.Previous
	}
	if n := len(p.Results); n > 0 {
		seen.Results = p.Results[0].Custom.ID + ".." + p.Results[n-1].Custom.ID
	}
	return seen, a
}

// TestPages cuts a list of 101 users, n-0 to n-100, newest first.
func TestPages(t *testing.T) {
	f := people(t, 101)
	link := func(query string) string { return f.URL + users + query }
	cases := map[string]pageSeen{
		"?search=n-":                    {101, link("?page=2&search=n-"), "", "n-100..n-81"},
		"?search=n-&page=1":             {101, link("?page=2&search=n-"), "", "n-100..n-81"},
		"?search=n-&page=2":             {101, link("?page=3&search=n-"), link("?search=n-"), "n-80..n-61"},
		"?search=n-&page=3":             {101, link("?page=4&search=n-"), link("?page=2&search=n-"), "n-60..n-41"},
		"?search=n-&page=6":             {101, "", link("?page=5&search=n-"), "n-0..n-0"},
		"?search=n-&page=last":          {101, "", link("?page=5&search=n-"), "n-0..n-0"},
		"?search=n-&page=":              {101, link("?page=2&search=n-"), "", "n-100..n-81"},
		"?search=n-&page=%201%20":       {101, link("?page=2&search=n-"), "", "n-100..n-81"},
		"?search=n-&page=9&page=6":      {101, "", link("?page=5&search=n-"), "n-0..n-0"},
		"?search=n-&page_size=60":       {101, link("?page=2&page_size=60&search=n-"), "", "n-100..n-41"},
		"?search=n-&page_size=60&page=": {101, link("?page=2&page_size=60&search=n-"), "", "n-100..n-41"},
		"?search=n-&page_size=100":      {101, link("?page=2&page_size=100&search=n-"), "", "n-100..n-1"},
		"?search=n-&page_size=101":      {101, link("?page=2&page_size=101&search=n-"), "", "n-100..n-1"},
		"?search=n-&page_size=9999999":  {101, link("?page=2&page_size=9999999&search=n-"), "", "n-100..n-1"},
		"?search=n-&page_size=0":        {101, link("?page=2&page_size=0&search=n-"), "", "n-100..n-81"},
		"?search=n-&page_size=-5":       {101, link("?page=2&page_size=-5&search=n-"), "", "n-100..n-81"},
		"?search=n-&page_size=abc":      {101, link("?page=2&page_size=abc&search=n-"), "", "n-100..n-81"},
		"?search=n-&page_size=":         {101, link("?page=2&page_size=&search=n-"), "", "n-100..n-81"},
		"?search=N-1&page_size=2":       {12, link("?page=2&page_size=2&search=N-1"), "", "n-100..n-19"},
		"?search=n-&b=2&a=%C3%A4%26&a=": {101, link("?a=%C3%A4%26&a=&b=2&page=2&search=n-"), "", "n-100..n-81"},
		"?search=nobody":                {0, "", "", ""},
		"?search=nobody&page=last":      {0, "", "", ""},
		"?search=%20n-100%20":           {1, "", "", "n-100..n-100"},
	}
	for query, want := range cases {
		t.Run(query, func(t *testing.T) {
			got, _ := f.page(get(users + query))
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("page (-want +got):\n%s", diff)
			}
		})
	}
}

// TestPagesThatDoNotExist checks that they are 404s with a text.
func TestPagesThatDoNotExist(t *testing.T) {
	f := people(t, 2)
	for _, page := range []string{
		"0", "-1", "2", "abc", "1.0", "1e0", "LAST", "0x1", "99999999999999999999", "9223372036854775807", "4611686018427387905",
	} {
		for _, query := range []string{"?page=", "?page_size=1&search=n-1&page=1&page="} {
			got := f.do(get(users + query + page))
			delete(got.Header, "X-Cariqa-Mock-Findings") // many of them are no integers
			same(t, got, reply(404, invalidPage, ruled(allowUsers, "request/not-found")...))
		}
	}
	for _, list := range []string{"/charging-sessions/", "/charging/debts/", "/invoices/", "/payment-methods/"} {
		same(t, f.do(get(me+list+"?page=2")), reply(404, invalidPage, ruled(allowGet, "request/not-found")...))
		same(t, f.do(get(users+"nobody"+list+"?page=2")), reply(404, notFound, ruled(allowGet, "request/not-found")...))
	}
	same(t, f.do(get("/api/v1/stations/around/?latitude=52.51&longitude=13.45&page=1000")),
		reply(404, invalidPage, ruled(allowGet, "request/not-found")...))
}

// TestLinksBegin checks the origin of links to other pages.
func TestLinksBegin(t *testing.T) {
	f := people(t, 2)
	public := people(t, 2, config(func(c *mockserver.Config) { c.PublicURL = "https://fake.example.org/cariqa/" }))
	path := users + "?page_size=1"
	const rest = users + "?page=2&page_size=1"
	cases := map[string]struct {
		*fake
		request
		want string
	}{
		"as the request":        {f, get(path), f.URL + rest},
		"Host":                  {f, get(path, "Host", "fake-test:81"), "http://fake-test:81" + rest},
		"proto":                 {f, get(path, "Host", "h", "X-Forwarded-Proto", "https"), "https://h" + rest},
		"proto, several":        {f, get(path, "Host", "h", "X-Forwarded-Proto", "https, http"), "https://h" + rest},
		"proto, odd":            {f, get(path, "Host", "h", "X-Forwarded-Proto", "javascript"), "http://h" + rest},
		"host":                  {f, get(path, "X-Forwarded-Host", "proxy.test"), "http://proxy.test" + rest},
		"host and proto":        {f, get(path, "X-Forwarded-Host", "a.test:8443", "X-Forwarded-Proto", "https"), "https://a.test:8443" + rest},
		"host, odd":             {f, get(path, "Host", "h", "X-Forwarded-Host", `evil/"<a>`), "http://h" + rest},
		"public URL":            {public, get(path), "https://fake.example.org/cariqa" + rest},
		"public URL wins":       {public, get(path, "X-Forwarded-Host", "proxy.test", "Host", "h"), "https://fake.example.org/cariqa" + rest},
		"odd characters escape": {f, get(path+"&x=%22%3C%3E", "Host", "h"), "http://h" + rest + "&x=%22%3C%3E"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if got, _ := c.page(c.request); got.Next != c.want {
				t.Errorf("next is %s, want %s", got.Next, c.want)
			}
		})
	}
	redirect := public.do(get("/api/v1/users?a=1"))
	if got := redirect.Header["Location"]; got != "/cariqa/api/v1/users/?a=1" {
		t.Errorf("the redirect of a server below a path goes to %s", got)
	}
}

// TestListsAreNewestFirst reads each list of a user.
func TestListsAreNewestFirst(t *testing.T) {
	f := start(t).fixed("2027-01-01T12:00:00Z")
	clock := f.WorldOf(f.token).Clock
	var sessions []any
	for range 2 {
		clock.Advance(1e9)
		s := f.body(send("POST", me+"/charging/start/", `{"evse_id":"`+evse+`","payment_method_id":"`+pm1+`"}`), 201)
		clock.Advance(1e9)
		f.body(call("POST", me+"/charging/stop/"+text(t, s, "id")+"/"), 204)
		sessions = append([]any{s["id"]}, sessions...)
	}
	clock.Advance(3600e9)
	for list, key := range map[string]string{"/charging-sessions/": "id", "/invoices/": "charging_session_id"} {
		page := f.body(get(me+list), 200)
		got := []any{at(t, page, "results", 0, key), at(t, page, "results", 1, key)}
		if diff := cmp.Diff(sessions, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", list, diff)
		}
	}
	methods := f.body(get(me+"/payment-methods/"), 200)
	if got := text(t, methods, "results", 0, "id"); got != pm1 {
		t.Errorf("the first method is %s", got)
	}
}
