package contracttests

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cariqamock/mockserver/spec"
)

// TestTag shows the observer answers with ETags.
func TestTag(t *testing.T) {
	for name, tt := range map[string]struct {
		path, tag, body string
		want            int
	}{
		"the same":        {"/users/u1/", "1", "a", 0},
		"another body":    {"/users/u1/", "1", "b", 1},
		"another tag":     {"/users/u1/", "2", "b", 0},
		"another address": {"/users/u2/", "1", "b", 0},
		"without one":     {"/users/u1/", "", "b", 0},
		"not a user's":    {"/stations/partners/", "1", "b", 0},
	} {
		o := newObserver()
		see := func(path, tag, body string) {
			h := http.Header{}
			if tag != "" {
				h.Set("ETag", tag)
			}
			r := request{method: http.MethodGet, url: "http://h/api/v1" + path, header: bearer("t"), vendor: true}
			sighting{observer: o, r: r, x: &Exchange{Operation: "users_retrieve"}}.tag(&Answer{Header: h, Body: []byte(body)})
		}
		see("/users/u1/", "1", "a")
		see("/stations/partners/", "1", "a")
		see(tt.path, tt.tag, tt.body)
		if got := len(o.failures); got != tt.want {
			t.Errorf("%s: %d failures, want %d: %v", name, got, tt.want, o.failures)
		}
	}
}

// TestRereadRefused has a change that is refused and done all the same, of a user whom
// nobody has read.
func TestRereadRefused(t *testing.T) {
	vendor, err := spec.Vendor()
	if err != nil {
		t.Fatal(err)
	}
	const id = "9405cf8c-8375-4373-b4d3-b61f9a0c01eb"
	for after, want := range map[string][]string{"a@example.org": nil, "b@example.org": {"users_retrieve body /email PATCH"}} {
		user := func(email string) string {
			return `{"id":"` + id + `","email":"` + email + `","locale":"en","custom_properties":null}`
		}
		s := &suite{client: newClient(Target{Base: "http://h/api/v1", Transport: transport(func(r *http.Request) (int, string) {
			switch r.Method {
			case http.MethodPost:
				return http.StatusCreated, user("a@example.org")
			case http.MethodPatch:
				return http.StatusBadRequest, `{"detail":"Validation Error","error":{"type":"validation_error","details":"email"}}`
			}
			return http.StatusOK, user(after)
		})}, vendor, 0)}
		for _, call := range [][2]string{{http.MethodPost, "/users/"}, {http.MethodPatch, "/users/" + id + "/"}} {
			if _, err := s.client.send(t.Context(), request{method: call[0], url: "http://h/api/v1" + call[1], header: bearer("k"), vendor: true}); err != nil {
				t.Fatal(err)
			}
		}
		s.reread(t.Context())
		var got []string
		for _, f := range s.client.seen.failures {
			got = append(got, f.Operation+" "+f.Place+" "+f.about[1].Method)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", after, diff)
		}
	}
}

// TestHanding checks which call is said to have handed out an id.
func TestHanding(t *testing.T) {
	const user, other = "/api/v1/users/9405cf8c/", "/api/v1/users/1405cf8c/"
	stripe := &Exchange{Method: "POST", URL: "http://h/v1/setup_intents/seti_1/confirm", Answer: `{"payment_method":"pm_1"}`}
	theirs := &Exchange{Method: "GET", URL: "http://h" + other + "payment-methods/", Operation: "users_payment_methods_list", Answer: `{"id":"pm_1"}`}
	mine := &Exchange{Method: "GET", URL: "http://h" + user + "payment-methods/", Operation: "users_payment_methods_list", Answer: `{"id":"pm_1"}`}
	for name, tt := range map[string]struct {
		known []*Exchange
		want  *Exchange
	}{
		"nobody":               {nil, nil},
		"Stripe":               {[]*Exchange{stripe}, stripe},
		"rather the vendor":    {[]*Exchange{stripe, theirs}, theirs},
		"rather the same user": {[]*Exchange{stripe, theirs, mine}, mine},
		"the first":            {[]*Exchange{mine, mine, theirs}, mine},
	} {
		if got := handing(tt.known, "pm_1", "9405cf8c"); got != tt.want {
			t.Errorf("%s: got %v, want %v", name, got, tt.want)
		}
	}
}

// TestConcerns checks which writes are about what a call shows.
func TestConcerns(t *testing.T) {
	const user = "http://h/api/v1/users/9405cf8c/"
	for _, tt := range []struct {
		write, shown string
		want         bool
	}{
		{user, user, true},
		{user + "charging/stop/5e550000/", user + "charging-sessions/5e550000/", true},
		{user + "charging/stop/5e550001/", user + "charging-sessions/5e550000/", false},
		{user + "billing-details/", user, false},
		{user + "charging/start/", user + "charging-sessions/", false},
	} {
		if got := (&Exchange{URL: tt.write}).concerns(&Exchange{URL: tt.shown}); got != tt.want {
			t.Errorf("%s, %s: got %t", tt.write, tt.shown, got)
		}
	}
}

// TestFull checks pages against their number, their size and the count.
func TestFull(t *testing.T) {
	rows := func(n int) string { return "[" + strings.TrimSuffix(strings.Repeat(`{"id":"x"},`, n), ",") + "]" }
	for _, tt := range []struct {
		query string
		rows  int
		rest  string
		want  string
	}{
		{"", 20, `"count":21,"next":"http://h/?page=2"`, ""},
		{"", 19, `"count":21,"next":"http://h/?page=2"`, "body /results"},
		{"?page_size=50", 50, `"count":60,"next":"http://h/?page=2"`, ""},
		{"?page_size=100", 50, `"count":60,"next":"http://h/?page=2"`, "body /results"},
		{"?page_size=500", 100, `"count":101,"next":"http://h/?page=2"`, ""},
		{"?page=2", 1, `"count":21,"next":null`, ""},
		{"?page=2", 1, `"count":22,"next":null`, "body /count"},
		{"?search=x", 2, `"count":2,"next":null`, ""},
		{"?search=x", 2, `"count":7,"next":null`, "body /count"},
		{"?page=last", 1, `"count":21,"next":null`, ""},
		{"?page_size=x", 3, `"count":30,"next":"http://h/?page=2"`, ""},
		{"?page_size=-1", 3, `"count":30,"next":"http://h/?page=2"`, ""},
	} {
		o := newObserver()
		r := request{method: "GET", url: "http://h/api/v1/users/" + tt.query, header: bearer("a"), vendor: true}
		body := `{"results":` + rows(tt.rows) + "," + tt.rest + "}"
		o.end(o.begin(r), r, &Answer{Status: http.StatusOK, Header: http.Header{}, Body: []byte(body), exchange: &Exchange{Method: "GET", URL: r.url, Operation: "users_list", Status: http.StatusOK}})
		got := ""
		for _, f := range o.failures {
			if f.Kind == KindValue {
				got += f.Place
			}
		}
		if got != tt.want {
			t.Errorf("%s with %d rows and %s: got %q, want %q", tt.query, tt.rows, tt.rest, got, tt.want)
		}
	}
}
