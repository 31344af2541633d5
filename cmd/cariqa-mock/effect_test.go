package main

import (
	"encoding/json"
	"net"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// seedUser is the user of every built-in scenario.
const seedUser = "/api/v1/users/9405cf8c-8375-4373-b4d3-b61f9a0c01eb/"

// effect is what a flag does, as a client sees it.
type effect struct {
	flag, value   string
	probe         func(*testing.T, *served) string
	with, without string // what probe returns; if both are empty, the two must differ
}

func effects(t *testing.T) []effect {
	mine := file(t, "mine.yaml", "name: mine\ntitle: Mine\nusers: []\n")
	portFile := filepath.Join(t.TempDir(), "port")
	free, apart := freeAddr(t), freeAddr(t)
	return []effect{
		{"addr", free, func(_ *testing.T, s *served) string {
			return strconv.FormatBool(s.stop().stdout != "" && s.url == "http://"+free)
		}, "true", "false"},
		{"port-file", portFile, portIn(portFile), "its address, gone after the stop", "none"},
		{"scenario", "debt", removalRule, "remove-payment-method/debt", "request/not-found"},
		{"scenarios", filepath.Dir(mine), statusAs("mock.mine.x"), "200 OK", "403 Forbidden"},
		{"strict", "true", unknownParameter, "400 Bad Request", "200 OK"},
		{"admin-addr", apart, adminApart(apart), "404 Not Found here, 200 OK there", "200 OK here, none there"},
		{"seed", "7", newUser, "", ""},
		{"stations", "0", stationCount, "", ""},
		{"cdr-delay", "1h", cdrDelay, "1h0m0s", "1m0s"},
		{"api-generation", "2026-03", secretNames, "client_secret", "client_secret setup_intent_client_secret"},
		{"public-url", "https://fake.example.org/cariqa", nextPage(), "https://fake.example.org", "http://127.0.0.1"},
		{"cors-origin", "https://app.example.org", allowedOrigin, "https://app.example.org", "none"},
		{"allowed-host", "*.example.org", statusAt("pc.example.org:80"), "200 OK", "403 Forbidden"},
		{"trust-proxy", "10.0.0.0/8", nextPage("X-Forwarded-Host", "app-1"), "http://127.0.0.1", "http://app-1"},
		{"api-tokens", "t,mock.*.team-*", statusAs("mock.debt.me"), "403 Forbidden", "200 OK"},
		{"admin-token", "secret", adminStatus, "401 Unauthorized, 200 OK with the token", "200 OK, 200 OK with the token"},
		{"world-ttl", "1ns", comeBack("t"), "404 Not Found", "200 OK"},
		{"max-worlds", "1", comeBack("another"), "404 Not Found", "200 OK"},
		{"journal-memory", "8KiB", callsKept, "some", "all"},
		{"history-memory", "1KiB", changesKept, "some", "all"},
		{"log-format", "json", logLine, `{"`, "ti"},
		{"log-level", "error", logLine, "none", "ti"},
	}
}

// TestFlagsTakeEffect starts a server with each flag, one with the variable of
// the flag, and one without.
func TestFlagsTakeEffect(t *testing.T) {
	// by TestTLS, TestExitWithStdin, TestProxy, TestProxyAllow and TestStore
	tried := []string{"tls", "tls-cert", "tls-key", "exit-with-stdin", "proxy", "ca-dir", "proxy-allow", "store"}
	for _, e := range effects(t) {
		tried = append(tried, e.flag)
		t.Run(e.flag, func(t *testing.T) {
			with := e.probe(t, serve(t, env{}, "--"+e.flag+"="+e.value))
			byEnv := e.probe(t, serve(t, env{envName(e.flag): e.value}, "serve"))
			without := e.probe(t, serve(t, env{}))
			if with != byEnv {
				t.Errorf("flag: %s\nvariable: %s", with, byEnv)
			}
			if e.with+e.without == "" {
				if with == without {
					t.Errorf("with and without: %s", with)
				}
				return
			}
			if with != e.with || without != e.without {
				t.Errorf("with: %s, want %s\nwithout: %s, want %s", with, e.with, without, e.without)
			}
		})
	}
	for _, name := range serveFlags() {
		if !slices.Contains(tried, name) {
			t.Errorf("no test of what --%s does", name)
		}
	}
}

func TestFlagBeatsVariable(t *testing.T) {
	s := serve(t, env{"CARIQA_MOCK_SCENARIO": "cdr-pending"}, "--scenario", "debt")
	if got, want := removalRule(t, s), "remove-payment-method/debt"; got != want {
		t.Errorf("rule %s, want %s", got, want)
	}
}

func TestWhereItListens(t *testing.T) {
	_, port, err := net.SplitHostPort(freeAddr(t))
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		env  env
		args []string
		want string
	}{
		"PORT sets the port only":     {env: env{"PORT": port}, want: "http://127.0.0.1:" + port},
		"CARIQA_MOCK_ADDR beats PORT": {env: env{"PORT": "1", "CARIQA_MOCK_ADDR": "127.0.0.1:" + port}, want: "http://127.0.0.1:" + port},
		"the flag beats both": {
			env: env{"PORT": "1", "CARIQA_MOCK_ADDR": "127.0.0.1:2"}, args: []string{"--addr", "127.0.0.1:" + port},
			want: "http://127.0.0.1:" + port,
		},
		"all addresses, printed as one to call": {
			env: env{"CARIQA_MOCK_ADDR": "0.0.0.0:" + port}, args: []string{"--admin-token", "x"},
			want: "http://127.0.0.1:" + port,
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, test.env, test.args...)
			if s.url != test.want {
				t.Errorf("listening on %s, want %s", s.url, test.want)
			}
			if got := s.call(http.MethodGet, "/__admin/health", ""); got.status != http.StatusOK {
				t.Errorf("%d %s", got.status, got.body)
			}
			s.stop()
		})
	}
}

func freeAddr(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func status(code int) string { return strconv.Itoa(code) + " " + http.StatusText(code) }

func removalRule(_ *testing.T, s *served) string {
	return s.call(http.MethodDelete, seedUser+"payment-methods/pm_abc123/", "").header.Get("X-Cariqa-Mock-Rule")
}

func statusAs(token string) func(*testing.T, *served) string {
	return func(_ *testing.T, s *served) string {
		return status(s.call(http.MethodGet, "/api/v1/users/", "", "Authorization", "Bearer "+token).status)
	}
}

func newUser(t *testing.T, s *served) string {
	return s.call(http.MethodPost, "/api/v1/users/", "{}").field(t, "id")
}

// comeBack makes a user, calls with a token, and looks for the user again.
func comeBack(token string) func(*testing.T, *served) string {
	return func(t *testing.T, s *served) string {
		id := newUser(t, s)
		s.call(http.MethodGet, "/api/v1/users/", "", "Authorization", "Bearer "+token)
		return status(s.call(http.MethodGet, "/api/v1/users/"+id+"/", "").status)
	}
}

// callsKept reports how many of some calls are in the journal.
func callsKept(_ *testing.T, s *served) string {
	const token, calls = "mock.default.kept", 40
	for range calls {
		s.call(http.MethodGet, "/api/v1/users/", "", "Authorization", "Bearer "+token)
	}
	if strings.Contains(s.call(http.MethodPost, "/__admin/worlds/"+token+"/requests/count", "{}").body, `"count":`+strconv.Itoa(calls)) {
		return "all"
	}
	return "some"
}

// changesKept returns whether the history keeps all changes of a world, or some.
func changesKept(_ *testing.T, s *served) string {
	const token, changes = "mock.default.kept", 40
	for range changes {
		s.call(http.MethodPost, "/api/v1/users/", "{}", "Authorization", "Bearer "+token, "Content-Type", "application/json")
	}
	if strings.Contains(s.call(http.MethodGet, "/__admin/worlds/"+token+"/history", "").body, `"what":"scenario default"`) {
		return "all"
	}
	return "some"
}

// stationCount reads how many stations the map of the whole world shows.
func stationCount(t *testing.T, s *served) string {
	got := s.call(http.MethodGet, "/api/v1/stations/tile/?x=0&y=0&z=0", "")
	counts := regexp.MustCompile(`"count":\d+`).FindAllString(got.body, -1)
	if len(counts) == 0 {
		t.Fatalf("%d %s", got.status, got.body)
	}
	return strings.Join(counts, ", ")
}

func secretNames(_ *testing.T, s *served) string {
	body := s.call(http.MethodGet, seedUser+"setup-intents/", "").body
	names := regexp.MustCompile(`"(\w*client_secret)"`).FindAllStringSubmatch(body, -1)
	var found []string
	for _, name := range names {
		found = append(found, name[1])
	}
	slices.Sort(found)
	return strings.Join(found, " ")
}

// nextPage returns where a link leads, for a call with some headers.
func nextPage(header ...string) func(*testing.T, *served) string {
	return func(t *testing.T, s *served) string {
		next := s.call(http.MethodGet, seedUser+"payment-methods/?page_size=1", "", header...).field(t, "next")
		return regexp.MustCompile(`^\w+://[^:/]*`).FindString(next)
	}
}

func statusAt(host string) func(*testing.T, *served) string {
	return func(_ *testing.T, s *served) string {
		return status(s.call(http.MethodGet, "/api/v1/users/", "", "Host", host).status)
	}
}

func allowedOrigin(_ *testing.T, s *served) string {
	got := s.call(http.MethodGet, "/api/v1/users/", "", "Origin", "https://app.example.org")
	if allowed := got.header.Get("Access-Control-Allow-Origin"); allowed != "" {
		return allowed
	}
	return "none"
}

func adminStatus(_ *testing.T, s *served) string {
	open := s.call(http.MethodGet, "/__admin/worlds", "")
	token := s.call(http.MethodGet, "/__admin/worlds", "", "Authorization", "Bearer secret")
	return status(open.status) + ", " + status(token.status) + " with the token"
}

// logLine returns the beginning of what the server logs when it stops.
func logLine(_ *testing.T, s *served) string {
	got := s.stop()
	if !strings.Contains(got.stderr, "stopping") {
		return "none"
	}
	return got.stderr[:2]
}

// cdrDelay stops a session at a frozen time and returns how long its CDR takes.
func cdrDelay(t *testing.T, s *served) string {
	const world, token = "/__admin/worlds/mock.default.cdr/", "Bearer mock.default.cdr"
	s.call(http.MethodPut, world+"clock", `{"freeze":true}`)
	started := s.call(http.MethodPost, seedUser+"charging/start/",
		`{"evse_id":"DE*PWA*EALP22541X01617*01","payment_method_id":"pm_1TD1LuHtgZxQ1KXxNj5sKkKM"}`, "Authorization", token)
	stopped := s.call(http.MethodPost, world+"sessions/"+started.field(t, "id")+"/stop", "{}")
	var session struct {
		Due time.Time `json:"cdr_due"`
	}
	var clock struct{ Now time.Time }
	for body, to := range map[string]any{stopped.body: &session, s.call(http.MethodGet, world+"clock", "").body: &clock} {
		if err := json.Unmarshal([]byte(body), to); err != nil {
			t.Fatalf("%s: %v", body, err)
		}
	}
	return session.Due.Sub(clock.Now).String()
}

// unknownParameter asks for a page that openapi.yaml does not allow and the
// vendor's framework takes.
func unknownParameter(_ *testing.T, s *served) string {
	return status(s.call(http.MethodGet, seedUser+"payment-methods/?page=", "", "Authorization", "Bearer mock.default.x").status)
}

// adminApart asks for /__admin where the APIs are, and at an address apart.
func adminApart(addr string) func(*testing.T, *served) string {
	return func(_ *testing.T, s *served) string {
		there := "none there"
		apart := *s
		apart.url = "http://" + addr
		if got, err := apart.try(s.t.Context(), http.MethodGet, "/__admin/health", ""); err == nil {
			there = status(got.status) + " there"
		}
		here := status(s.call(http.MethodGet, "/__admin/health", "").status) + " here, "
		s.stop() // the next one needs the address
		return here + there
	}
}
