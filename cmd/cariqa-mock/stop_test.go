package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"cariqamock/mockserver"
)

const slowScenario = `
name: slow
title: A charge point that takes an hour to start
clock: {frozen: true}
users:
- id: 9405cf8c-8375-4373-b4d3-b61f9a0c01eb
  billing: {country: de, city: Berlin, line1: Weg 1, postal_code: "10243", first_name: A, last_name: B}
  payment_methods: [{id: pm_abc123, default: true}, {id: pm_other}]
charge_points: [{evse: "DE*PWA*EALP22541X01617*01", start_delay: 1h}]
`

const slowStart = `{"evse_id":"DE*PWA*EALP22541X01617*01","payment_method_id":"pm_abc123"}`

// fake returns a server with the scenario slow, to be served or asked directly.
func fake(t *testing.T) *mockserver.Server {
	t.Helper()
	cfg := mockserver.DefaultConfig()
	cfg.Loopback, cfg.Stations = true, 0
	cfg.Files = []string{file(t, "slow.yaml", slowScenario)}
	handler, err := mockserver.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return handler
}

// A stopping server is one that is stopped while clients call it.
type stopping struct {
	t      *testing.T
	fake   *mockserver.Server
	url    string
	client *http.Client
	cancel context.CancelFunc
	gone   chan struct{} // closed when the server has stopped
	err    error         // with which it has
	begun  atomic.Int64  // calls
	at     int64         // the call that comes with the stop
}

func newStopping(t *testing.T, fake *mockserver.Server, at int64) *stopping {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	s := &stopping{
		t: t, fake: fake, url: "http://" + l.Addr().String(), client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}},
		cancel: cancel, gone: make(chan struct{}), at: at,
	}
	go func() {
		defer close(s.gone)
		s.err = serveUntil(ctx, slog.New(slog.DiscardHandler), []site{{l, fake, nil, false}})
	}()
	return s
}

// stopped reports whether the server has stopped.
func (s *stopping) stopped() bool {
	select {
	case <-s.gone:
		return true
	default:
		return false
	}
}

// wait returns when the server has stopped.
func (s *stopping) wait() {
	s.t.Helper()
	select {
	case <-s.gone:
		if s.err != nil {
			s.t.Errorf("the server stopped with %v", s.err)
		}
	case <-time.After(patience):
		s.t.Fatal("the server does not stop")
	}
	s.client.CloseIdleConnections()
}

// try makes a call over the network, with the stop if its turn has come.
func (s *stopping) try(method, path, body, token string) (reply, error) {
	if s.begun.Add(1) == s.at {
		s.cancel()
	}
	r, err := http.NewRequest(method, s.url+path, strings.NewReader(body))
	if err != nil {
		return reply{}, err
	}
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/json")
	if strings.HasPrefix(path, "/v1/") {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	res, err := s.client.Do(r)
	if err != nil {
		return reply{}, err
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if res.Close { // the client takes the header away
		res.Header.Set("Connection", "close")
	}
	return reply{res.StatusCode, res.Header, string(data)}, err
}

// ask makes a call without the network.
func (s *stopping) ask(method, path, body, token string) reply {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Host = "127.0.0.1"
	r.Header.Set("Content-Type", "application/json")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	w := httptest.NewRecorder()
	s.fake.ServeHTTP(w, r)
	return reply{w.Code, w.Header(), w.Body.String()}
}

func (s *stopping) fault(token, spec string) {
	s.t.Helper()
	if got := s.ask("POST", "/__admin/worlds/"+token+"/faults", spec, ""); got.status != http.StatusCreated {
		s.t.Fatalf("%s: %d %s", spec, got.status, got.body)
	}
}

// count returns how many users of a world have a text.
func (s *stopping) count(token, search string) string {
	s.t.Helper()
	return s.ask("GET", "/api/v1/users/?search="+search, "", token).field(s.t, "count")
}

// refused checks the one answer that a stop gives to a call that it ends.
func (s *stopping) refused(name string, got reply) {
	s.t.Helper()
	if got.status != http.StatusServiceUnavailable || got.header.Get("Connection") != "close" || !strings.Contains(got.body, "The server is stopping") {
		s.t.Errorf("%s: %d %v %q, want 503, Connection: close and a reason", name, got.status, got.header, got.body)
	}
}

// A stopCall makes calls of one kind in a world of its own until the server is
// gone, and returns a check of what the world must be like afterwards. n counts
// its calls. It returns an error once it is not answered any more.
type stopCall func(s *stopping, token string, n int) (check func(), err error)

// stopCalls are the kinds of calls that a stop can meet.
var stopCalls = map[string]struct {
	fault string
	call  stopCall
}{
	"create":                     {call: createUser},
	"create after a short delay": {`{"operation":"*","probability":1,"delay":"1ms"}`, createUser},
	"create after a long delay":  {`{"operation":"*","probability":1,"delay":"10m"}`, createUser},
	"create, dropped":            {`{"operation":"*","probability":1,"drop":true}`, createUser},
	"create, truncated":          {`{"operation":"*","probability":1,"truncate":true}`, createUser},
	"create by the admin API": {call: func(s *stopping, token string, n int) (func(), error) {
		id := fmt.Sprintf("n%d.", n)
		got, err := s.try("POST", "/__admin/worlds/"+token+"/calls", `{"call":"POST /users/","json":{"custom_properties":{"external_id":"`+id+`"}}}`, "")
		if err != nil {
			return nil, err
		}
		return func() {
			s.nested("create by the admin API", token, got, 201, func() bool { return s.count(token, id) == "1" })
		}, nil
	}},
	"start by the admin API": {call: func(s *stopping, token string, _ int) (func(), error) {
		got, err := s.try("POST", "/__admin/worlds/"+token+"/calls", `{"call":"POST /users/{user}/charging/start/","json":`+slowStart+`}`, "")
		if err != nil {
			return nil, err
		}
		return func() { s.nested("start by the admin API", token, got, 0, func() bool { return s.starting(token) }) }, nil
	}},
	"delete": {call: func(s *stopping, token string, n int) (func(), error) {
		id := fmt.Sprintf("n%d.", n)
		user := s.ask("POST", "/api/v1/users/", `{"custom_properties":{"external_id":"`+id+`"}}`, token).field(s.t, "id")
		got, err := s.try("DELETE", "/api/v1/users/"+user+"/", "", token)
		if err != nil {
			return nil, err
		}
		return func() {
			s.journaled("delete", token, got)
			if want := map[int]string{204: "0", 503: "1"}[got.status]; s.count(token, id) != want {
				s.t.Errorf("delete: %d %s, but there are %s such users", got.status, got.body, s.count(token, id))
			}
		}, nil
	}},
	"start": {call: func(s *stopping, token string, _ int) (func(), error) {
		got, err := s.try("POST", seedUser+"charging/start/", slowStart, token)
		return func() {
			if err == nil {
				s.journaled("start", token, got)
				s.refused("start", got)
			}
			if s.starting(token) {
				s.t.Errorf("start: %d %v, but the attempt is still there", got.status, err)
			}
		}, errors.Join(err, errDone)
	}},
	"stream": {call: func(s *stopping, token string, _ int) (func(), error) {
		got, err := s.try("GET", "/__admin/worlds/"+token+"/requests/stream", "", "")
		return func() {
			if got.status == 200 && (err != nil || !strings.HasPrefix(got.body, ": listening\n\n")) {
				s.t.Errorf("stream: %q, %v", got.body, err)
			}
		}, errors.Join(err, errDone)
	}},
	"half a body": {call: func(s *stopping, token string, _ int) (func(), error) {
		half := "POST /api/v1/users/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\nContent-Type: application/x-www-form-urlencoded\r\nAuthorization: Bearer " + token + "\r\n\r\n"
		return s.half("half a body", token, half+"locale=d") // of "de"
	}},
	"half a chunk": {call: func(s *stopping, token string, _ int) (func(), error) {
		return s.half("half a chunk", token, "POST /api/v1/users/ HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nAuthorization: Bearer "+token+"\r\n\r\n2\r\n{")
	}},
	"half a body of the admin API": {call: func(s *stopping, token string, _ int) (func(), error) {
		return s.half("half a body of the admin API", token, "POST /__admin/worlds/"+token+"/reset HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9\r\n\r\n{")
	}},
	"half a form of Stripe's": {call: func(s *stopping, token string, _ int) (func(), error) {
		return s.half("half a form of Stripe's", token, "POST /v1/tokens HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer pk_test_x\r\nContent-Length: 9\r\n\r\ncard")
	}},
	"half a header": {call: func(s *stopping, token string, _ int) (func(), error) {
		return s.half("half a header", token, "GET /api/v1/users/ HTTP/1.1\r\nHost: local")
	}},
	"nothing": {call: func(s *stopping, token string, _ int) (func(), error) { return s.half("nothing", token, "") }},
	"Stripe": {call: func(s *stopping, _ string, _ int) (func(), error) {
		got, err := s.try("POST", "/v1/payment_methods", "type=card&card[number]=4242424242424242&card[exp_month]=1&card[exp_year]=2040&card[cvc]=123", "pk_test_x")
		if err == nil && (got.status != 200 || !strings.Contains(got.body, `"id": "pm_`)) {
			s.t.Errorf("Stripe: %d %q", got.status, got.body)
		}
		return nil, err
	}},
	"console": {call: func(s *stopping, token string, _ int) (func(), error) {
		got, err := s.try("GET", "/worlds/"+token, "", "")
		if err == nil && (got.status != 200 || !strings.Contains(got.body, "</html>")) {
			s.t.Errorf("console: %d %q", got.status, got.body)
		}
		return nil, err
	}},
}

// errDone ends a kind of calls after the first.
var errDone = errors.New("one call is enough")

func createUser(s *stopping, token string, n int) (func(), error) {
	id := fmt.Sprintf("n%d.", n)
	got, err := s.try("POST", "/api/v1/users/", `{"custom_properties":{"external_id":"`+id+`"}}`, token)
	if err != nil {
		return nil, err
	}
	return func() {
		s.journaled("create", token, got)
		switch users := s.count(token, id); {
		case got.status == 201 && users == "1" && json.Valid([]byte(got.body)):
		case got.status == 503 && users == "0":
			s.refused("create", got)
		default:
			s.t.Errorf("create: %d %q, but there are %s such users", got.status, got.body, users)
		}
	}, nil
}

// starting reports whether an attempt to start waits in a world, or a session
// runs.
func (s *stopping) starting(token string) bool {
	s.t.Helper()
	return strings.Contains(s.ask("GET", "/__admin/worlds/"+token+"/users/9405cf8c-8375-4373-b4d3-b61f9a0c01eb/payment-methods/pm_abc123/removal", "", "").body, "session") ||
		s.ask("GET", seedUser+"charging-sessions/", "", token).field(s.t, "count") != "0"
}

// journaled checks that the journal has the status that a call got.
func (s *stopping) journaled(name, token string, got reply) {
	s.t.Helper()
	id := got.header.Get("X-Request-Id")
	if entry := s.ask("GET", "/__admin/worlds/"+token+"/requests/"+id, "", ""); entry.field(s.t, "status") != fmt.Sprint(got.status) {
		s.t.Errorf("%s: %d, but the journal has %s", name, got.status, entry.body)
	}
}

// nested checks the answer of a call that the admin API made.
func (s *stopping) nested(name, token string, outer reply, success int, happened func() bool) {
	s.t.Helper()
	var v struct {
		Request string
		Status  int
	}
	err := json.Unmarshal([]byte(outer.body), &v)
	if outer.status != 200 || err != nil || v.Request == "" || v.Status != success && v.Status != 503 {
		s.t.Errorf("%s: %d %q", name, outer.status, outer.body)
		return
	}
	if happened() != (v.Status == success) {
		s.t.Errorf("%s: %q, but it happened: %t", name, outer.body, happened())
	}
	s.journaled(name, token, reply{status: v.Status, header: http.Header{"X-Request-Id": {v.Request}}})
}

// half sends part of a request, and waits for the end of the connection.
func (s *stopping) half(name, token, part string) (func(), error) {
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	_, _ = io.WriteString(conn, part)
	got, _ := io.ReadAll(conn)
	return func() {
		if len(got) > 0 && !strings.HasPrefix(string(got), "HTTP/1.1 503 ") {
			s.t.Errorf("%s: answered with %q", name, got)
		}
		if users := s.count(token, ""); users != "1" {
			s.t.Errorf("%s: there are %s users", name, users)
		}
	}, errDone
}

// TestStopNeverLies stops a server 200 times while up to 40 clients call it, and
// compares each answer with what has happened.
func TestStopNeverLies(t *testing.T) {
	rounds := 200
	if testing.Short() {
		rounds = 20
	}
	chance := rand.New(rand.NewPCG(11, 11))
	fake := fake(t)
	for round := range rounds {
		s := newStopping(t, fake, 1+chance.Int64N(100))
		var mu sync.Mutex
		var checks []func()
		var faulty []string   // worlds with a fault
		var answered []string // worlds in which no call may stay without an answer
		var clients sync.WaitGroup
		for name, kind := range stopCalls {
			if incomplete := name == "nothing" || name == "half a header"; incomplete && round%10 > 0 {
				continue // they take as long as the server waits for such clients
			}
			for copied := range 2 {
				token := fmt.Sprintf("mock.slow.%d-%d-%s", round, copied, strings.Map(letters, name))
				if kind.fault != "" {
					s.fault(token, kind.fault)
					faulty = append(faulty, token)
				}
				if !strings.Contains(kind.fault, "drop") {
					answered = append(answered, token)
				}
				clients.Go(func() {
					for n := 0; ; n++ {
						check, err := kind.call(s, token, n)
						if check != nil {
							mu.Lock()
							checks = append(checks, check)
							mu.Unlock()
						}
						if errors.Is(err, errDone) || s.stopped() {
							return
						}
					}
				})
			}
		}
		s.wait()
		clients.Wait()
		for _, token := range faulty {
			s.ask("DELETE", "/__admin/worlds/"+token+"/faults", "", "")
		}
		for _, check := range checks {
			check()
		}
		for _, token := range answered {
			if got := s.ask("GET", "/__admin/worlds/"+token+"/requests?limit=1000", "", ""); strings.Contains(got.body, `"status":0,`) {
				t.Errorf("calls without an answer in %s: %s", token, got.body)
			}
			s.ask("DELETE", "/__admin/worlds/"+token, "", "")
		}
		if t.Failed() {
			t.Fatalf("in round %d, stopped with call %d", round, s.at)
		}
	}
}

func letters(r rune) rune {
	if r >= 'a' && r <= 'z' {
		return r
	}
	return -1
}
