package mockserver_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cariqamock/mockserver"
	"cariqamock/mockserver/internal/scenario"
	"cariqamock/mockserver/internal/scenario/library"
	"cariqamock/mockserver/internal/scenario/play"
	"cariqamock/mockserver/internal/stations"
	"cariqamock/mockserver/internal/store/storetest"
	"cariqamock/scenarios"
)

// A site is a server that can be replaced by another one with the same store.
type site struct {
	testing.TB
	*httptest.Server
	cfg mockserver.Config
	now atomic.Pointer[mockserver.Server]
}

func newSite(t testing.TB, store string) *site {
	t.Helper()
	s := &site{TB: t, cfg: mockserver.DefaultConfig()}
	s.cfg.Store = store
	s.cfg.Wall = func() time.Time { return time.Date(2026, 4, 2, 14, 0, 0, 0, time.UTC) }
	s.cfg.StartTimeout = 100 * time.Millisecond // no time passes by itself
	if store != "memory" {
		s.cfg.WorldTTL = 0 // for ever
	}
	s.open()
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.now.Load().ServeHTTP(w, r) }))
	t.Cleanup(func() {
		s.Server.Close()
		s.close()
	})
	return s
}

func (s *site) open() {
	h, err := mockserver.New(s.cfg)
	if err != nil {
		s.Fatal(err)
	}
	s.now.Store(h)
}

func (s *site) close() {
	if err := s.now.Load().Close(); err != nil {
		s.Error(err)
	}
}

func (s *site) restart() {
	s.close()
	s.open()
}

// A pair sends each call to two servers and compares all that they answer then.
type pair struct {
	testing.TB
	memory, kept func() *site
	before       func() // each call
}

func (p *pair) RoundTrip(r *http.Request) (*http.Response, error) {
	body := []byte{}
	if r.Body != nil {
		body, _ = io.ReadAll(r.Body)
	}
	p.before()
	first, got, err := sendTo(p.memory(), r, body)
	_, other, errOther := sendTo(p.kept(), r, body)
	if (err == nil) != (errOther == nil) {
		p.Fatalf("%s %s: %v, kept: %v", r.Method, r.URL, err, errOther)
	}
	if !strings.Contains(r.URL.Path, "/requests") {
		p.same(r, got, other)
	}
	if err == nil && strings.HasPrefix(r.Header.Get("Authorization"), "Bearer mock.") {
		p.reads(r.Header)
	}
	return first, err
}

// sendTo returns the answer and what is compared of it.
func sendTo(s *site, r *http.Request, body []byte) (*http.Response, string, error) {
	next := r.Clone(context.Background())
	next.URL.Host, next.Host, next.Body = strings.TrimPrefix(s.URL, "http://"), "fake", io.NopCloser(bytes.NewReader(body))
	res, err := http.DefaultTransport.RoundTrip(next)
	if err != nil {
		return nil, "", err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	res.Body = io.NopCloser(bytes.NewReader(answer))
	text := res.Status + " " + res.Header.Get("X-Cariqa-Mock-Rule") + "\n" + string(answer)
	return res, ownIDs.ReplaceAllString(text, `req_`), err
}

// ownIDs are what belongs to a server: the ids of requests, and its store.
var ownIDs = regexp.MustCompile(`req_[A-Za-z0-9-]+|"store":"[a-z]+"`)

func (p *pair) same(r *http.Request, memory, kept string) {
	if diff := cmp.Diff(memory, kept); diff != "" {
		p.Fatalf("%s %s (-memory +kept):\n%s", r.Method, r.URL, diff)
	}
}

// reads compares all that can be read of a world.
func (p *pair) reads(header http.Header) {
	world := "/__admin/worlds/" + strings.TrimPrefix(header.Get("Authorization"), "Bearer ")
	for _, path := range []string{
		users, me + "/", me + "/payment-methods/", me + "/charging-sessions/", me + "/charging/debts/", me + "/invoices/", me + "/billing-details/",
		world, world + "/users", world + "/clock", world + "/faults", world + "/charge-points", world + "/stations", world + "/export", world + "/invariants",
	} {
		r, err := http.NewRequest("GET", "http://fake"+path, http.NoBody)
		if err != nil {
			p.Fatal(err)
		}
		r.Header.Set("Authorization", header.Get("Authorization"))
		_, memory, err := sendTo(p.memory(), r, nil)
		_, kept, errKept := sendTo(p.kept(), r, nil)
		if err := errors.Join(err, errKept); err != nil {
			continue // a fault
		}
		p.same(r, memory, kept)
	}
}

// scenarioLibrary has the scenarios of this repository.
func scenarioLibrary(t testing.TB) *library.Library {
	t.Helper()
	return library.New(scenarios.FS(), scenario.Known{Rule: func(string) bool { return true }, Catalogue: stations.New(stations.Config{Count: 1000})})
}

// play runs the steps of all scenarios through the pair.
func (p *pair) play() {
	l := scenarioLibrary(p)
	steps, failed := 0, 0 // some look at the journal, which belongs to one process, or wait for real time to pass
	for _, name := range l.Names() {
		sc, err := l.Get(name)
		if err != nil {
			p.Fatal(err)
		}
		for _, r := range play.Try(p.Context(), sc, p, "http://fake", "mock."+name+".kept") {
			steps++
			if r.Err != nil {
				failed++
			}
		}
	}
	if failed*10 > steps {
		p.Errorf("%d of %d steps failed", failed, steps)
	}
}

// A server that is replaced by another one between any two calls answers like one
// that goes on: the world is in the file as a whole, and comes back as it was.
func TestStore_restarts(t *testing.T) {
	memory, kept := newSite(t, "memory"), newSite(t, t.TempDir())
	random := rand.New(rand.NewPCG(1, 2))
	(&pair{t, func() *site { return memory }, func() *site { return kept }, func() {
		if random.IntN(5) == 0 {
			kept.restart()
		}
	}}).play()
}

// Three servers that share a database answer like one.
func TestStore_shared(t *testing.T) {
	database := storetest.Postgres(t)
	memory, replicas := newSite(t, "memory"), []*site{newSite(t, database), newSite(t, database), newSite(t, database)}
	random := rand.New(rand.NewPCG(1, 2))
	(&pair{t, func() *site { return memory }, func() *site { return replicas[random.IntN(3)] }, func() {}}).play()
}

// Whatever has happened, a rewind brings back every answer of its moment, and
// another one undoes it.
func TestStore_rewind(t *testing.T) {
	for name, store := range map[string]func() string{"memory": func() string { return "memory" }, "sqlite": t.TempDir} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, store())
			p := &pair{TB: t, memory: func() *site { return s }}
			const world, token = "/__admin/worlds/mock.removable.rewound", "mock.removable.rewound"
			call := func(method, path, body string) string {
				r, err := http.NewRequest(method, "http://fake"+path, http.NoBody)
				if err != nil {
					t.Fatal(err)
				}
				r.Header.Set("Authorization", "Bearer "+token)
				r.Header.Set("Content-Type", "application/json")
				_, text, err := sendTo(s, r, []byte(body))
				if err != nil {
					t.Fatal(err)
				}
				return text
			}
			var then, at []string
			look := func() {
				then = append(then, p.shown(token))
				at = append(at, strings.TrimPrefix(seqs.FindString(call("GET", world, "")), `"seq":`))
			}
			call("PUT", world+"/clock", `{"freeze":true}`)
			call("POST", users, `{"external_id":"one"}`)
			for _, do := range [][3]string{
				{"POST", users, `{"external_id":"two"}`},
				{"POST", world + "/faults", `{"operation":"users_list","status":500}`},
				{"PUT", world + "/clock", `{"advance":"1h"}`},
				{"POST", me + "/charging/start/", `{"evse_id":"` + evse + `","payment_method_id":"pm_abc123"}`},
				{"PUT", world + "/clock", `{"advance":"20m"}`},
				{"DELETE", world + "/faults", ``},
			} {
				look()
				if got := call(do[0], do[1], do[2]); got[0] != '2' {
					t.Errorf("%s %s: %s", do[0], do[1], got)
				}
			}
			look()
			for i, want := range then {
				if got := call("POST", world+"/rewind", `{"to":`+at[i]+`}`); !strings.HasPrefix(got, "200") {
					t.Fatal(got)
				}
				if diff := cmp.Diff(want, p.shown(token)); diff != "" {
					t.Fatalf("after change %s (-then +rewound):\n%s", at[i], diff)
				}
			}
			if last := at[len(at)-1]; last != "9" {
				t.Errorf("the last change is %s, want 9: some call was refused", last)
			}
		})
	}
}

var seqs = regexp.MustCompile(`"seq":\d+`)

// shown returns all that can be read of a world of one server.
func (p *pair) shown(token string) string {
	var all strings.Builder
	s := p.memory()
	for _, path := range []string{
		me + "/", me + "/payment-methods/", me + "/charging-sessions/", me + "/charging/debts/", me + "/invoices/", me + "/billing-details/",
		"/__admin/worlds/{w}", "/__admin/worlds/{w}/users", "/__admin/worlds/{w}/clock", "/__admin/worlds/{w}/faults", "/__admin/worlds/{w}/export",
	} {
		r, err := http.NewRequest("GET", "http://fake"+strings.Replace(path, "{w}", token, 1), http.NoBody)
		if err != nil {
			p.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+token)
		_, text, err := sendTo(s, r, nil)
		if err != nil {
			p.Fatal(err)
		}
		fmt.Fprintln(&all, path, seqs.ReplaceAllString(text, ""))
	}
	return all.String()
}
