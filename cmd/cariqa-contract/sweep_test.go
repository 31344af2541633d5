package main

import (
	"net/http"
	"strings"
	"testing"

	"cariqamock/cmd/internal/cli"
)

// TestSweep removes what a run could not, and nothing else.
func TestSweep(t *testing.T) {
	keep := true
	srv := front(t, func(w http.ResponseWriter, r *http.Request, fake http.Handler) {
		if keep && r.Method == http.MethodDelete {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		fake.ServeHTTP(w, r)
	})
	e := on(srv.URL)
	invoke(t, e, "run", "--case", "users/create", "--cdr-wait", "1ms").ends(t, 0)
	ids := left(t, srv.URL, "mock.default.ci")
	if len(ids) != 1 {
		t.Fatalf("the run left %q, want one user", ids)
	}
	invoke(t, e, "sweep").ends(t, 0, "0 removed, 0 left\n") // younger than an hour
	invoke(t, e, "sweep", "--older-than", "0s").ends(t, 3, "left  "+ids[0], "0 removed, 1 left\n")
	keep = false
	got := invoke(t, e, "sweep", "--older-than", "0s")
	got.ends(t, 0, "target "+srv.URL)
	if want := "removed  " + ids[0] + "\n1 removed, 0 left\n"; got.stdout != want {
		t.Errorf("stdout %q, want %q", got.stdout, want)
	}
	if ids := left(t, srv.URL, "mock.default.ci"); ids != nil {
		t.Errorf("left behind: %q", ids)
	}
}

func TestVersion(t *testing.T) {
	got := invoke(t, env{}, "version")
	if got.code != 0 || strings.TrimSpace(got.stdout) != cli.Version() {
		t.Errorf("exit code %d, %q", got.code, got.stdout)
	}
}
