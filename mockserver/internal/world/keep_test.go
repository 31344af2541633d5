package world_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"cariqamock/mockserver/internal/clock"
	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/fault"
	"cariqamock/mockserver/internal/limit"
	"cariqamock/mockserver/internal/store"
	"cariqamock/mockserver/internal/store/storetest"
	"cariqamock/mockserver/internal/wire"
	"cariqamock/mockserver/internal/world"

	"github.com/google/go-cmp/cmp"
)

const token = "mock.default.kept"

// A place is where a store keeps worlds, if they outlive it.
type place struct {
	name string
	open func(*testing.T) store.Store // opens what the last one has left
}

// places are a folder and, where there is one, a database.
func places(t *testing.T) []place {
	t.Helper()
	dir, address := t.TempDir(), ""
	options := store.Options{Changes: limit.Changes, Memory: limit.HistoryMemory, Wall: time.Now}
	open := func(where string) func(*testing.T) store.Store {
		return func(t *testing.T) store.Store {
			t.Helper()
			s, err := store.Open(t.Context(), where, options)
			if err != nil {
				t.Fatal(err)
			}
			return s
		}
	}
	return []place{{"sqlite", open(dir)}, {"postgres", func(t *testing.T) store.Store {
		t.Helper()
		if address == "" {
			address = storetest.Postgres(t)
		}
		return open(address)(t)
	}}}
}

// on returns a server that keeps worlds in a store.
func on(s store.Store) *server {
	return newServer(func(c *world.Config) { c.Store = s })
}

// shown is what clients see of a world.
func shown(t *testing.T, w *world.World) string {
	t.Helper()
	out := map[string]any{"now": w.Clock.Read(), "faults": w.Faults.List(), "points": w.State.ChangedPoints()}
	_, users := w.State.Users("", 0, 100)
	for _, u := range users {
		n, methods, err := w.State.PaymentMethods(u.ID, 0, 100)
		if err != nil {
			t.Fatal(err)
		}
		m, sessions, err := w.State.Sessions(u.ID, 0, 100)
		if err != nil {
			t.Fatal(err)
		}
		out[u.ID] = []any{u, n, methods, m, sessions}
	}
	text, err := json.MarshalIndent(out, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// steps are changes of all kinds, each of them one.
func steps(t *testing.T) []func(*world.World) error {
	freeze, hour := true, time.Hour
	return []func(*world.World) error{
		func(w *world.World) error { _, err := w.MoveClock(clock.Change{Freeze: &freeze}); return err },
		func(w *world.World) error { _, err := w.State.CreateUser(connect.UserUpdate{}); return err },
		func(w *world.World) error {
			_, err := w.AddFault(fault.Spec{Operation: "*", Truncate: ptr(true), Times: ptr(3)})
			return err
		},
		func(w *world.World) error { _, _, err := w.NextFault("users_list", "", true); return err },
		billed,
		func(w *world.World) error { _, err := w.State.Start(t.Context(), userID, evse, "pm_1"); return err },
		func(w *world.World) error { _, err := w.MoveClock(clock.Change{Advance: &hour}); return err },
		func(w *world.World) error { _, err := w.State.SetPoint(evse, nil, ptr(true)); return err },
		func(w *world.World) error { return w.ClearFaults() },
	}
}

// billed completes the billing details of the user, without which no session starts.
func billed(w *world.World) error {
	_, err := w.State.SetBilling(userID, connect.Billing{
		AccountType: connect.Personal, Country: ptr("de"), City: ptr("Berlin"), Line1: ptr("Weg 1"),
		PostalCode: ptr("10243"), FirstName: ptr("Erika"), LastName: ptr("Muster"),
	})
	return err
}

func ptr[T any](v T) *T { return &v }

// TestWorldsLast: a server that begins with what another one has left shows the
// same, goes on in the same way, and knows the history.
func TestWorldsLast(t *testing.T) {
	for _, p := range places(t) {
		t.Run(p.name, func(t *testing.T) {
			for i, step := range steps(t) {
				kept := p.open(t)
				w := on(kept).token(t, token)
				if err := step(w); err != nil {
					t.Fatal(i, err)
				}
				want, seq := shown(t, w), w.Seq()
				if p.name == "sqlite" {
					kept.Close()
					kept = p.open(t)
				}
				again := on(kept).token(t, token)
				if diff := cmp.Diff(want, shown(t, again)); diff != "" || again.Seq() != seq || seq != int64(i)+2 {
					t.Fatalf("after step %d, at %d and %d (-before +after):\n%s", i, seq, again.Seq(), diff)
				}
				kept.Close()
			}
		})
	}
}

// TestRewind goes back to each change, forward again, and copies each.
func TestRewind(t *testing.T) {
	for _, p := range append(places(t), place{"memory", func(*testing.T) store.Store { return nil }}) {
		t.Run(p.name, func(t *testing.T) {
			s := on(p.open(t))
			w := s.token(t, token)
			all := []string{shown(t, w)}
			for i, step := range steps(t) {
				if err := step(w); err != nil {
					t.Fatal(i, err)
				}
				all = append(all, shown(t, w))
			}
			for i := range all {
				if i == 0 {
					continue // its clock runs
				}
				at := len(all) - i
				if err := w.Rewind(t.Context(), int64(at)+1); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(all[at], shown(t, w)); diff != "" {
					t.Errorf("back at %d (-then +now):\n%s", at+1, diff)
				}
				copied, err := s.Fork(t.Context(), w, fmt.Sprintf("mock.default.copy%d", at), int64(at)+1)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(all[at], shown(t, copied)); diff != "" {
					t.Errorf("copy of %d (-then +copy):\n%s", at+1, diff)
				}
			}
			if err := w.Rewind(t.Context(), int64(len(all))); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(all[len(all)-1], shown(t, w)); diff != "" {
				t.Errorf("undone (-last +now):\n%s", diff)
			}
			if err := w.Rewind(t.Context(), 1000); !errors.Is(err, world.ErrNotKept) {
				t.Errorf("a change that is not there: %v", err)
			}
			if _, err := s.Fork(t.Context(), w, "mock.default.copy1", 0); err != nil {
				t.Errorf("over a copy that nobody has changed: %v", err)
			}
			if _, err := s.Fork(t.Context(), w, token, 0); !errors.Is(err, world.ErrChanged) {
				t.Errorf("over itself: %v", err)
			}
		})
	}
}

// TestRewind_waiting: a start that waits when its world is rewound fails with 424
// and leaves nothing.
func TestRewind_waiting(t *testing.T) {
	w := on(nil).token(t, token)
	freeze, late := true, 5*time.Minute
	if _, err := w.MoveClock(clock.Change{Freeze: &freeze}); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(billed(w), w.State.Apply(connect.Seed{Points: []connect.PointOverride{{EVSE: evse, StartDelay: &late}}})); err != nil {
		t.Fatal(err)
	}
	before, want := w.Seq(), shown(t, w)
	started := make(chan error)
	go func() {
		_, err := w.State.Start(t.Context(), userID, evse, "pm_1")
		started <- err
	}()
	for w.Seq() == before {
		runtime.Gosched()
	}
	if err := w.Rewind(t.Context(), before); err != nil {
		t.Fatal(err)
	}
	refusal, ok := connect.AsRefusal(<-started)
	if !ok || refusal.Rule.Status != 424 || !strings.Contains(refusal.Details, "rewound") {
		t.Errorf("the start that waited: %+v", refusal)
	}
	if diff := cmp.Diff(want, shown(t, w)); diff != "" {
		t.Errorf("after it (-want +got):\n%s", diff)
	}
}

// failing is a store that cannot be written to while it is down. The first read in
// that time closes began, and waits for goOn.
type failing struct {
	store.Store
	down  atomic.Bool
	once  sync.Once
	began chan struct{}
	goOn  chan struct{}
}

func (f *failing) Commit(ctx context.Context, id string, seen store.Version, c store.Change) (store.Version, error) {
	if f.down.Load() {
		return store.Version{}, store.ErrUnavailable
	}
	return f.Store.Commit(ctx, id, seen, c)
}

func (f *failing) Load(ctx context.Context, id string, have store.Version) (store.State, error) {
	if f.down.Load() {
		f.once.Do(func() {
			close(f.began)
			<-f.goOn
		})
	}
	return f.Store.Load(ctx, id, have)
}

// TestUnkeptIsUnseen: what could not be kept is seen by nobody, also while the
// world is being loaded again.
func TestUnkeptIsUnseen(t *testing.T) {
	f := &failing{
		Store: store.NewMemory(store.Options{Changes: limit.Changes, Memory: limit.HistoryMemory, Wall: time.Now}),
		began: make(chan struct{}), goOn: make(chan struct{}),
	}
	w := on(f).token(t, token)
	want := shown(t, w)
	f.down.Store(true)
	created, seen := make(chan error), make(chan string)
	go func() {
		_, err := w.State.CreateUser(connect.UserUpdate{})
		created <- err
	}()
	<-f.began
	locks := w.State.Locks()
	go func() { seen <- shown(t, w) }()
	for w.State.Locks() == locks { // until the reader has come
		runtime.Gosched()
	}
	close(f.goOn)
	var status *wire.StatusError
	if err := <-created; !errors.As(err, &status) || status.Status != 503 {
		t.Errorf("got %v, want 503", err)
	}
	if diff := cmp.Diff(want, <-seen); diff != "" {
		t.Errorf("a reader saw what was not kept (-want +got):\n%s", diff)
	}
	f.down.Store(false)
	if _, err := w.State.CreateUser(connect.UserUpdate{}); err != nil {
		t.Error("afterwards:", err)
	}
}

// TestResetIsOneStep: a world that is reset is never gone in between.
func TestResetIsOneStep(t *testing.T) {
	for _, p := range places(t) {
		t.Run(p.name, func(t *testing.T) {
			s := p.open(t)
			defer s.Close()
			r := on(s)
			w := r.token(t, token)
			reset := make(chan error)
			go func() {
				var err error
				for range 20 {
					_, failed := r.Reset(token, "")
					err = errors.Join(err, failed)
				}
				reset <- err
			}()
			for n := 0; ; n++ {
				if _, err := s.Load(t.Context(), w.ID, store.Version{}); err != nil {
					t.Fatalf("look %d: %v", n, err)
				}
				select {
				case err := <-reset:
					if err != nil {
						t.Error(err)
					}
					return
				default:
				}
			}
		})
	}
}

// TestWaitingWorldStays: a world in which a call waits stays in memory when
// others need room, or when it is not used.
func TestWaitingWorldStays(t *testing.T) {
	p := places(t)[0]
	s := p.open(t)
	defer s.Close()
	r := newServer(func(c *world.Config) { c.Store, c.Max, c.TTL = s, 3, time.Hour })
	w := r.token(t, token)
	late, delay := true, 30*time.Minute
	if _, err := w.MoveClock(clock.Change{Freeze: &late}); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(billed(w), w.State.Apply(connect.Seed{Points: []connect.PointOverride{{EVSE: evse, StartDelay: &delay}}})); err != nil {
		t.Fatal(err)
	}
	started := make(chan error)
	go func() {
		_, err := w.State.Start(t.Context(), userID, evse, "pm_1")
		started <- err
	}()
	for w.State.Starting() == 0 {
		runtime.Gosched()
	}
	for i := range 5 {
		r.token(t, fmt.Sprint("mock.default.other", i))
	}
	r.pass(2 * time.Hour)
	if err := r.Expire(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := r.token(t, token).MoveClock(clock.Change{Advance: &delay}); err != nil {
		t.Fatal(err)
	}
	if err := <-started; err != nil {
		t.Error("the start that waited:", err)
	}
	if page, _, _, err := r.Page("", "", 10); err != nil || len(page) != 1 {
		t.Errorf("%d worlds (%v), want 1: the others have expired", len(page), err)
	}
}

// contested is a store in which somebody else is always faster.
type contested struct{ store.Store }

func (contested) Commit(context.Context, string, store.Version, store.Change) (store.Version, error) {
	return store.Version{}, store.ErrConflict
}

// TestOvertaken: a call that others overtake again and again changes nothing and
// says that it may be tried again.
func TestOvertaken(t *testing.T) {
	w := on(contested{store.NewMemory(store.Options{Changes: limit.Changes, Memory: limit.HistoryMemory, Wall: time.Now})}).token(t, token)
	_, err := w.State.CreateUser(connect.UserUpdate{})
	var status *wire.StatusError
	if !errors.As(err, &status) || status.Status != 503 || status.Header().Get("Retry-After") == "" {
		t.Errorf("got %v, want a 503 with Retry-After", err)
	}
	if _, users := w.State.Users("", 0, 100); len(users) != 1 {
		t.Errorf("%d users, want 1", len(users))
	}
}

// TestShared has two servers on one database: what one has changed, the other
// shows at once, and of two starts at the same charge point one succeeds, in 30
// races, or as many as CARIQA_MOCK_TEST_RACES says.
func TestShared(t *testing.T) {
	address := storetest.Postgres(t)
	var both [2]*server
	for i := range both {
		kept, err := store.Open(t.Context(), address, store.Options{Changes: limit.Changes, Wall: time.Now})
		if err != nil {
			t.Fatal(err)
		}
		defer kept.Close()
		both[i] = on(kept)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		go both[i].Watch(ctx)
	}
	for i := range 20 {
		one, other := both[i%2], both[1-i%2]
		u, err := one.token(t, token).State.CreateUser(connect.UserUpdate{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := other.token(t, token).State.User(u.ID); err != nil {
			t.Errorf("the other server: %v", err)
		}
	}
	races := 30
	if text := os.Getenv("CARIQA_MOCK_TEST_RACES"); text != "" {
		var err error
		if races, err = strconv.Atoi(text); err != nil {
			t.Fatal(err)
		}
	}
	for i := range races {
		name := fmt.Sprintf("mock.default.race%d", i)
		if err := billed(both[i%2].token(t, name)); err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		var won [2]error
		for k := range both {
			wg.Go(func() {
				w, err := both[k].ByToken(name)
				if err == nil {
					_, err = w.State.Start(t.Context(), userID, evse, "pm_1")
				}
				won[k] = err
			})
		}
		wg.Wait()
		if (won[0] == nil) == (won[1] == nil) {
			t.Errorf("two starts at one charge point: %v, %v", won[0], won[1])
		}
	}
	if _, err := both[0].Reset(token, ""); err != nil {
		t.Fatal(err)
	}
	if users, _ := both[1].token(t, token).State.Counts(); users != 1 {
		t.Errorf("after a reset on the other server: %d users", users)
	}
	if err := both[0].Drop(token); err != nil {
		t.Fatal(err)
	}
	if _, err := both[1].ByID("w_000000000000"); !errors.Is(err, world.ErrUnknown) {
		t.Errorf("an unknown world: %v", err)
	}
	if w := both[1].token(t, token); w.Seq() != 1 {
		t.Errorf("a world that was dropped and made again is at %d", w.Seq())
	}
}

// announced is a store that says by hand which worlds others have changed. Between
// calls nobody reads from it again, as nobody does who has a store alone.
type announced struct {
	store.Store
	names chan string
}

func (announced) Name() string { return "by hand" }

func (a announced) Watch(context.Context) <-chan string { return a.names }

// TestFollows has another server change a world. The world in memory changes when the
// store announces its name, or announces no name, which stands for all worlds.
func TestFollows(t *testing.T) {
	kept := store.NewMemory(store.Options{Changes: limit.Changes, Memory: limit.HistoryMemory, Wall: time.Now})
	names := make(chan string)
	one, other := on(announced{kept, names}), on(announced{kept, nil})
	ctx, cancel := context.WithCancel(t.Context())
	var watch sync.WaitGroup
	watch.Go(func() { one.Watch(ctx) })
	defer watch.Wait()
	defer cancel()
	w := one.token(t, token)
	say := func(name string) {
		for range 2 { // the second is taken when the first has been followed
			select {
			case names <- name:
			case <-time.After(time.Minute):
				t.Fatal("nobody listens to the store")
			}
		}
	}
	for i, tt := range []struct {
		name string
		want int // users that the server which follows knows
	}{{"mock.default.unknown", 1}, {token, 3}, {"", 4}} {
		if _, err := other.token(t, token).State.CreateUser(connect.UserUpdate{}); err != nil {
			t.Fatal(err)
		}
		say(tt.name)
		if users, _ := w.State.Counts(); users != tt.want {
			t.Errorf("%d: after %q the world has %d users, want %d", i, tt.name, users, tt.want)
		}
	}
	if err := other.Drop(token); err != nil {
		t.Fatal(err)
	}
	say(token)
	if again := one.token(t, token); again == w {
		t.Error("a world that another server has dropped is still there")
	}
}
