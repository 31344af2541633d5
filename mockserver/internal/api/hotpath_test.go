package api

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/gorilla/mux"
)

// A nothing is a ResponseWriter that allocates nothing of its own.
type nothing struct {
	header http.Header
	status int
}

func (w *nothing) Header() http.Header         { return w.header }
func (w *nothing) Write(p []byte) (int, error) { return len(p), nil }
func (w *nothing) WriteHeader(status int)      { w.status = status }

// TestCallsCostLittle counts what the calls that apps make all the time take
// from others, and from the garbage collector. The bounds leave room for the race
// detector, which has a pool forget things.
func TestCallsCostLittle(t *testing.T) {
	const token, me = "mock.default.hot", "/api/v1/users/9405cf8c-8375-4373-b4d3-b61f9a0c01eb"
	a := bareAPI(t, slog.New(slog.DiscardHandler))
	for name, test := range map[string]struct {
		method, path  string
		status        int
		locks, allocs int64
	}{
		"list":        {"GET", me + "/payment-methods/", 200, 1, 45},
		"set default": {"POST", me + "/payment-methods/pm_1TD1LuHtgZxQ1KXxNj5sKkKM/default/", 204, 3, 70}, // of which its change takes 18
		"sessions":    {"GET", me + "/charging-sessions/", 200, 1, 40},
		"around":      {"GET", "/api/v1/stations/around/?latitude=50&longitude=10&distance=1", 200, 3, 85},
	} {
		t.Run(name, func(t *testing.T) {
			r := httptest.NewRequest(test.method, test.path, nil)
			r.Header.Set("Authorization", "Bearer "+token)
			w := &nothing{header: http.Header{}}
			call := func() { a.ServeHTTP(w, r) }
			call()
			in, err := a.cfg.Worlds.ByToken(token)
			if err != nil || w.status != test.status {
				t.Fatal(err, w.status)
			}
			before := in.State.Locks()
			call()
			if n := in.State.Locks() - before; n > test.locks {
				t.Errorf("the state was locked %d times, want at most %d", n, test.locks)
			}
			if n := testing.AllocsPerRun(100, call); n > float64(test.allocs) {
				t.Errorf("%v allocations, want at most %d", n, test.allocs)
			}
		})
	}
}

// TestSegmentsMatchAsTheRouter compares how paths are matched with the regular
// expressions of gorilla/mux.
func TestSegmentsMatchAsTheRouter(t *testing.T) {
	a := bareAPI(t, slog.New(slog.DiscardHandler))
	for template := range a.resources {
		own, mux2 := mux.NewRouter(), mux.NewRouter()
		own.NewRoute().MatcherFunc(segments(template))
		mux2.NewRoute().Path(template)
		for _, segment := range []string{"x", "", "a b", "\n", "\xff", "ä", "%2F", "{", "users", "..", "x/y"} {
			filled := template
			for strings.Contains(filled, "{") && segment != "{" {
				before, after, _ := strings.Cut(filled, "{")
				_, after, _ = strings.Cut(after, "}")
				filled = before + segment + after
			}
			for _, path := range []string{filled, filled + "x", strings.TrimSuffix(filled, "/"), "/" + filled, strings.ToUpper(filled)} {
				r := httptest.NewRequest("GET", "/", nil)
				r.URL.Path = path
				var want, got mux.RouteMatch
				wantOK, gotOK := mux2.Match(r, &want), own.Match(r, &got)
				if wantOK != gotOK {
					t.Errorf("%s %q: matches %t, want %t", template, path, gotOK, wantOK)
				}
				if diff := cmp.Diff(want.Vars, got.Vars); diff != "" {
					t.Errorf("%s %q: variables (-mux +own):\n%s", template, path, diff)
				}
			}
		}
	}
}

// TestRoutingAllocatesTheVariables and nothing else.
func TestRoutingAllocatesTheVariables(t *testing.T) {
	a := bareAPI(t, slog.New(slog.DiscardHandler))
	r := httptest.NewRequest("POST", "/api/v1/users/u/payment-methods/pm/default/", nil)
	if n := testing.AllocsPerRun(100, func() { a.find(r) }); n > 3 {
		t.Errorf("%v allocations, want 3", n)
	}
}

func BenchmarkCall(b *testing.B) {
	const me = "/api/v1/users/9405cf8c-8375-4373-b4d3-b61f9a0c01eb"
	a := bareAPI(b, slog.New(slog.DiscardHandler))
	for _, c := range [][2]string{{"GET", me + "/payment-methods/"}, {"POST", me + "/payment-methods/pm_1TD1LuHtgZxQ1KXxNj5sKkKM/default/"}} {
		b.Run(c[0], func(b *testing.B) {
			r := httptest.NewRequest(c[0], c[1], nil)
			r.Header.Set("Authorization", "Bearer mock.default.hot")
			w := &nothing{header: http.Header{}}
			b.ReportAllocs()
			for b.Loop() {
				a.ServeHTTP(w, r)
			}
		})
	}
}
