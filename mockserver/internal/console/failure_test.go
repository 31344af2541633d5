package console_test

import (
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cariqamock/mockserver/internal/console"
)

// Whatever the admin API answers, the page shows the error, and no action is
// reported as done.
func TestAdminAPIFails(t *testing.T) {
	answers := map[string]http.HandlerFunc{
		"Out of order.": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusInternalServerError)
			_, _ = w.Write([]byte(`{"status":500,"title":"Internal Server Error","detail":"Out of order."}`))
		},
		"no &lt;b&gt;JSON&lt;/b&gt;": func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, "no <b>JSON</b>", http.StatusBadGateway)
		},
		"Moved": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusMovedPermanently)
			_, _ = w.Write([]byte("Moved"))
		},
	}
	for text, admin := range answers {
		h := console.New(console.Config{
			Admin: admin, Base: func(*http.Request) string { return "" },
			Cookie: func(*http.Request, string) (name, value string) { return "c", "v" },
		})
		send := func(method, path string) *httptest.ResponseRecorder {
			r := httptest.NewRequest(method, path, strings.NewReader(url.Values{"scenario": {"debt"}, "user": {"u"}, "token": {"t"}, "fault": {"f1"}, "confirm": {"yes"}}.Encode()))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			return w
		}
		for _, path := range []string{"/", "/trust", "/worlds/mock.debt", "/worlds/mock.debt/journal", "/worlds/mock.debt/journal/req_1"} {
			if w := send("GET", path); w.Code < 400 || !strings.Contains(w.Body.String(), text) {
				t.Errorf("GET %s: %d %s", path, w.Code, w.Body)
			}
		}
		if w := send("POST", "/login"); w.Code < 400 || !strings.Contains(w.Body.String(), text) || len(w.Result().Cookies()) > 0 {
			t.Errorf("POST /login: %d %s", w.Code, w.Body)
		}
		for _, action := range []string{"clock", "reset", "drop", "add-card", "debt", "billing", "fault-remove", "faults-clear", "forget"} {
			w := send("POST", "/worlds/mock.debt/"+action)
			if w.Code != http.StatusSeeOther || len(w.Result().Cookies()) != 1 {
				t.Fatalf("POST %s: %d %s", action, w.Code, w.Body)
			}
			if text := decodeFlash(t, w.Result().Cookies()[0].Value); !strings.Contains(text, `"Kind":"failed"`) {
				t.Errorf("POST %s: %s", action, text)
			}
		}
	}
}

// The page of a world, which the script asks for after each call, asks for
// bounded lists only, and not for the consistency of all that the world holds.
func TestWorldPageAsksForLittle(t *testing.T) {
	var asked []string
	h := console.New(console.Config{
		Admin: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			asked = append(asked, strings.TrimPrefix(r.URL.RequestURI(), "/__admin"))
			_, _ = w.Write([]byte(`{"users":[],"scenarios":[],"charge_points":[]}`))
		}),
		Base:   func(*http.Request) string { return "" },
		Cookie: func(*http.Request, string) (name, value string) { return "c", "v" },
	})
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/worlds/mock.debt", nil))
	want := []string{
		"/health", "/scenarios", "/worlds/mock.debt", "/worlds/mock.debt/clock", "/options", "/worlds/mock.debt/requests?limit=8",
		"/worlds/mock.debt/users?search=&limit=10", "/worlds/mock.debt/charge-points?limit=50", "/worlds/mock.debt/faults?limit=10", "/worlds/mock.debt/history?limit=9",
	}
	if diff := cmp.Diff(want, asked); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func decodeFlash(t *testing.T, value string) string {
	t.Helper()
	data, err := base64.RawURLEncoding.DecodeString(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
