package main

import (
	"strings"
	"testing"
)

// TestStoreRefusesToStart: a store that cannot be opened ends the program with a
// sentence, which has no part of an address.
func TestStoreRefusesToStart(t *testing.T) {
	used := t.TempDir()
	serve(t, env{}, "--store", used)
	for name, tc := range map[string]struct{ store, want string }{
		"a file":           {"main.go", "main.go is a file: want a folder, in which worlds.db is made"},
		"a second process": {used, "another process uses " + used + ": stop it, or choose another folder; many servers can share worlds with postgres://"},
		"no database":      {"postgres://root:secret@127.0.0.1:1/worlds", "the database cannot be reached: check that it runs, and the address; then try again"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, got := range []outcome{
				invoke(t, env{}, "--store", tc.store),
				invoke(t, env{envName("store"): tc.store}),
			} {
				refuses(t, got, exitFailed, "cariqa-mock: store: ", tc.want)
				if strings.Contains(got.stderr+got.stdout, "secret") || strings.Contains(got.stderr, "127.0.0.1") {
					t.Errorf("the address is shown: %s", got.stderr)
				}
			}
		})
	}
}

// TestStoreIsReleased: once a server has stopped, another one can have its
// folder.
func TestStoreIsReleased(t *testing.T) {
	dir := t.TempDir()
	for range 2 {
		if got := serve(t, env{}, "--store", dir).stop(); got.code != exitOK {
			t.Errorf("exit code %d: %s", got.code, got.stderr)
		}
	}
}

// TestStore: what one server has answered, the next one shows, with the flag and
// with its variable.
func TestStore(t *testing.T) {
	const world = "/__admin/worlds/mock.default.kept"
	dir := t.TempDir()
	first := serve(t, env{}, "--store", dir)
	if got := first.call("POST", "/api/v1/users/", "{}", "Authorization", "Bearer mock.default.kept", "Content-Type", "application/json"); got.status != 201 {
		t.Fatalf("%d %s", got.status, got.body)
	}
	want := first.call("GET", world+"/history", "").body
	if shown := first.call("GET", world, "").body; !strings.Contains(shown, `"users":2,"sessions":0,"seq":2,"store":"sqlite"`) {
		t.Errorf("the world is %s", shown)
	}
	first.stop()
	next := serve(t, env{envName("store"): dir})
	if got := next.call("GET", world+"/history", "").body; got != want || !strings.Contains(got, `"what":"POST /users/"`) {
		t.Errorf("the history is %s, want %s", got, want)
	}
	if got := next.call("GET", "/__admin/worlds", "").body; !strings.Contains(got, "mock.default.kept") {
		t.Errorf("not listed before it is used: %s", got)
	}
}
