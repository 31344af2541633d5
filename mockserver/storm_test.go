package mockserver_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"cariqamock/mockserver"
)

// A storm is many clients that make random calls.
type storm struct {
	t       *testing.T
	server  http.Handler
	answers atomic.Int64
}

const (
	users = "/api/v1/users/"
	me    = users + "9405cf8c-8375-4373-b4d3-b61f9a0c01eb" // of every built-in scenario
	evse  = "DE*PWA*EALP22541X01617*01"                    // reports energy, serves several users at a time

	stormClients = 64
	stormWorlds  = 100
)

// TestStorm lets 64 clients call 100 worlds concurrently: no race, no 500, no
// inconsistent costs.
func TestStorm(t *testing.T) {
	calls := 80
	if testing.Short() {
		calls = 30
	}
	s := newStorm(t)
	s.rage(calls)
	for n := range stormWorlds {
		body := s.do("GET", "/__admin/worlds/"+stormToken(n)+"/invariants", "", "")
		if !strings.Contains(body, `"ok":true`) {
			t.Errorf("world %d: %s", n, body)
		}
	}
	if s.answers.Load() < int64(stormClients*calls) {
		t.Errorf("%d answers of %d calls", s.answers.Load(), stormClients*calls)
	}
}

// TestMemoryStaysFlat records far more calls than a journal holds.
func TestMemoryStaysFlat(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a while")
	}
	s := newStorm(t)
	read := func(times int) {
		for range times {
			s.do("GET", me+"/payment-methods/", "", stormToken(0))
		}
	}
	read(2000) // journals hold 1000
	before := heap()
	read(10_000)
	if grown := int64(heap()) - int64(before); grown > 2<<20 {
		t.Errorf("%d more calls retain %d bytes", 10_000, grown)
	}
	runtime.KeepAlive(s)
}

func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func newStorm(t *testing.T) *storm {
	t.Helper()
	cfg := mockserver.DefaultConfig()
	cfg.Loopback, cfg.MaxWorlds = true, 2*stormWorlds
	server, err := mockserver.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return &storm{t: t, server: server}
}

func stormToken(n int) string { return fmt.Sprintf("mock.rich-user.storm-%d", n) }

func (s *storm) rage(calls int) {
	var all sync.WaitGroup
	for n := range stormClients {
		all.Go(func() {
			chance := rand.New(rand.NewPCG(1, uint64(n)))
			for range calls {
				s.call(chance, stormToken(chance.IntN(stormWorlds)))
			}
		})
	}
	all.Wait()
}

// call makes one random call. Ids come from earlier answers, so that they
// exist.
func (s *storm) call(chance *rand.Rand, token string) {
	api := func(method, path, body string) string { return s.do(method, me+path, body, token) }
	switch chance.IntN(14) {
	case 0:
		s.do("POST", users, `{"custom_properties":{"external_id":"storm"}}`, token)
	case 1:
		s.do("GET", users+"?page_size=5&search=storm", "", token)
	case 2, 3:
		api("POST", "/charging/start/", fmt.Sprintf(`{"evse_id":%q,"payment_method_id":%q}`, evse, first(api("GET", "/payment-methods/", ""), "id")))
	case 4, 5:
		api("POST", "/charging/stop/"+first(api("GET", "/charging-sessions/", ""), "id")+"/", "")
	case 6:
		api("DELETE", "/payment-methods/"+first(api("GET", "/payment-methods/", ""), "id")+"/", "")
	case 7:
		api("POST", "/payment-methods/"+first(api("GET", "/payment-methods/", ""), "id")+"/default/", "")
	case 8:
		s.confirm("setup_intents", api("GET", "/setup-intents/", ""), "setup_intent_client_secret")
	case 9:
		s.confirm("payment_intents", api("GET", "/charging/debts/", ""), "payment_intent_client_secret")
	case 10:
		api("PATCH", "/charging-sessions/"+first(api("GET", "/charging-sessions/", ""), "id")+"/", `{"rates":3}`)
	case 11:
		s.do("PUT", "/__admin/worlds/"+token+"/clock", `{"advance":"30s"}`, "")
	case 12:
		s.do("GET", "/__admin/worlds/"+token+"/requests?limit=5", "", "")
	case 13:
		if chance.IntN(20) == 0 {
			s.do("POST", "/__admin/worlds/"+token+"/reset", "", "")
		}
		api("GET", "/invoices/", "")
	}
}

func (s *storm) confirm(kind, body, name string) {
	secret := first(body, name)
	id, _, _ := strings.Cut(secret, "_secret_")
	if id == "" {
		return
	}
	r := httptest.NewRequest("POST", "/v1/"+kind+"/"+id+"/confirm", strings.NewReader("payment_method=pm_card_visa&client_secret="+secret))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Authorization", "Bearer pk_test_storm")
	s.serve(r)
}

func (s *storm) do(method, path, body, token string) string {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Host = "127.0.0.1"
	r.Header.Set("Content-Type", "application/json")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	return s.serve(r)
}

func (s *storm) serve(r *http.Request) string {
	w := httptest.NewRecorder()
	s.server.ServeHTTP(w, r)
	s.answers.Add(1)
	body, err := io.ReadAll(w.Result().Body)
	if err != nil || w.Code >= 500 {
		s.t.Errorf("%s %s: %d %s (%v)", r.Method, r.URL, w.Code, body, err)
	}
	if found := w.Header().Get("X-Cariqa-Mock-Findings"); strings.Contains(found, "answer") {
		s.t.Errorf("%s %s: findings %s: %s", r.Method, r.URL, found, body)
	}
	return string(body)
}

// first returns the first string with a name at any depth, or "".
func first(body, name string) string {
	dec := json.NewDecoder(bytes.NewReader([]byte(body)))
	for {
		token, err := dec.Token()
		if err != nil {
			return ""
		}
		if token == name {
			if value, err := dec.Token(); err == nil {
				text, _ := value.(string)
				return text
			}
		}
	}
}
