package mocktest_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"cariqamock/mockserver"
	"cariqamock/mockserver/mocktest"
)

const user = "9405cf8c-8375-4373-b4d3-b61f9a0c01eb"

// TestExamples runs the tests that the documentation shows.
func TestExamples(t *testing.T) {
	t.Run("removal waits for the CDR", removalWaitsForTheCDR)
	t.Run("client tries again", clientTriesAgain)
}

func TestServerStopsWithItsTest(t *testing.T) {
	var url string
	t.Run("running", func(t *testing.T) {
		s := mocktest.Start(t)
		url = s.URL
		s.World("default").Do("GET", "/users/{user}/").Want(200)
	})
	if res, err := http.Get(url); err == nil {
		res.Body.Close()
		t.Error("the server is still running")
	}
}

func TestTokenIsFreshAndWellFormed(t *testing.T) {
	s := mocktest.Start(t)
	valid := regexp.MustCompile(`^mock\.default\.[A-Za-z0-9._-]{1,80}$`)
	t.Run("a name with spaces, ümlauts and "+strings.Repeat("length ", 20), func(t *testing.T) {
		token := s.For(t).Token("default")
		if !valid.MatchString(token) {
			t.Errorf("token %s", token)
		}
		s.For(t).WorldOf(token).Do("GET", "/users/{user}/").Want(200)
	})
	a, b := s.Token("default"), s.Token("default")
	if a == b {
		t.Errorf("two times %s", a)
	}
}

func TestWorldIsDroppedWithItsTest(t *testing.T) {
	s := mocktest.Start(t)
	var token string
	t.Run("open", func(t *testing.T) {
		w := s.For(t).World("default")
		token = w.Token
		w.Do("POST", "/users/", map[string]string{"email": "a@example.org"}).Want(201)
		if w.Count("*") != 1 || s.WorldOf(token) != w {
			t.Error("the world of the token is another one")
		}
	})
	if n := s.WorldOf(token).Count("*"); n != 0 {
		t.Errorf("the world still has %d calls", n)
	}
}

func TestOptions(t *testing.T) {
	file := filepath.Join(t.TempDir(), "mine.yaml")
	if err := os.WriteFile(file, []byte("name: mine\ntitle: Nobody here\nusers: []\ntry: []\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := mocktest.Start(t, mocktest.Files(file), mocktest.Scenario("mine"), mocktest.Strict(), mocktest.AdminToken("open sesame"),
		mocktest.Stations(0), mocktest.Seed(7), mocktest.CDRDelay(0), mocktest.With(func(c *mockserver.Config) { c.Version = "1.2.3" }))
	r, err := http.NewRequest("GET", s.URL+"/api/v1/users/"+user+"/", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer any-token")
	res, err := s.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusNotFound || res.Header.Get("X-Cariqa-Mock") != "1.2.3" {
		t.Errorf("a token without a scenario: %s from version %s", res.Status, res.Header.Get("X-Cariqa-Mock"))
	}
	w := s.World("default")
	w.Do("GET", "/users/{user}/").Want(200)
	w.Do("GET", "/users/?page=many").Want(400)
	session := w.Do("POST", "/users/{user}/charging/start/",
		map[string]string{"evse_id": "DE*PWA*EALP22541X01617*01", "payment_method_id": "pm_1TD1LuHtgZxQ1KXxNj5sKkKM"}).Want(201).Get("id")
	w.Clock.Advance(time.Minute)
	w.Do("POST", "/users/{user}/charging/stop/"+session+"/").Want(204)
	if state := w.Session(session).State().State; state != "billed" {
		t.Errorf("a session without a CDR delay is %s after its end, want billed", state)
	}
}

func TestClock(t *testing.T) {
	s := mocktest.Start(t)
	w := s.World("default")
	c := w.Clock
	c.Freeze()
	start := c.Now()
	c.Advance(90 * time.Minute)
	if got := c.Now().Sub(start); got != 90*time.Minute {
		t.Errorf("advanced by %s", got)
	}
	c.Set(start.Add(48 * time.Hour))
	if got := c.Now().Sub(start); got != 48*time.Hour {
		t.Errorf("set %s after the start", got)
	}
	if got := s.World("default").Clock.Now().Sub(start); got > time.Hour {
		t.Errorf("another world's clock moved too: by %s", got)
	}
	c.Speed(1000)
	c.Run()
	for before := c.Now(); c.Now().Equal(before); { // it runs
	}
}

// recorder is a test that fails without failing this one.
type recorder struct {
	testing.TB
	fatal   string
	failed  bool
	log     []string
	cleanup []func()
}

func (r *recorder) Fatalf(format string, args ...any) {
	r.fatal, r.failed = fmt.Sprintf(format, args...), true
	panic(r)
}
func (r *recorder) Failed() bool     { return r.failed }
func (r *recorder) Cleanup(f func()) { r.cleanup = append(r.cleanup, f) }
func (r *recorder) Logf(format string, args ...any) {
	r.log = append(r.log, fmt.Sprintf(format, args...))
}

// failing runs a test that should fail, with its cleanup.
func failing(t *testing.T, do func(mocktest.TB)) *recorder {
	t.Helper()
	r := &recorder{TB: t}
	func() {
		defer func() {
			if p := recover(); p != nil && p != any(r) {
				panic(p)
			}
		}()
		do(r)
	}()
	for i := len(r.cleanup) - 1; i >= 0; i-- {
		r.cleanup[i]()
	}
	return r
}

// TestRefusalsFailTheTest checks that a failure quotes the server and names
// what to change.
func TestRefusalsFailTheTest(t *testing.T) {
	s := mocktest.Start(t)
	in := func(scenario string, do func(*mocktest.World)) func(mocktest.TB) {
		return func(t mocktest.TB) { do(s.For(t).World(scenario)) }
	}
	for want, do := range map[string]func(mocktest.TB){
		"no-such": func(t mocktest.TB) { mocktest.Start(t, mocktest.Scenario("no-such")) },
		`mocktest: World("cdr-pendign"): There is no scenario "cdr-pendign". Did you mean cdr-pending?`: in("cdr-pendign", func(*mocktest.World) {}),
		`mocktest: WorldOf("mock.debts.x"): There is no scenario "debts"`:                               func(t mocktest.TB) { s.For(t).WorldOf("mock.debts.x") },
		"moves forward": in("default", func(w *mocktest.World) { w.Clock.Set(time.Unix(0, 0)) }),
		`mocktest: Fail("user_list", 500, ""): operation: `:   in("default", func(w *mocktest.World) { w.Fail("user_list", 500, "") }),
		`mocktest: Delay("users_list", 1h0m0s, ...): delay: `: in("default", func(w *mocktest.World) { w.Delay("users_list", time.Hour, mocktest.Times(2)) }),
		"unknown placeholder {usr} (known: {user})":           in("default", func(w *mocktest.World) { w.Do("GET", "/users/{usr}/") }),
		`Fail("users_list", 500, "oops"): error: `:            in("default", func(w *mocktest.World) { w.Fail("users_list", 500, "oops") }),
		"400 to 599":       in("default", func(w *mocktest.World) { w.Fail("users_list", 200, "") }),
		"want at most one": in("default", func(w *mocktest.World) { w.Reset("debt", "default") }),
		"Explain(): no calls were made in world mock.default.": in("default", func(w *mocktest.World) { w.Explain() }),
		`Session("` + user + `").Stop(): No such session`:      in("default", func(w *mocktest.World) { w.Session(user).Stop() }),
		"payment method pm_none":                               in("default", func(w *mocktest.World) { w.Removal("pm_none") }),
		"set the world's User":                                 in("default", func(w *mocktest.World) { w.User = ""; w.Do("GET", "/users/{user}/") }),
		"begins with a slash":                                  in("default", func(w *mocktest.World) { w.Do("GET", "users/") }),
		"more than one body":                                   in("default", func(w *mocktest.World) { w.Do("POST", "/users/", "a", "b") }),
		"the body has no results.9":                            in("default", func(w *mocktest.World) { w.Do("GET", "/users/").Get("results.9.id") }),
		"to clear it: Wait for the CDR": in("cdr-pending", func(w *mocktest.World) {
			w.Do("DELETE", "/users/{user}/payment-methods/pm_abc123/").Want(204)
		}),
	} {
		if got := failing(t, do).fatal; !strings.Contains(got, want) || !strings.HasPrefix(got, "mocktest: ") {
			t.Errorf("want %q, got %q", want, got)
		}
	}
}

// TestFailedTestLogsItsCalls checks what the log of a failed test ends with.
func TestFailedTestLogsItsCalls(t *testing.T) {
	test := func(fail bool) func(mocktest.TB) {
		return func(t mocktest.TB) {
			w := mocktest.Start(t).World("cdr-pending")
			w.Do("GET", "/users/?page=many")
			w.Do("DELETE", "/users/{user}/payment-methods/pm_abc123/")
			if fail {
				t.Fatalf("as it should")
			}
		}
	}
	if log := failing(t, test(false)).log; len(log) != 0 {
		t.Errorf("a test that passes logs %q", log)
	}
	log := strings.Join(failing(t, test(true)).log, "\n")
	for _, want := range []string{
		"the last calls in world mock.cdr-pending.", "GET /api/v1/users/?page=many 404 request/not-found (Use the id of an existing object.)\n    request does not conform to openapi.yaml: ",
		"/pm_abc123/ 400 remove-payment-method/cdr-pending (Wait for the CDR",
	} {
		if !strings.Contains(log, want) {
			t.Errorf("the log does not contain %q:\n%s", want, log)
		}
	}
	report := regexp.MustCompile(`the bug report of world .*: (\S+/cdr-pending-report\.yaml)`).FindStringSubmatch(log)
	if report == nil {
		t.Fatalf("the log names no bug report:\n%s", log)
	}
	file, err := os.ReadFile(report[1])
	if err != nil || !strings.Contains(string(file), "rule: remove-payment-method/cdr-pending") {
		t.Errorf("the bug report (%v):\n%s", err, file)
	}
}
