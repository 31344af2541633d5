package store_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cariqamock/mockserver/internal/store"
	"cariqamock/mockserver/internal/store/storetest"
)

var t0 = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// wall is the clock that decides which items have expired.
type wall struct {
	mu  sync.Mutex
	now time.Time
}

func (w *wall) Now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *wall) add(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

// A fixture is a store under test, with its clock.
type fixture struct {
	store.Store
	*wall
	t testing.TB
}

// kinds are the stores, each by a function that makes an empty place and returns
// what opens the store there, again and again.
var kinds = map[string]func(storetest.T) func(store.Options) (store.Store, error){
	"memory": func(storetest.T) func(store.Options) (store.Store, error) {
		return func(o store.Options) (store.Store, error) { return store.NewMemory(o), nil }
	},
	"sqlite": func(t storetest.T) func(store.Options) (store.Store, error) {
		dir, err := os.MkdirTemp("", "store")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { os.RemoveAll(dir) })
		return func(o store.Options) (store.Store, error) { return store.OpenSQLite(context.Background(), dir, o) }
	},
	"postgres": func(t storetest.T) func(store.Options) (store.Store, error) {
		url := storetest.Postgres(t)
		return func(o store.Options) (store.Store, error) { return store.OpenPostgres(context.Background(), url, o) }
	},
}

// open returns an empty store.
func open(t testing.TB, kind string, o store.Options) store.Store {
	t.Helper()
	s, err := kinds[kind](t)(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

var bounds = map[string]store.Bound{"few/": {Count: 3, Bytes: 1 << 20}, "small/": {Count: 100, Bytes: 5000}}

// TestConformance runs each check on each store.
func TestConformance(t *testing.T) {
	checks := map[string]func(f fixture){
		"create":            checkCreate,
		"load":              checkLoad,
		"commit":            checkCommit,
		"racers":            checkRacers,
		"history":           checkHistory,
		"at":                checkAt,
		"bounded history":   checkBound,
		"large change":      checkLarge,
		"drop":              checkDrop,
		"worlds":            checkWorlds,
		"touch":             checkTouch,
		"items":             checkItems,
		"item versions":     checkItemVersions,
		"replace":           checkReplace,
		"items of a change": checkItemsOfChange,
		"expiry":            checkExpiry,
		"item bounds":       checkItemBounds,
		"odd values":        checkOdd,
		"metrics":           checkMetrics,
	}
	for kind := range kinds {
		for name, check := range checks {
			t.Run(kind+"/"+name, func(t *testing.T) {
				w := &wall{now: t0}
				check(fixture{open(t, kind, store.Options{Changes: 10, Memory: 1 << 20, Items: bounds, Wall: w.Now}), w, t})
			})
		}
	}
}

// change returns a change that writes records: key, value, key, value, where
// the value "-" deletes.
func change(what string, kv ...string) store.Change {
	c := store.Change{Time: t0, Wall: t0.Add(time.Hour), What: what, Request: "req_" + what, User: "u_" + what, Call: []byte("call " + what), Head: []byte("head " + what)}
	for i := 0; i < len(kv); i += 2 {
		r := store.Record{Key: kv[i], Value: []byte(kv[i+1])}
		if kv[i+1] == "-" {
			r.Value = nil
		}
		c.Records = append(c.Records, r)
	}
	return c
}

func (f fixture) create(world string, kv ...string) store.Version {
	f.t.Helper()
	v, err := f.Create(context.Background(), world, change("create", kv...))
	f.want(err, nil)
	return v
}

func (f fixture) commit(world string, seen store.Version, c store.Change) store.Version {
	f.t.Helper()
	v, err := f.Commit(context.Background(), world, seen, c)
	f.want(err, nil)
	return v
}

func (f fixture) load(world string, have store.Version) store.State {
	f.t.Helper()
	s, err := f.Load(context.Background(), world, have)
	f.want(err, nil)
	return s
}

// want fails unless an error is the one that is expected.
func (f fixture) want(got, want error) {
	f.t.Helper()
	if !errors.Is(got, want) {
		f.t.Fatalf("error %v, want %v", got, want)
	}
}

// same fails unless two values are equal.
func (f fixture) same(what string, got, want any) {
	f.t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		f.t.Fatalf("%s (-want +got):\n%s", what, diff)
	}
}

// shown returns records as "key=value", with "-" for the deleted ones.
func shown(records []store.Record) string {
	var all []string
	for _, r := range records {
		value := string(r.Value)
		if r.Value == nil {
			value = "-"
		}
		all = append(all, r.Key+"="+value)
	}
	return strings.Join(all, " ")
}

func checkCreate(f fixture) {
	v := f.create("w", "b", "2", "a", "1")
	f.same("seq", v.Seq, int64(1))
	_, err := f.Create(f.t.Context(), "w", change("again"))
	f.want(err, store.ErrExists)
	s := f.load("w", store.Version{})
	f.same("head", s.Head, store.Head{World: "w", Version: v, Value: []byte("head create"), Used: t0.Add(time.Hour)})
	f.same("records", shown(s.Records), "a=1 b=2")
}

func checkLoad(f fixture) {
	_, err := f.Load(f.t.Context(), "w", store.Version{})
	f.want(err, store.ErrNotFound)
	v1 := f.create("w", "a", "1", "b", "2")
	v2 := f.commit("w", v1, change("two", "b", "3", "c", "4"))
	v3 := f.commit("w", v2, change("three", "a", "-", "c", "5"))
	for _, tc := range []struct {
		have  store.Version
		whole bool
		want  string
	}{
		{store.Version{}, true, "b=3 c=5"},
		{v1, false, "a=- b=3 c=5"},
		{v2, false, "a=- c=5"},
		{v3, false, ""},
		{store.Version{Life: v1.Life + 1, Seq: 2}, true, "b=3 c=5"},
		{store.Version{Life: v1.Life, Seq: 9}, true, "b=3 c=5"},
	} {
		s := f.load("w", tc.have)
		f.same(fmt.Sprint("head since ", tc.have), s.Version, v3)
		f.same(fmt.Sprint("whole since ", tc.have), s.Whole, tc.whole)
		f.same(fmt.Sprint("since ", tc.have), shown(s.Records), tc.want)
	}
}

func checkCommit(f fixture) {
	ctx := f.t.Context()
	_, err := f.Commit(ctx, "w", store.Version{Life: 1, Seq: 1}, change("x"))
	f.want(err, store.ErrConflict)
	v1 := f.create("w", "a", "1")
	v2 := f.commit("w", v1, change("two", "a", "2"))
	f.same("seq", v2, store.Version{Life: v1.Life, Seq: 2})
	for _, seen := range []store.Version{{}, v1, {Life: v1.Life, Seq: 3}, {Life: v1.Life + 1, Seq: 2}} {
		_, err := f.Commit(ctx, "w", seen, change("late", "a", "late", "z", "late"))
		f.want(err, store.ErrConflict)
	}
	_, err = f.Commit(ctx, "w", v2, change("twice", "a", "1", "a", "2"))
	if err == nil {
		f.t.Fatal("a key twice in a change: no error")
	}
	f.same("records", shown(f.load("w", store.Version{}).Records), "a=2")
}

// checkRacers: of those who saw the same version, exactly one succeeds.
func checkRacers(f fixture) {
	v := f.create("w")
	for round := range 20 {
		var group sync.WaitGroup
		errs := make([]error, 4)
		won := make([]store.Version, len(errs))
		for i := range errs {
			group.Go(func() {
				won[i], errs[i] = f.Commit(context.Background(), "w", v, change("race", "winner", fmt.Sprint(i)))
			})
		}
		group.Wait()
		winner := slices.Index(errs, nil)
		if winner < 0 {
			f.t.Fatalf("round %d: nobody won: %v", round, errs)
		}
		for i, err := range errs {
			if i != winner {
				f.want(err, store.ErrConflict)
			}
		}
		v = won[winner]
		f.same("winner", shown(f.load("w", store.Version{}).Records), fmt.Sprint("winner=", winner))
	}
	f.same("seq", v.Seq, int64(21))
}

func checkHistory(f fixture) {
	ctx := f.t.Context()
	_, err := f.History(ctx, "w", 0, 10)
	f.want(err, store.ErrNotFound)
	v := f.create("w", "a", "1")
	for i := range 3 {
		v = f.commit("w", v, change(fmt.Sprint(i), "a", fmt.Sprint(i)))
	}
	for _, tc := range []struct {
		before int64
		limit  int
		want   string
	}{{0, 10, "4:2 3:1 2:0 1:create"}, {0, 2, "4:2 3:1"}, {3, 10, "2:0 1:create"}, {3, 1, "2:0"}, {1, 10, ""}, {99, 1, "4:2"}} {
		got, err := f.History(ctx, "w", tc.before, tc.limit)
		f.want(err, nil)
		var all []string
		for _, c := range got {
			want := change(c.What)
			want.Seq = c.Seq
			f.same("change", c, want)
			all = append(all, fmt.Sprintf("%d:%s", c.Seq, c.What))
		}
		f.same(fmt.Sprintf("%d before %d", tc.limit, tc.before), strings.Join(all, " "), tc.want)
	}
}

func checkAt(f fixture) {
	_, err := f.At(f.t.Context(), "w", 1)
	f.want(err, store.ErrNotFound)
	v := f.create("w", "a", "1", "b", "1")
	v = f.commit("w", v, change("2", "a", "2", "c", "2"))
	v = f.commit("w", v, change("3", "a", "-"))
	v = f.commit("w", v, change("4", "a", "4", "b", "-"))
	f.commit("w", v, change("5"))
	for seq, want := range map[int64]string{1: "a=1 b=1", 2: "a=2 b=1 c=2", 3: "b=1 c=2", 4: "a=4 c=2", 5: "a=4 c=2"} {
		c, err := f.At(f.t.Context(), "w", seq)
		f.want(err, nil)
		f.same(fmt.Sprint("records at ", seq), shown(c.Records), want)
		f.same("seq", c.Seq, seq)
		if seq > 1 {
			f.same("head", string(c.Head), fmt.Sprint("head ", seq))
		}
	}
	for _, seq := range []int64{-1, 0, 6} {
		_, err := f.At(f.t.Context(), "w", seq)
		f.want(err, store.ErrNotKept)
	}
}

// checkBound: ten changes are kept, and what they need.
func checkBound(f fixture) {
	v := f.create("w", "once", "1", "gone", "1", "hot", "1")
	v1 := v
	for i := int64(2); i <= 30; i++ {
		c := change(fmt.Sprint(i), "hot", fmt.Sprint(i))
		switch i {
		case 3:
			c.Records = append(c.Records, store.Record{Key: "gone"})
		case 25:
			c.Records = append(c.Records, store.Record{Key: "late", Value: []byte("25")})
		}
		v = f.commit("w", v, c)
	}
	history, err := f.History(f.t.Context(), "w", 0, 100)
	f.want(err, nil)
	f.same("kept", len(history), 10)
	f.same("oldest", history[9].Seq, int64(21))
	for seq := int64(1); seq <= 30; seq++ {
		c, err := f.At(f.t.Context(), "w", seq)
		if seq < 21 {
			f.want(err, store.ErrNotKept)
			continue
		}
		f.want(err, nil)
		want := fmt.Sprintf("hot=%d once=1", seq)
		if seq >= 25 {
			want = fmt.Sprintf("hot=%d late=25 once=1", seq)
		}
		f.same("records", shown(c.Records), want)
	}
	s := f.load("w", v1)
	f.same("whole", s.Whole, true)
	f.same("records", shown(s.Records), "hot=30 late=25 once=1")
	f.same("last", shown(f.load("w", store.Version{Life: v.Life, Seq: 21}).Records), "hot=30 late=25")
}

// checkLarge: changes of thousands of records become history and are forgotten.
func checkLarge(f fixture) {
	const all = 2300
	first, second := change("create"), change("two")
	for i := range all {
		key := fmt.Sprintf("%04d", i)
		first.Records = append(first.Records, store.Record{Key: key, Value: []byte(key)})
		if i >= 1100 {
			second.Records = append(second.Records, store.Record{Key: key})
		}
	}
	v, err := f.Create(f.t.Context(), "w", first)
	f.want(err, nil)
	v = f.commit("w", v, second)
	for i := range 15 {
		v = f.commit("w", v, change("more", "more", fmt.Sprint(i)))
	}
	got := f.load("w", store.Version{}).Records
	f.same("records", len(got), 1101)
	f.same("edges", shown([]store.Record{got[0], got[1099], got[1100]}), "0000=0000 1099=1099 more=14")
}

func checkDrop(f fixture) {
	ctx := f.t.Context()
	f.want(f.Drop(ctx, "w", store.Version{}), store.ErrNotFound)
	v := f.create("w", "a", "1")
	v2 := f.commit("w", v, change("two", "b", "2"))
	f.want(f.Drop(ctx, "w", v), store.ErrConflict)
	f.want(f.Drop(ctx, "w", v2), nil)
	_, err := f.Load(ctx, "w", v)
	f.want(err, store.ErrNotFound)
	_, err = f.Commit(ctx, "w", v2, change("late"))
	f.want(err, store.ErrConflict)
	again := f.create("w", "c", "3")
	if again.Life == v.Life {
		f.t.Fatal("a world that is made again has the version of the one before")
	}
	s := f.load("w", v)
	f.same("whole", s.Whole, true)
	f.same("records", shown(s.Records), "c=3")
	history, err := f.History(ctx, "w", 0, 10)
	f.want(err, nil)
	f.same("history", len(history), 1)
	f.want(f.Drop(ctx, "w", store.Version{}), nil)
}

func checkWorlds(f fixture) {
	for _, name := range []string{"b", "a", "ä", "c", "B"} {
		f.create(name)
	}
	for _, tc := range []struct {
		after string
		limit int
		want  string
	}{{"", 10, "B a b c ä"}, {"", 2, "B a"}, {"a", 2, "b c"}, {"bb", 10, "c ä"}, {"ä", 10, ""}, {"", 0, ""}} {
		heads, err := f.Worlds(f.t.Context(), tc.after, tc.limit)
		f.want(err, nil)
		var names []string
		for _, h := range heads {
			f.same("value", string(h.Value), "head create")
			names = append(names, h.World)
		}
		f.same(fmt.Sprintf("%d after %q", tc.limit, tc.after), strings.Join(names, " "), tc.want)
	}
}

func checkTouch(f fixture) {
	ctx := f.t.Context()
	f.want(f.Touch(ctx, "w", t0), nil)
	v := f.create("w")
	used := t0.Add(3 * time.Hour)
	f.want(f.Touch(ctx, "w", used), nil)
	f.want(f.Touch(ctx, "w", used.Add(-time.Hour)), nil)
	s := f.load("w", v)
	f.same("used", s.Used, used)
	f.same("version", s.Version, v)
}
