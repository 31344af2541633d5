package lockstep

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"cariqamock/contracttests"
	"cariqamock/mockserver"
)

// TestLongRun has a judge see the calls of hundreds of users. What it remembers has a
// bound, nobody is accused of what it has forgotten, and lies are found at the end as at
// the beginning. Of many lies alike it keeps some.
func TestLongRun(t *testing.T) {
	const base = "http://127.0.0.1/api/v1"
	honest, fake := server(t), server(t)
	j, err := New(fake, Options{Target: contracttests.Target{Base: base, Name: "long", Key: "none"}, Now: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	j.most = 40
	call := func(token, method, path, body string, lie func(string) string) string {
		r := httptest.NewRequest(method, base+path, strings.NewReader(body))
		r.Header.Set("Authorization", "Bearer mock.default."+token)
		if body != "" {
			r.Header.Set("Content-Type", "application/json")
		}
		c := &Call{Method: method, URL: r.URL.String(), Header: r.Header.Clone(), Body: []byte(body), Began: time.Now()}
		j.Begin(c)
		rec := httptest.NewRecorder()
		honest.ServeHTTP(rec, r)
		c.Status, c.Answered, c.Answer, c.Ended = rec.Code, rec.Header(), rec.Body.Bytes(), time.Now()
		if lie != nil {
			c.Answer = []byte(lie(string(c.Answer)))
		}
		j.End(c)
		return rec.Body.String()
	}
	create := func(token string) (path string) {
		body := call(token, "POST", "/users/", `{"locale":"en"}`, nil)
		_, id, _ := strings.Cut(body, `"id":"`)
		id, _, _ = strings.Cut(id, `"`)
		return "/users/" + id + "/"
	}
	first := create("w0")
	for i := range 300 {
		token := fmt.Sprint("w", i%60)
		path := create(token)
		call(token, "GET", path, "", nil)
		call(token, "PATCH", path, `{"locale":"de"}`, nil)
		call(token, "GET", path+"payment-methods/", "", nil)
		call(token, "GET", "/users/?page_size=5", "", nil)
		call(token, "GET", fmt.Sprintf("/users/nobody%d/", i), "", nil)
		call("w0", "GET", first, "", nil)
	}
	users := 0
	for _, w := range j.worlds {
		users += len(w.users)
		if n := len(w.flights) + len(w.others); n > 0 {
			t.Errorf("%d users with calls on their way, want none", n)
		}
	}
	// It looks once in a hundred calls, in which there are at most two users each.
	for what, n := range map[string]int{"users": users, "worlds": len(j.worlds), "names": len(j.names.of)} {
		if n > j.most+200 {
			t.Errorf("%d %s are remembered, want at most %d", n, what, j.most+200)
		}
	}
	if groups := j.Run().Groups(); len(groups) > 0 {
		t.Errorf("found although nothing is wrong: %v", groups)
	}
	const times = 3 * mostKept
	for range times {
		call("w0", "GET", first, "", func(body string) string { return strings.Replace(body, `"en"`, `"de"`, 1) })
	}
	if n := len(j.operations["users_retrieve"].found); n != mostKept {
		t.Errorf("%d findings are kept, want %d", n, mostKept)
	}
	for _, r := range j.Run().Results {
		if want := fmt.Sprintf("%d more findings", times-mostKept); r.Case == "operations/users_retrieve" && !strings.Contains(strings.Join(r.News, "\n"), want) {
			t.Errorf("the news are %q, want %q", r.News, want)
		}
	}
}

// server returns a fake.
func server(t *testing.T) http.Handler {
	t.Helper()
	cfg := mockserver.DefaultConfig()
	cfg.Loopback = true
	s, err := mockserver.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestNamesForgotten checks when names are dropped, and that an id can get one again.
func TestNamesForgotten(t *testing.T) {
	n := newNames()
	for i := range 5 {
		n.alias(fmt.Sprint("user ", i), uuidForm)
	}
	if n.forget(5) || len(n.of) != 5 {
		t.Errorf("forgets %d of 5 names, with room for 5", 5-len(n.of))
	}
	if !n.forget(4) || len(n.of)+len(n.back) != 0 {
		t.Errorf("keeps %d names, with room for 4", len(n.of))
	}
	name := n.alias("user 7", uuidForm)
	if got := n.here("/" + name); got != "/user 7" {
		t.Errorf("the name stands for %q", got)
	}
}
