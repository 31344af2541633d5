package store_test

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"cariqamock/mockserver/internal/store"
)

// ofWorld returns a change that writes an item of a world, which is new to the
// store or follows another world's end.
func ofWorld(world, key string) store.Change {
	c := change("made", "r", key)
	c.Items = []store.Item{{Key: key, Value: []byte(world), World: world}}
	return c
}

func checkReplace(f fixture) {
	ctx := f.t.Context()
	_, err := f.Replace(ctx, "w", store.Version{Life: 1, Seq: 1}, change("none"))
	f.want(err, store.ErrConflict)
	first, err := f.Replace(ctx, "w", store.Version{}, ofWorld("w", "i/1")) // there is none
	f.want(err, nil)
	v := f.commit("w", first, change("two", "b", "2"))
	_, err = f.Replace(ctx, "w", first, ofWorld("w", "i/2"))
	f.want(err, store.ErrConflict)
	f.same("after a conflict", shown(f.load("w", store.Version{}).Records), "b=2 r=i/1")
	f.same("items after a conflict", f.items("i/", "", 9), "i/1=w")

	taken := ofWorld("w", "i/1") // an item of the world that goes is not in the way
	again, err := f.Replace(ctx, "w", v, taken)
	f.want(err, nil)
	if again.Life == v.Life || again.Seq != 1 {
		f.t.Fatalf("the new world is at %+v, the old one was at %+v", again, v)
	}
	f.same("records", shown(f.load("w", store.Version{}).Records), "r=i/1")
	f.same("items", f.items("i/", "", 9), "i/1=w")
	_, err = f.Commit(ctx, "w", v, change("late"))
	f.want(err, store.ErrConflict)

	f.want(f.Put(ctx, item("i/3", "somebody's")), nil)
	_, err = f.Replace(ctx, "w", store.Version{}, ofWorld("w", "i/3"))
	f.want(err, store.ErrItemConflict)
	f.same("after a conflict of items", shown(f.load("w", store.Version{}).Records), "r=i/1")
	f.same("items after a conflict of items", f.items("i/", "", 9), "i/1=w i/3=somebody's")
	replaceAtOnce(f)
}

// replaceAtOnce: of many who replace a version exactly one does, and there is a
// world at each moment.
func replaceAtOnce(f fixture) {
	v := f.load("w", store.Version{}).Version
	var won atomic.Int64
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			_, err := f.Replace(f.t.Context(), "w", v, ofWorld("w", fmt.Sprint("j/", i)))
			switch {
			case err == nil:
				won.Add(1)
			case !errors.Is(err, store.ErrConflict):
				f.t.Error(err)
			}
			if _, err := f.Load(f.t.Context(), "w", store.Version{}); err != nil {
				f.t.Error("no world:", err)
			}
		})
	}
	group.Wait()
	f.same("won", won.Load(), int64(1))
}
