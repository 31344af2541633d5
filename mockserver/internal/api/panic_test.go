package api

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"cariqamock/mockserver/internal/clock"
	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/journal"
	"cariqamock/mockserver/internal/scenario"
	"cariqamock/mockserver/internal/scenario/library"
	"cariqamock/mockserver/internal/stations"
	"cariqamock/mockserver/internal/wire"
	"cariqamock/mockserver/internal/world"
	"cariqamock/mockserver/spec"
	"cariqamock/scenarios"
)

// TestPanic breaks one handler: its call gets the vendor's 500 and a line in
// the log with the stack, and later calls are answered.
func TestPanic(t *testing.T) {
	var log bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&log, nil))
	a := bareAPI(t, logger)
	broken := a.resources["/api/v1/users/"].endpoints["GET"]
	broken.serve = func(*API, *call) (wire.Reply, error) { panic("this handler is broken") }
	a.resources["/api/v1/users/"].endpoints["GET"] = broken

	get := func(path string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Header.Set("Authorization", "Bearer mock.default.panic")
		w := httptest.NewRecorder()
		a.ServeHTTP(w, r)
		return w
	}
	w := get("/api/v1/users/")
	if w.Code != http.StatusInternalServerError || !strings.Contains(w.Body.String(), `"type":"unexpected_error"`) {
		t.Errorf("%d %s, want the vendor's 500", w.Code, w.Body)
	}
	if strings.Contains(w.Body.String(), "broken") || strings.Contains(w.Body.String(), "goroutine") {
		t.Errorf("the answer leaks internals: %s", w.Body)
	}
	for _, want := range []string{"this handler is broken", "panic_test.go", w.Header().Get("X-Request-Id")} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log does not contain %q:\n%s", want, &log)
		}
	}
	if w := get("/api/v1/stations/partners/"); w.Code != http.StatusOK {
		t.Errorf("afterwards: %d %s", w.Code, w.Body)
	}
}

// bareAPI returns an API with its worlds alone, without the server around it.
func bareAPI(t testing.TB, log *slog.Logger) *API {
	t.Helper()
	description, err := spec.Vendor()
	if err != nil {
		t.Fatal(err)
	}
	catalogue, rules := stations.New(stations.Config{Count: 400}), connect.DefaultRules()
	worlds := world.NewRegistry(world.Config{
		Library: library.New(scenarios.FS(), scenario.Known{}), Default: "default", Catalogue: catalogue, Rules: rules,
		TTL: time.Hour, Max: 10, Memory: 1 << 30, Journals: journal.NewBudget(1 << 30), Wall: clock.Wall, Log: log,
	})
	a, err := New(Config{
		Spec: description, Rules: rules, Catalogue: catalogue, Worlds: worlds, Wall: clock.Wall, Started: clock.Wall(), Log: log,
	})
	if err != nil {
		t.Fatal(err)
	}
	return a
}
