package store_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"cariqamock/mockserver/internal/store"
	"cariqamock/mockserver/internal/store/storetest"
)

var options = store.Options{Changes: 10, Wall: time.Now}

// share opens a store for one of many processes.
func share(t *testing.T, url string) fixture {
	t.Helper()
	s, err := store.OpenPostgres(t.Context(), url, options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return fixture{Store: s, t: t}
}

// TestShared: what one process writes, another reads at once.
func TestShared(t *testing.T) {
	url := storetest.Postgres(t)
	a, b := share(t, url), share(t, url)
	v1 := a.create("w", "k", "1")
	a.same("created elsewhere", shown(b.load("w", store.Version{}).Records), "k=1")
	v2 := b.commit("w", v1, change("two", "k", "2"))
	_, err := a.Commit(t.Context(), "w", v1, change("late", "k", "late"))
	a.want(err, store.ErrConflict)
	s := a.load("w", v1)
	a.same("newer records", shown(s.Records), "k=2")
	a.same("whole", s.Whole, false)
	a.want(a.Drop(t.Context(), "w", v2), nil)
	_, err = b.Commit(t.Context(), "w", v2, change("gone"))
	b.want(err, store.ErrConflict)
	_, err = b.Load(t.Context(), "w", v2)
	b.want(err, store.ErrNotFound)
}

// TestSharedRace: of two processes that saw the same version, exactly one
// succeeds. More tries with CARIQA_MOCK_TEST_RACES=10000.
func TestSharedRace(t *testing.T) {
	tries, err := strconv.Atoi(os.Getenv("CARIQA_MOCK_TEST_RACES"))
	if err != nil {
		tries = 200
	}
	url := storetest.Postgres(t)
	processes := []fixture{share(t, url), share(t, url), share(t, url)}
	v := processes[0].create("w")
	for range tries {
		var group sync.WaitGroup
		versions, errs := make([]store.Version, len(processes)), make([]error, len(processes))
		for i, p := range processes {
			group.Go(func() {
				c := change("race", "winner", fmt.Sprint(i))
				c.Items = []store.Item{{Key: "winner", Value: []byte(fmt.Sprint(i)), Seq: store.AnySeq}}
				versions[i], errs[i] = p.Commit(context.Background(), "w", v, c)
			})
		}
		group.Wait()
		winner := -1
		for i, err := range errs {
			switch {
			case err != nil:
				processes[i].want(err, store.ErrConflict)
			case winner >= 0:
				t.Fatalf("%d and %d have both made change %d", winner, i, versions[i].Seq)
			default:
				winner = i
			}
		}
		if winner < 0 {
			t.Fatalf("nobody has made change %d: %v", v.Seq+1, errs)
		}
		v = versions[winner]
		item, err := processes[0].Item(t.Context(), "winner")
		processes[0].want(err, nil)
		processes[0].same("item", string(item.Value), fmt.Sprint(winner))
		processes[0].same("record", shown(processes[0].load("w", store.Version{}).Records), fmt.Sprint("winner=", winner))
	}
}

// TestWatch: a process learns which worlds others have changed.
func TestWatch(t *testing.T) {
	url := storetest.Postgres(t)
	a, b := share(t, url), share(t, url)
	seen := a.Watch(t.Context())
	a.same("first", <-seen, "")
	va := a.create("of a")
	a.commit("of a", va, change("two"))
	v := b.create("of b, with a space")
	a.same("created", <-seen, "of b, with a space")
	b.commit("of b, with a space", v, change("two"))
	a.same("changed", <-seen, "of b, with a space")
	b.want(b.Drop(t.Context(), "of a", store.Version{}), nil)
	a.same("dropped", <-seen, "of a")
}

// TestNewerSchema: once a newer program has changed the tables, older ones that
// run write and read nothing, and none starts.
func TestNewerSchema(t *testing.T) {
	url := storetest.Postgres(t)
	old := share(t, url)
	v := old.create("w", "k", "1")
	newer, err := store.OpenNewer(t.Context(), url, options)
	if err != nil {
		t.Fatal(err)
	}
	defer newer.Close()
	_, err = old.Commit(t.Context(), "w", v, change("late", "k", "2"))
	refused(t, err, "a newer cariqa-mock has changed the tables: replace this server by that version")
	_, err = old.Load(t.Context(), "w", store.Version{})
	refused(t, err, "a newer cariqa-mock has changed the tables: replace this server by that version")
	_, err = store.OpenPostgres(t.Context(), url, options)
	refused(t, err, "written by a newer cariqa-mock (schema 2, this program knows 1): run that version, or restore a backup made before it")
	got, err := newer.Load(t.Context(), "w", store.Version{})
	if err != nil || shown(got.Records) != "k=1" {
		t.Errorf("after the step: %v, %v", got, err)
	}
	again, err := store.OpenNewer(t.Context(), url, options)
	if err != nil {
		t.Fatal(err)
	}
	again.Close()
}

// TestOpenTogether: many processes that start at once on an empty database make
// the tables once.
func TestOpenTogether(t *testing.T) {
	url := storetest.Postgres(t)
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			s, err := store.OpenPostgres(context.Background(), url, options)
			if err != nil {
				t.Error(err)
				return
			}
			s.Close()
		})
	}
	group.Wait()
}

// refused fails unless an error contains a sentence.
func refused(t *testing.T, err error, sentence string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), sentence) {
		t.Errorf("error: %v\nwant:  %s", err, sentence)
	}
}

// TestPostgresRefuses: what is wrong with an address is said, without the
// address.
func TestPostgresRefuses(t *testing.T) {
	good, err := url.Parse(storetest.Postgres(t))
	if err != nil {
		t.Fatal(err)
	}
	with := func(change func(*url.URL)) string {
		u := *good
		change(&u)
		return u.String()
	}
	for address, sentence := range map[string]string{
		with(func(u *url.URL) { u.User = url.UserPassword("postgres", "secret1") }): "PostgreSQL refuses the user or the password: check the address",
		with(func(u *url.URL) { u.User = url.UserPassword("secret2", "secret1") }):  "PostgreSQL refuses the user or the password: check the address",
		with(func(u *url.URL) { u.Path = "secret3" }):                               "the database does not exist: create it, or name another",
		"postgres://secret2:secret1@127.0.0.1:1/secret3":                            "the database cannot be reached: check that it runs, and the address; then try again",
		"postgres://secret2:secret1@secret4.invalid/secret3":                        "the database's host name is not known: check the address",
		"postgres://secret2:secret1@secret4:port/secret3":                           "not an address of PostgreSQL: want postgres://user:password@host:5432/database",
		"postgres://secret2:secret1@secret4/x?sslmode=secret5":                      "not an address of PostgreSQL: want postgres://user:password@host:5432/database",
	} {
		_, err := store.OpenPostgres(t.Context(), address, options)
		refused(t, err, sentence)
		if err != nil && (strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), "127.0.0.1")) {
			t.Errorf("the error shows the address: %v", err)
		}
	}
}

// TestDatabaseGone: while the database is away, calls fail with a sentence.
// Once it is back, all that was acknowledged is there, and calls work again.
func TestDatabaseGone(t *testing.T) {
	server, err := storetest.Start()
	if err != nil {
		t.Skip("skipped without PostgreSQL: ", err)
	}
	t.Cleanup(func() { server.Stop() })
	s := share(t, server.URL("postgres"))
	seen := s.Watch(t.Context())
	<-seen
	v := s.create("w", "k", "1")
	if err := server.Kill(); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		_, err = s.Commit(t.Context(), "w", v, change("lost", "k", "lost"))
		if !errors.Is(err, store.ErrUnavailable) {
			t.Errorf("error %v, want one of a store that is not available", err)
		}
		_, err = s.Load(t.Context(), "w", store.Version{})
		refused(t, err, "the database cannot be reached: check that it runs, and the address; then try again")
	}
	if err := server.Run(); err != nil {
		t.Fatal(err)
	}
	s.same("kept", shown(s.load("w", store.Version{}).Records), "k=1")
	s.commit("w", v, change("two", "k", "2"))
	s.same("after it came back", shown(s.load("w", v).Records), "k=2")
	s.same("names may have been missed", <-seen, "")
}

// TestConnectionsLost: calls do not fail because the connections that they used
// before were closed meanwhile.
func TestConnectionsLost(t *testing.T) {
	url := storetest.Postgres(t)
	s := share(t, url)
	v := s.create("w", "k", "1")
	for _, call := range []func(){
		func() { v = s.commit("w", v, change("two", "k", "2")) },
		func() { s.load("w", store.Version{}) },
		func() { s.want(s.Put(t.Context(), item("i", "1")), nil) },
		func() { s.same("items", s.items("", "", 10), "i=1") },
		func() { _, err := s.Item(t.Context(), "i"); s.want(err, nil) },
		func() { _, err := s.History(t.Context(), "w", 0, 10); s.want(err, nil) },
		func() { _, err := s.At(t.Context(), "w", 1); s.want(err, nil) },
		func() { _, err := s.Worlds(t.Context(), "", 10); s.want(err, nil) },
	} {
		if err := storetest.Disconnect(url); err != nil {
			t.Fatal(err)
		}
		call()
	}
}
