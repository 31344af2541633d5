package contracttests

import (
	"fmt"
	"net/http"
	"testing"
)

// TestRefusedWritesChangeNothing: what changes although the only write since the last
// look was refused is a finding, and what changes after one that was done is not.
func TestRefusedWritesChangeNothing(t *testing.T) {
	const user = "/api/v1/users/u1/"
	for status, want := range map[int]int{http.StatusOK: 0, http.StatusBadRequest: 1, http.StatusConflict: 1, http.StatusInternalServerError: 0} {
		o := newObserver()
		call := func(method, operation string, status int, body string) {
			r := request{method: method, url: "http://target" + user, header: http.Header{"Authorization": {"Bearer a"}}, vendor: true}
			o.end(o.begin(r), r, &Answer{Status: status, Header: http.Header{}, Body: []byte(body), exchange: &Exchange{Method: method, URL: r.url, Operation: operation, Status: status}})
		}
		call("GET", "users_retrieve", http.StatusOK, `{"id":"u1","email":null,"locale":"en","custom_properties":null}`)
		call("PATCH", "users_partial_update", status, `{}`)
		o.failures = nil // the refusal has no shape
		call("GET", "users_retrieve", http.StatusOK, `{"id":"u1","email":null,"locale":"de","custom_properties":null}`)
		if got := len(o.failures); got != want {
			t.Errorf("%d: %d failures, want %d: %v", status, got, want, o.failures)
		}
	}
}

// TestReadsDuringWrite: what changes while a write is on its way, or after one whose
// end nobody has seen, is not a finding.
func TestReadsDuringWrite(t *testing.T) {
	r := func(method string) request {
		return request{method: method, url: "http://target/api/v1/users/u1/", header: bearer("a"), vendor: true}
	}
	for name, tt := range map[string]struct {
		do   func(o *observer, read func(locale string))
		want int
	}{
		"no write": {func(_ *observer, read func(string)) { read("en"); read("de") }, 1},
		"between two reads": {func(o *observer, read func(string)) {
			o.begin(r("PATCH"))
			read("en")
			read("de")
		}, 0},
		"during a read": {func(o *observer, read func(string)) {
			get := o.begin(r("GET"))
			write := r("PATCH") // whose answer does not show what it has changed
			began := o.begin(write)
			o.end(began, write, &Answer{Status: http.StatusInternalServerError, Header: http.Header{}, exchange: &Exchange{Method: "PATCH", URL: write.url}})
			o.end(get, r("GET"), &Answer{Status: http.StatusOK, Header: http.Header{}, Body: []byte(`{"id":"u1","email":null,"locale":"en","custom_properties":null}`), exchange: &Exchange{Method: "GET", URL: r("GET").url, Operation: "users_retrieve", Status: http.StatusOK}})
			read("de")
		}, 0},
		"lost": {func(o *observer, read func(string)) {
			began := o.begin(r("PATCH"))
			read("en")
			o.lost(began)
			read("de")
		}, 0},
		"lost before both": {func(o *observer, read func(string)) {
			o.lost(o.begin(r("PATCH")))
			read("en")
			read("de")
		}, 1},
	} {
		o := newObserver()
		tt.do(o, func(locale string) {
			body := `{"id":"u1","email":null,"locale":"` + locale + `","custom_properties":null}`
			o.end(o.begin(r("GET")), r("GET"), &Answer{Status: http.StatusOK, Header: http.Header{}, Body: []byte(body), exchange: &Exchange{Method: "GET", URL: r("GET").url, Operation: "users_retrieve", Status: http.StatusOK}})
		})
		got := 0
		for _, f := range o.failures {
			if f.Place == "body /locale" {
				got++
			}
		}
		if got != tt.want {
			t.Errorf("%s: %d findings, want %d: %v", name, got, tt.want, o.failures)
		}
	}
}

// TestLongRun sees the calls of a thousand users: what is remembered has a bound, and
// what was forgotten accuses nobody.
func TestLongRun(t *testing.T) {
	o := newObserver()
	o.most = 20
	locale := "en"
	see := func(method, path, operation, body string) {
		r := request{method: method, url: "http://target/api/v1" + path, header: bearer("a"), vendor: true}
		status := http.StatusOK
		if method == http.MethodPut {
			status = http.StatusBadRequest
		}
		h := http.Header{"Etag": {body}}
		o.end(o.begin(r), r, &Answer{Status: status, Header: h, Body: []byte(body), exchange: &Exchange{Method: method, URL: r.url, Operation: operation, Status: status}})
	}
	user := func(id string) string {
		return `{"id":"` + id + `","email":null,"locale":"` + locale + `","custom_properties":null}`
	}
	see("GET", "/users/first/", "users_retrieve", user("first"))
	locale = "de"
	see("PATCH", "/users/first/", "users_partial_update", user("first"))
	for i := range 1000 {
		id := fmt.Sprint("u", i)
		see("GET", "/users/"+id+"/", "users_retrieve", user(id))
		see("PUT", "/users/"+id+"/billing-details/", "users_billing_details_update", "{}")
		see("GET", "/users/"+id+"/setup-intents/", "users_setup_intents_retrieve", `{"setup_intent_client_secret":"seti_`+id+`_secret_x"}`)
		see("GET", "/users/"+id+"/payment-methods/", "users_payment_methods_list", `{"count":0,"results":[]}`)
		see("DELETE", "/users/"+id+"/", "users_destroy", "")
		if i%7 == 0 {
			see("GET", "/users/first/", "users_retrieve", user("first")) // so that it is not forgotten, but the write is
		}
	}
	for _, n := range []int{len(o.objects), len(o.deleted), len(o.secrets), len(o.intents), len(o.lists), len(o.tags), len(o.refused), len(o.writes) - 2, len(o.pending)} {
		if n > o.most {
			t.Errorf("%d entries of a kind are remembered, want at most %d", n, o.most)
		}
	}
	for _, f := range o.failures {
		if f.Kind != KindShape && f.Place != "header ETag" {
			t.Errorf("found although nothing is wrong: %s", f)
		}
	}
	locale = "fr"
	see("GET", "/users/first/", "users_retrieve", user("first"))
	if f := o.failures[len(o.failures)-1]; f.Place != "body /locale" {
		t.Errorf("a change by itself is not found in a long run, but: %s", f)
	}
}

func TestCharset(t *testing.T) {
	for value, want := range map[string]bool{
		"application/json":                        false,
		"application/json; charset=utf-8":         false,
		"application/json;charset=UTF-8":          false,
		"application/json; charset=iso-8859-1":    true,
		"application/problem+json; charset=utf-7": true,
		"text/html; charset=iso-8859-1":           false,
		"":                                        false,
	} {
		if got := charset(http.Header{"Content-Type": {value}}); (got != "") != want {
			t.Errorf("%q: got %q", value, got)
		}
	}
}

func TestKeeps(t *testing.T) {
	for _, tt := range []struct {
		name, value string
		want        bool
	}{
		{"Cache-Control", "public", true},
		{"Cache-Control", "private, max-age=60", true},
		{"Cache-Control", "S-Maxage=1", true},
		{"Cache-Control", "no-store, max-age=0", false},
		{"Cache-Control", "private", false},
		{"Expires", "Fri, 01 Jan 2100 00:00:00 GMT", true},
		{"Expires", "Thu, 01 Jan 1970 00:00:00 GMT", false},
		{"Expires", "0", false},
	} {
		if got := keeps(http.Header{tt.name: {tt.value}, "Date": {"Fri, 27 Nov 2026 12:00:00 GMT"}}); (got != "") != tt.want {
			t.Errorf("%s: %s: got %q", tt.name, tt.value, got)
		}
	}
}

// TestForgottenWrite: what changes after a write that is no longer remembered accuses
// nobody.
func TestForgottenWrite(t *testing.T) {
	o := newObserver()
	o.most = 20
	see := func(method, path, operation, body string) {
		r := request{method: method, url: "http://target/api/v1" + path, header: bearer("a"), vendor: true}
		o.end(o.begin(r), r, &Answer{Status: http.StatusOK, Header: http.Header{}, Body: []byte(body), exchange: &Exchange{Method: method, URL: r.url, Operation: operation, Status: http.StatusOK}})
	}
	see("GET", "/users/u/billing-details/", "users_billing_details_retrieve", `{"city":"Berlin"}`)
	see("PUT", "/users/u/billing-details/", "", "")
	for i := range o.most {
		see("PUT", fmt.Sprintf("/users/u%d/billing-details/", i), "", "")
	}
	if o.writes[bearer("a").Get("Authorization")+" u/billing-details"] != 0 {
		t.Fatal("the write is still remembered")
	}
	o.failures = nil // of shape
	see("GET", "/users/u/billing-details/", "users_billing_details_retrieve", `{"city":"Bonn"}`)
	for _, f := range o.failures {
		if f.Kind != KindShape {
			t.Errorf("found although it was written: %s", f)
		}
	}
}
