package contracttests

import (
	"net/http"
	"testing"
)

// TestRunning checks which calls leave a session that may be running.
func TestRunning(t *testing.T) {
	const start, stop = "users_charging_start_create", "users_charging_stop_create"
	type call struct {
		operation, path string
		status          int // 0: no answer
		body            string
	}
	started := call{start, "/users/u1/charging/start/", http.StatusCreated, `{"id":"s1"}`}
	for name, tt := range map[string]struct {
		calls []call
		s1    bool
		any   bool
	}{
		"started":                  {[]call{started}, true, true},
		"refused":                  {[]call{{start, started.path, http.StatusPaymentRequired, `{}`}}, false, false},
		"stopped":                  {[]call{started, {stop, "/users/u1/charging/stop/s1/", http.StatusNoContent, ""}}, false, false},
		"stopped without a slash":  {[]call{started, {stop, "/users/u1/charging/stop/s1", http.StatusNoContent, ""}}, false, false},
		"another is stopped":       {[]call{started, {stop, "/users/u1/charging/stop/s2/", http.StatusNoContent, ""}}, true, true},
		"a stop is refused":        {[]call{started, {stop, "/users/u1/charging/stop/s1/", http.StatusConflict, ""}}, true, true},
		"a stop has no answer":     {[]call{started, {stop, "/users/u1/charging/stop/s1/", 0, ""}}, true, true},
		"a start has no answer":    {[]call{{start, started.path, 0, ""}}, false, true},
		"a start is half answered": {[]call{{start, started.path, http.StatusCreated, `{"id":"s`}}, false, true},
		"an error within":          {[]call{{start, started.path, http.StatusInternalServerError, `oops`}}, false, true},
		"another's":                {[]call{{start, "/users/u2/charging/start/", http.StatusCreated, `{"id":"s1"}`}}, false, false},
	} {
		n := newRunning()
		for _, c := range tt.calls {
			var a *Answer
			if c.status != 0 {
				a = &Answer{Status: c.status, Body: []byte(c.body)}
			}
			n.note(c.operation, request{method: http.MethodPost, url: "http://h/api/v1" + c.path, vendor: true}, a)
		}
		if got := n.is("u1", "s1"); got != tt.s1 {
			t.Errorf("%s: s1 may be running: %t, want %t", name, got, tt.s1)
		}
		if got := n.any("u1"); got != tt.any {
			t.Errorf("%s: a session may be running: %t, want %t", name, got, tt.any)
		}
	}
}
