package contracttests

import (
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
