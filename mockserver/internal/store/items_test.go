package store_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"cariqamock/mockserver/internal/store"
)

func item(key, value string) store.Item { return store.Item{Key: key, Value: []byte(value)} }

// items returns a page of items as "key=value".
func (f fixture) items(prefix, after string, limit int) string {
	f.t.Helper()
	found, err := f.Items(f.t.Context(), prefix, after, limit)
	f.want(err, nil)
	var all []string
	for _, i := range found {
		all = append(all, i.Key+"="+string(i.Value))
	}
	return strings.Join(all, " ")
}

func checkItems(f fixture) {
	ctx := f.t.Context()
	_, err := f.Item(ctx, "pm/1")
	f.want(err, store.ErrNotFound)
	f.want(f.Put(ctx), nil)
	f.want(f.Put(ctx, item("pm/2", "two"), item("pm/1", "one"), item("pn/1", "n"), item("p%/1", "%"), item("p_/1", "_"), item("pm/ä", "ä")), nil)
	got, err := f.Item(ctx, "pm/1")
	f.want(err, nil)
	f.same("value", string(got.Value), "one")
	for _, tc := range []struct {
		prefix, after string
		limit         int
		want          string
	}{
		{"pm/", "", 10, "pm/1=one pm/2=two pm/ä=ä"},
		{"pm/", "pm/1", 1, "pm/2=two"},
		{"pm/", "a", 10, "pm/1=one pm/2=two pm/ä=ä"},
		{"pm/", "z", 10, ""},
		{"p%", "", 10, "p%/1=%"},
		{"p_", "", 10, "p_/1=_"},
		{"q", "", 10, ""},
		{"", "pm/ä", 10, "pn/1=n"},
		{"pm/", "", 0, ""},
	} {
		f.same(fmt.Sprintf("%d of %q after %q", tc.limit, tc.prefix, tc.after), f.items(tc.prefix, tc.after, tc.limit), tc.want)
	}
}

func checkItemVersions(f fixture) {
	ctx := f.t.Context()
	f.want(f.Put(ctx, item("k", "1")), nil)
	f.want(f.Put(ctx, item("k", "2")), store.ErrItemConflict)
	f.want(f.Put(ctx, item("k", "2")), store.ErrConflict)
	seen, _ := f.Item(ctx, "k")
	next := item("k", "2")
	next.Seq = seen.Seq
	f.want(f.Put(ctx, next), nil)
	f.want(f.Put(ctx, next), store.ErrItemConflict)
	f.want(f.Put(ctx, item("other", "x"), next), store.ErrItemConflict)
	f.same("all or none", f.items("", "", 10), "k=2")

	f.want(f.Put(ctx, store.Item{Key: "k", Seq: store.AnySeq}), nil)
	f.want(f.Put(ctx, store.Item{Key: "k", Seq: store.AnySeq}), nil)
	f.want(f.Put(ctx, item("k", "3")), nil)
	f.want(f.Put(ctx, next), store.ErrItemConflict) // the new one has another version
	last := item("k", "4")
	last.Seq = store.AnySeq
	f.want(f.Put(ctx, last), nil)
	f.same("value", f.items("", "", 10), "k=4")

	var won atomic.Int64
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			if f.Put(context.Background(), item("race", fmt.Sprint(i))) == nil {
				won.Add(1)
			}
		})
	}
	group.Wait()
	f.same("winners", won.Load(), int64(1))
}

func checkItemsOfChange(f fixture) {
	ctx := f.t.Context()
	first := change("create", "a", "1")
	intent := item("intent/1", "w")
	intent.World = "w"
	first.Items = []store.Item{intent}
	v, err := f.Create(ctx, "w", first)
	f.want(err, nil)

	clash := change("clash", "a", "2")
	clash.Items = []store.Item{item("free", "x"), intent}
	_, err = f.Commit(ctx, "w", v, clash)
	f.want(err, store.ErrItemConflict)
	_, err = f.Create(ctx, "other", clash)
	f.want(err, store.ErrItemConflict)
	f.same("world", f.load("w", v).Version, v)
	f.same("items", f.items("", "", 10), "intent/1=w")
	_, err = f.Load(ctx, "other", v)
	f.want(err, store.ErrNotFound)

	late := change("late")
	late.Items = []store.Item{item("late", "x")}
	_, err = f.Commit(ctx, "w", store.Version{Life: v.Life, Seq: 9}, late)
	f.want(err, store.ErrConflict)
	both := change("both", "a", "3")
	both.Items = []store.Item{item("kept", "x"), {Key: "intent/1", Seq: store.AnySeq}}
	again := intent
	again.Key = "intent/2"
	both.Items = append(both.Items, again)
	f.commit("w", v, both)
	f.same("items", f.items("", "", 10), "intent/2=w kept=x")
	f.want(f.Drop(ctx, "w", store.Version{}), nil)
	f.same("items of a world go with it", f.items("", "", 10), "kept=x")
}

func checkExpiry(f fixture) {
	ctx := f.t.Context()
	short, long := item("short", "1"), item("long", "1")
	short.Expires, long.Expires = t0.Add(time.Hour), t0.Add(48*time.Hour)
	f.want(f.Put(ctx, short, long, item("ever", "1")), nil)
	got, err := f.Item(ctx, "short")
	f.want(err, nil)
	f.same("expires", got.Expires, short.Expires)
	got, err = f.Item(ctx, "ever")
	f.want(err, nil)
	f.same("never", got.Expires.IsZero(), true)
	f.add(time.Hour)
	_, err = f.Item(ctx, "short")
	f.want(err, store.ErrNotFound)
	f.same("items", f.items("", "", 10), "ever=1 long=1")
	f.want(f.Put(ctx, item("short", "2")), nil) // as if it had never been
	f.same("items", f.items("", "", 10), "ever=1 long=1 short=2")
}

// checkItemBounds: of bounded kinds, the oldest items go, at the latest after a
// thousand writes.
func checkItemBounds(f fixture) {
	ctx := f.t.Context()
	for i := range 20 {
		f.want(f.Put(ctx, item(fmt.Sprintf("few/%02d", 19-i), "x"), item(fmt.Sprintf("small/%02d", i), strings.Repeat("x", 1000)), item(fmt.Sprintf("free/%02d", i), "x")), nil)
	}
	again := item("few/19", "again") // the oldest, which is the newest now
	again.Seq = store.AnySeq
	f.want(f.Put(ctx, again), nil)
	for range 4 {
		busy := make([]store.Item, 300)
		for i := range busy {
			busy[i] = store.Item{Key: fmt.Sprint("busy/", i%7), Value: []byte("x"), Seq: store.AnySeq}
		}
		f.want(f.Put(ctx, busy...), nil)
	}
	f.same("few", f.items("few/", "", 100), "few/00=x few/01=x few/19=again")
	small, err := f.Items(ctx, "small/", "", 100)
	f.want(err, nil)
	if len(small) < 3 || len(small) > 5 || small[len(small)-1].Key != "small/19" {
		f.t.Errorf("%d items of 1000 bytes in 5000 bytes, the last is %s", len(small), small[len(small)-1].Key)
	}
	free, err := f.Items(ctx, "free/", "", 100)
	f.want(err, nil)
	f.same("free", len(free), 20)
}

// checkOdd: what users send is stored, or refused without harm.
func checkOdd(f fixture) {
	ctx := f.t.Context()
	bytes := make([]byte, 256)
	for i := range bytes {
		bytes[i] = byte(i)
	}
	c := change("create")
	c.What, c.User, c.Call, c.Head = "DELETE /x\x00\xff", "'; --", bytes, []byte{}
	c.Time = t0.In(time.FixedZone("", 3600)).Add(1234 * time.Nanosecond)
	c.Records = []store.Record{{Key: "bytes", Value: bytes}, {Key: "empty", Value: []byte{}}, {Key: "never"}}
	name := ("mock.'\"%_\\ ☃." + strings.Repeat("x", store.MaxKey))[:store.MaxKey]
	v, err := f.Create(ctx, name, c)
	f.want(err, nil)
	got, err := f.At(ctx, name, 1)
	f.want(err, nil)
	f.same("records", got.Records, c.Records[:2])
	f.same("texts", []string{got.What, got.User}, []string{"DELETE /x\ufffd\ufffd", "'; --"})
	f.same("call", got.Call, bytes)
	f.same("time", got.Time, t0.Add(time.Microsecond))
	for _, key := range []string{"", "\x00", "\xff", strings.Repeat("x", store.MaxKey+1)} {
		if _, err := f.Commit(ctx, name, v, change("x", key, "1")); err == nil {
			f.t.Errorf("record %q: no error", key)
		}
		if _, err := f.Create(ctx, key, change("x")); err == nil {
			f.t.Errorf("world %q: no error", key)
		}
		if err := f.Put(ctx, item(key, "1")); err == nil {
			f.t.Errorf("item %q: no error", key)
		}
	}
	f.same("version", f.load(name, v).Version, v)
}

func checkMetrics(f fixture) {
	v := f.create("w")
	f.commit("w", v, change("two"))
	_, err := f.Commit(f.t.Context(), "w", v, change("late"))
	f.want(err, store.ErrConflict)
	f.want(f.Put(f.t.Context(), item("k", "1")), nil)
	m := f.Metrics()
	f.same("commits and conflicts", []int64{m.Commits, m.Conflicts}, []int64{3, 1})
}
