package contracttests

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cariqamock/mockserver/spec"
)

// TestScope checks what the observer still knows after a write: nothing is
// forgotten but what the write may have changed.
func TestScope(t *testing.T) {
	const (
		user   = "9405cf8c-8375-4373-b4d3-b61f9a0c01eb"
		other  = "1405cf8c-8375-4373-b4d3-b61f9a0c01eb"
		before = `{"id":"` + user + `","email":"a@example.org","locale":"en","custom_properties":null}`
		secret = `{"setup_intent_client_secret":"seti_1_secret_2","client_secret":"seti_1_secret_2"}`
	)
	for name, tt := range map[string]struct {
		method, url string
		noticed     bool // that the user's e-mail address has changed
	}{
		"nothing":                  {"GET", "http://h/api/v1/users/", true},
		"the user":                 {"PATCH", "http://h/api/v1/users/" + user + "/", false},
		"another user":             {"PATCH", "http://h/api/v1/users/" + other + "/", true},
		"an intent of another":     {"POST", "http://h/v1/setup_intents/seti_1/confirm", true},
		"an unknown intent":        {"POST", "http://h/v1/setup_intents/seti_2/confirm", false},
		"the world's reset":        {"POST", "http://h/__admin/worlds/mock.a.b/reset", false},
		"another world's reset":    {"POST", "http://h/__admin/worlds/mock.a.c/reset", true},
		"the world's clock":        {"PUT", "http://h/__admin/worlds/mock.a.b/clock", true},
		"a session's final record": {"POST", "http://h/__admin/worlds/mock.a.b/sessions/s/cdr", true},
		"another world's clock":    {"PUT", "http://h/__admin/worlds/mock.a.c/clock", true},
		"another user, by admin":   {"PUT", "http://h/__admin/worlds/mock.a.c/users/" + other, true},
		"this world's user there":  {"PUT", "http://h/__admin/worlds/mock.a.b/users/" + user, false},
	} {
		t.Run(name, func(t *testing.T) {
			o := newObserver()
			call := func(method, url, operation, body string) {
				r := request{method: method, url: url, header: bearer("mock.a.b"), vendor: strings.Contains(url, "/api/v1/")}
				h := http.Header{}
				if r.vendor {
					h.Set("X-Cariqa-Mock-World", "mock.a.b")
				}
				o.end(o.begin(r), r, &Answer{Status: http.StatusOK, Header: h, Body: []byte(body), exchange: &Exchange{Method: method, URL: url, Operation: operation}})
			}
			call("GET", "http://h/api/v1/users/"+user+"/", "users_retrieve", before)
			call("GET", "http://h/api/v1/users/"+other+"/setup-intents/", "users_setup_intents_retrieve", secret)
			call(tt.method, tt.url, "", "")
			call("GET", "http://h/api/v1/users/"+user+"/", "users_retrieve", strings.Replace(before, "a@", "b@", 1))
			if got := len(o.failures) > 0; got != tt.noticed {
				t.Errorf("noticed: %t, want %t: %+v", got, tt.noticed, o.failures)
			}
		})
	}
}

// TestReread has a list that forgets an entry, and an object that is gone, when
// they are read again at the end of the run.
func TestReread(t *testing.T) {
	vendor, err := spec.Vendor()
	if err != nil {
		t.Fatal(err)
	}
	const (
		user = "9405cf8c-8375-4373-b4d3-b61f9a0c01eb"
		list = `{"count":1,"next":null,"previous":null,"results":[{"id":"pm_1TD1LuHtgZxQ1KXxNj5sKkKM","default":true,"type":"card","card":{"brand":"visa","last4":"4242","expiration_date":"12/2030","cardholder_name":null},"created_at":"2026-04-02T13:51:18Z"}]}`
		none = `{"count":0,"next":null,"previous":null,"results":[]}`
	)
	for name, tt := range map[string]struct {
		status int
		body   string
		want   []string
	}{
		"the same":   {http.StatusOK, list, nil},
		"an entry":   {http.StatusOK, none, []string{"users_payment_methods_list body /results/*"}},
		"the object": {http.StatusNotFound, `{"detail":"Not found."}`, []string{"users_payment_methods_list status"}},
	} {
		t.Run(name, func(t *testing.T) {
			status, body := http.StatusOK, list
			s := &suite{client: newClient(Target{Base: "http://h/api/v1", Transport: transport(func(*http.Request) (int, string) { return status, body })}, vendor, 0)}
			r := request{method: "GET", url: "http://h/api/v1/users/" + user + "/payment-methods/", header: bearer("k"), vendor: true}
			if _, err := s.client.send(t.Context(), r); err != nil {
				t.Fatal(err)
			}
			status, body = tt.status, tt.body
			s.reread(t.Context())
			var got []string
			for _, f := range s.client.seen.failures {
				got = append(got, f.Operation+" "+f.Place)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if s.client.requests != 2 {
				t.Errorf("%d calls, want 2", s.client.requests)
			}
		})
	}
}

type transport func(*http.Request) (int, string)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) {
	rec := httptest.NewRecorder()
	status, body := f(r)
	rec.Header().Set("Content-Type", "application/json")
	rec.WriteHeader(status)
	_, _ = rec.WriteString(body)
	return rec.Result(), nil
}
