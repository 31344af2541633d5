package world_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"cariqamock/mockserver/internal/clock"
	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/journal"
	"cariqamock/mockserver/internal/scenario"
	"cariqamock/mockserver/internal/scenario/library"
	"cariqamock/mockserver/internal/world"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
)

const (
	userID  = "9405cf8c-8375-4373-b4d3-b61f9a0c01eb"
	evse    = "DE*T*E1"
	missing = "DE*T*MISSING" // in a scenario but not in the catalogue
)

// points is a catalogue of a single charge point.
type points struct{}

func (points) ChargePoint(id string) (connect.ChargePoint, bool) {
	return points{}.Blank(id), id == evse
}

func (points) Blank(id string) connect.ChargePoint {
	return connect.ChargePoint{
		EVSE: id, Status: connect.Available, Site: connect.Site{Country: "DE", Zone: time.UTC},
		Tariff: &connect.Tariff{Currency: "eur", PreAuthorization: decimal.NewFromInt(50)},
	}
}

func (points) Adopt(*connect.Station) error { return nil }

func user(more string) string {
	return "users:\n- id: " + userID + "\n  payment_methods: [{id: pm_1, default: true}]\n" + more
}

func file(name, body string) *fstest.MapFile {
	return &fstest.MapFile{Data: []byte("name: " + name + "\ntitle: A test\n" + body)}
}

// server is a registry with its own wall clock.
type server struct {
	*world.Registry
	mu  sync.Mutex
	now time.Time
	log strings.Builder
}

var start = time.Date(2026, 4, 2, 14, 0, 0, 123_456_789, time.UTC)

func (s *server) wall() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

func (s *server) pass(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = s.now.Add(d)
}

func newServer(change func(*world.Config)) *server {
	files := fstest.MapFS{
		"default.yaml":     file("default", user("")),
		"other.yaml":       file("other", "clock: {frozen: true}\n"+user("")),
		"cdr-pending.yaml": file("cdr-pending", user("")),
		"dated.yaml":       file("dated", "clock: {start: 2026-01-01T00:00:00Z, frozen: true}\n"+user("")),
		"gone.yaml":        file("gone", "tokens: {revoked: true}\n"+user("")),
		"dangling.yaml": file("dangling", user("  sessions: [{id: 11111111-0000-4000-8000-000000000001, evse: \""+
			missing+"\", payment_method: pm_1, start: -5m}]\n")),
		"broken.yaml": file("broken", "nonsense: 1\n"),
	}
	s := &server{now: start}
	cfg := world.Config{
		Library: library.New(files, scenario.Known{}), Default: "default", Seed: 1, Catalogue: points{},
		Rules: connect.DefaultRules(), CDRDelay: time.Minute, TTL: time.Hour, Max: 100, Memory: 1 << 40, Journals: journal.NewBudget(1 << 30), Wall: s.wall,
		Log: slog.New(slog.NewTextHandler(&s.log, nil)),
	}
	if change != nil {
		change(&cfg)
	}
	s.Registry = world.NewRegistry(cfg)
	return s
}

func (s *server) token(t *testing.T, token string) *world.World {
	t.Helper()
	w, err := s.ByToken(token)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func hashed(token string) string {
	sum := sha256.Sum256([]byte(token))
	return "w_" + hex.EncodeToString(sum[:])[:12]
}

func TestByToken(t *testing.T) {
	const badForm, unknown = "is not mock.<scenario>", "no scenario"
	for _, c := range []struct {
		token, id, scenario string
		err                 string // part of a TokenError's text; "revoked": ErrRevoked
	}{
		{"secret", hashed("secret"), "default", ""},
		{"another", hashed("another"), "default", ""},
		{"mocking", hashed("mocking"), "default", ""},
		{"mock", hashed("mock"), "default", ""},
		{"eyJhbGciOi.J9.x_-", hashed("eyJhbGciOi.J9.x_-"), "default", ""},
		{"w_0123456789ab", hashed("w_0123456789ab"), "default", ""},
		{"mock.default", "mock.default", "default", ""},
		{"mock.other", "mock.other", "other", ""},
		{"mock.other.a", "mock.other.a", "other", ""},
		{"mock.other.A-b_c.9", "mock.other.A-b_c.9", "other", ""},
		{"mock.other." + strings.Repeat("a", 80), "mock.other." + strings.Repeat("a", 80), "other", ""},
		{"mock.other." + strings.Repeat("a", 81), "", "", badForm},
		{"mock." + strings.Repeat("a", 40), "", "", unknown},
		{"mock." + strings.Repeat("a", 41), "", "", badForm},
		{"mock.", "", "", badForm},
		{"mock..a", "", "", badForm},
		{"mock.other.", "", "", badForm},
		{"mock.Other", "", "", badForm},
		{"mock.other.a b", "", "", badForm},
		{"mock.other.a/b", "", "", badForm},
		{"mock.other.ä", "", "", badForm},
		{"mock.other\n", "", "", badForm},
		{"mock.nobody-knows", "", "", unknown},
		{"mock.cdr-pendin", "", "", "cdr-pending"},
		{"mock.othr.a", "", "", "other"},
		{"revoked", "", "", "revoked"},
		{"mock.gone", "", "", "revoked"},
		{"mock.gone.a", "", "", "revoked"},
	} {
		t.Run(c.token, func(t *testing.T) {
			s := newServer(nil)
			w, err := s.ByToken(c.token)
			var bad *world.TokenError
			switch {
			case c.err == "revoked":
				if !errors.Is(err, world.ErrRevoked) {
					t.Errorf("error %v, want %v", err, world.ErrRevoked)
				}
			case c.err != "":
				if !errors.As(err, &bad) || !strings.Contains(bad.Text, c.err) {
					t.Errorf("error %v, want one with %q", err, c.err)
				}
			case err != nil:
				t.Error(err)
			case w.ID != c.id || w.Scenario != c.scenario:
				t.Errorf("world %s of %s, want %s of %s", w.ID, w.Scenario, c.id, c.scenario)
			}
			again, err2 := s.ByToken(c.token)
			if again != w || (err == nil) != (err2 == nil) {
				t.Errorf("the second time: %v, %v", again, err2)
			}
		})
	}
}

func TestByToken_brokenFile(t *testing.T) {
	_, err := newServer(nil).ByToken("mock.broken")
	var bad *world.TokenError
	if err == nil || errors.As(err, &bad) {
		t.Errorf("error %v, want the file's error", err)
	}
}

func TestByID(t *testing.T) {
	s := newServer(nil)
	w := s.token(t, "secret")
	if got, err := s.ByID(w.ID); got != w || err != nil {
		t.Errorf("%v, %v", got, err)
	}
	for _, id := range []string{"w_000000000000", "secret", "revoked", ""} {
		if _, err := s.ByID(id); !errors.Is(err, world.ErrUnknown) {
			t.Errorf("%q: %v", id, err)
		}
	}
	made, err := s.ByID("mock.other.a")
	if err != nil || made != s.token(t, "mock.other.a") {
		t.Errorf("%v, %v", made, err)
	}
	if _, err := s.ByID("mock.nobody-knows"); err == nil {
		t.Error("made from an unknown scenario")
	}
	if w, err := s.ByID("mock.gone"); err != nil || !w.Revoked {
		t.Errorf("a revoked world cannot be inspected: %v", err)
	}
}

func TestStart(t *testing.T) {
	s := newServer(nil)
	if w := s.token(t, "mock.other"); !w.Clock.Now().Equal(start.Truncate(time.Microsecond)) || !w.Clock.Read().Frozen || !w.CreatedAt.Equal(start.Truncate(time.Microsecond)) {
		t.Errorf("clock %+v, created at %s", w.Clock.Read(), w.CreatedAt)
	}
	if w := s.token(t, "mock.dated"); !w.Clock.Now().Equal(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("clock %+v", w.Clock.Read())
	}
	w := s.token(t, "secret")
	s.pass(time.Minute)
	if got := w.Clock.Now().Sub(start.Truncate(time.Microsecond)); got != time.Minute {
		t.Errorf("the world has run for %s", got)
	}
}

func TestTTL(t *testing.T) {
	s := newServer(nil)
	a, b := s.token(t, "a"), s.token(t, "b")
	s.pass(time.Hour)
	if s.token(t, "a") != a {
		t.Error("dropped at the last moment")
	}
	s.pass(time.Nanosecond)
	if list := s.List(); s.token(t, "a") != a || len(list) == 0 {
		t.Error("dropped although in use")
	}
	if got := s.List(); len(got) != 1 || got[0] != a {
		t.Errorf("%d worlds, want the one in use", len(got))
	}
	if s.token(t, "b") == b {
		t.Error("kept although unused")
	}
	s.pass(2 * time.Hour)
	if _, err := s.ByID(a.ID); !errors.Is(err, world.ErrUnknown) {
		t.Errorf("by id after it expired: %v", err)
	}
}

func TestMax(t *testing.T) {
	s := newServer(func(c *world.Config) { c.Max = 3 })
	first := map[string]*world.World{}
	for _, token := range []string{"a", "b", "c"} {
		first[token] = s.token(t, token)
		s.pass(time.Second)
	}
	s.token(t, "a") // now b is the one unused for longest
	s.token(t, "d")
	var got []string
	for _, w := range s.List() {
		got = append(got, w.ID)
	}
	if diff := cmp.Diff([]string{hashed("d"), hashed("c"), hashed("a")}, got); diff != "" {
		t.Errorf("newest first, whenever used (-want +got):\n%s", diff)
	}
	if !strings.Contains(s.log.String(), "world="+hashed("b")) {
		t.Errorf("log: %s", s.log.String())
	}
	if s.token(t, "a") != first["a"] || s.token(t, "b") == first["b"] {
		t.Error("the wrong one was dropped")
	}
	for i := range 50 {
		s.token(t, fmt.Sprint("mock.other.", i))
	}
	if n := len(s.List()); n != 3 {
		t.Errorf("%d worlds, want 3", n)
	}
}

func TestReset(t *testing.T) {
	s := newServer(nil)
	w := s.token(t, "secret")
	w.State.CreateUser(connect.UserUpdate{})
	again, err := s.Reset(w.ID, "")
	if err != nil || again == w || again.Scenario != "default" || again.ID != w.ID || s.token(t, "secret") != again {
		t.Fatalf("%+v, %v", again, err)
	}
	if users, _ := again.State.Counts(); users != 1 {
		t.Errorf("%d users", users)
	}
	other, err := s.Reset(w.ID, "other")
	if err != nil || other.Scenario != "other" || !other.Clock.Read().Frozen {
		t.Fatalf("%+v, %v", other, err)
	}
	if kept, err := s.Reset(w.ID, ""); err != nil || kept.Scenario != "other" {
		t.Errorf("a reset without a name: %+v, %v", kept, err)
	}
	made, err := s.Reset("mock.other.new", "")
	if err != nil || made.Scenario != "other" {
		t.Errorf("a new one: %+v, %v", made, err)
	}
	if made, err = s.Reset("mock.other.newer", "default"); err != nil || made.Scenario != "default" || made.ID != "mock.other.newer" {
		t.Errorf("a new one: %+v, %v", made, err)
	}
	if _, err := s.Reset("w_000000000000", ""); !errors.Is(err, world.ErrUnknown) {
		t.Errorf("unknown: %v", err)
	}
}

func TestReset_fails(t *testing.T) {
	for _, name := range []string{"nobody-knows", "broken", "dangling"} {
		t.Run(name, func(t *testing.T) {
			s := newServer(nil)
			w := s.token(t, "secret")
			intent, err := w.State.NewSetupIntent(userID)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := s.Reset(w.ID, name); err == nil {
				t.Fatalf("made %+v", got)
			}
			if s.token(t, "secret") != w {
				t.Error("the world is gone")
			}
			if got, ok := s.ByIntent(intent.ID); !ok || got != w {
				t.Error("its intent is not found")
			}
			if _, err := w.State.NewSetupIntent(userID); err != nil {
				t.Error(err)
			}
		})
	}
}

// The ids of a world do not depend on the worlds before it.
func TestReset_sameIDs(t *testing.T) {
	list := func(w *world.World) []string {
		var out []string
		for range 3 {
			i, err := w.State.NewSetupIntent(userID)
			if err != nil {
				t.Fatal(err)
			}
			u, err := w.State.CreateUser(connect.UserUpdate{})
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, i.Secret, u.ID)
		}
		return out
	}
	s := newServer(nil)
	first := list(s.token(t, "mock.dated"))
	w, err := s.Reset("mock.dated", "")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(first, list(w)); diff != "" {
		t.Errorf("after a reset (-first +second):\n%s", diff)
	}
	s.Drop("mock.dated")
	if diff := cmp.Diff(first, list(s.token(t, "mock.dated"))); diff != "" {
		t.Errorf("after a drop (-first +second):\n%s", diff)
	}
	held := s.token(t, "mock.dated.held")
	want := list(held)
	s.Drop(held.ID)
	want = append(want, list(held)...) // by a request that still uses the world
	fresh := s.token(t, held.ID)
	if diff := cmp.Diff(want, append(list(fresh), list(fresh)...)); diff != "" {
		t.Errorf("beside the dropped one (-first +second):\n%s", diff)
	}
	if diff := cmp.Diff(first, list(s.token(t, "mock.dated.b"))); diff == "" {
		t.Error("another world has the same ids")
	}
}

func TestDrop(t *testing.T) {
	s := newServer(nil)
	w := s.token(t, "mock.other")
	s.Drop(w.ID)
	s.Drop(w.ID)
	s.Drop("w_000000000000")
	if n := len(s.List()); n != 0 {
		t.Errorf("%d worlds", n)
	}
	if s.token(t, "mock.other") == w {
		t.Error("the same one is returned")
	}
}

func TestByIntent(t *testing.T) {
	intent := func(w *world.World) string {
		i, err := w.State.NewSetupIntent(userID)
		if err != nil {
			t.Fatal(err)
		}
		return i.ID
	}
	finds := func(s *server, id string, want *world.World) {
		t.Helper()
		got, ok := s.ByIntent(id)
		if ok != (want != nil) || got != want {
			t.Errorf("intent %s: found %t", id, ok)
		}
	}
	t.Run("the right world", func(t *testing.T) {
		s := newServer(nil)
		for _, token := range []string{"a", "b", "mock.other.a", "mock.other.b"} {
			w := s.token(t, token)
			finds(s, intent(w), w)
		}
		finds(s, "seti_unknown", nil)
	})
	t.Run("dropped", func(t *testing.T) {
		s := newServer(nil)
		w := s.token(t, "a")
		id := intent(w)
		s.Drop(w.ID)
		finds(s, id, nil)
		finds(s, intent(w), nil) // by a request that still uses the world
	})
	t.Run("reset", func(t *testing.T) {
		s := newServer(nil)
		w := s.token(t, "a")
		id := intent(w)
		again, err := s.Reset(w.ID, "")
		if err != nil {
			t.Fatal(err)
		}
		finds(s, id, nil)
		intent(w)
		finds(s, intent(again), again)
	})
	t.Run("evicted", func(t *testing.T) {
		s := newServer(func(c *world.Config) { c.Max = 1 })
		id := intent(s.token(t, "a"))
		s.token(t, "b")
		finds(s, id, nil)
	})
	t.Run("unused for too long", func(t *testing.T) {
		s := newServer(nil)
		id := intent(s.token(t, "a"))
		s.pass(time.Hour + 1)
		finds(s, id, nil)
	})
	t.Run("a world in use by its intents", func(t *testing.T) {
		s := newServer(nil)
		w := s.token(t, "a")
		id := intent(w)
		for range 5 {
			s.pass(time.Hour)
			finds(s, id, w)
		}
		if s.token(t, "a") != w {
			t.Error("dropped although in use")
		}
	})
	t.Run("an intent that its state forgets", func(t *testing.T) {
		s := newServer(nil)
		w := s.token(t, "a")
		id := intent(w)
		for range 100 {
			intent(w)
		}
		finds(s, id, nil)
	})
}

func TestConcurrent(t *testing.T) {
	s := newServer(func(c *world.Config) { c.Log = slog.New(slog.NewTextHandler(io.Discard, nil)) })
	var wg sync.WaitGroup
	made := make([]*world.World, 64)
	for i := range made {
		wg.Go(func() {
			w, err := s.ByToken("mock.other.same")
			if err != nil {
				t.Error(err)
			}
			made[i] = w
		})
	}
	wg.Wait()
	for _, w := range made {
		if w != made[0] {
			t.Fatal("two worlds for one token")
		}
	}
	for i := range 32 { // everything at once, for the race detector
		wg.Go(func() {
			id := fmt.Sprint("mock.other.", i%4)
			w, err := s.ByToken(id)
			if err != nil {
				t.Error(err)
				return
			}
			intent, err := w.State.NewSetupIntent(userID)
			if err != nil {
				t.Error(err)
			}
			if got, ok := s.ByIntent(intent.ID); ok && got == nil {
				t.Error("no world")
			}
			w.Clock.Apply(clock.Change{})
			switch i % 8 {
			case 0:
				s.Drop(id)
			case 1:
				s.Reset(id, "default")
			}
			s.List()
			s.pass(time.Second)
		})
	}
	wg.Wait()
}
