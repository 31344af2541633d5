package lockstep_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"cariqamock/contracttests"
	"cariqamock/contracttests/lockstep"
	"cariqamock/mockserver"
)

// A taken call is one that an honest fake has taken at its place in a row, and that
// was on its way from one time to another.
type taken struct {
	method, path, body string
	from, to           int                                         // milliseconds
	answering          int                                         // if that is not known from to
	lie                func(status int, body string) (int, string) // nil: the answer is honest
}

// take has an honest fake take calls in their order, and returns them.
func take(t testing.TB, world string, row []taken) []*lockstep.Call {
	t.Helper()
	cfg := mockserver.DefaultConfig()
	cfg.Loopback = true
	honest, err := mockserver.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	at := func(ms int) time.Time { return start.Add(time.Duration(ms) * time.Millisecond) }
	var out []*lockstep.Call
	for _, c := range row {
		r := httptest.NewRequest(c.method, overlapBase+"/users/"+customer+c.path, strings.NewReader(c.body))
		r.Header.Set("Authorization", "Bearer mock."+world+".order")
		if c.body != "" {
			r.Header.Set("Content-Type", "application/json")
		}
		rec := httptest.NewRecorder()
		honest.ServeHTTP(rec, r)
		status, body := rec.Code, rec.Body.String()
		if c.lie != nil {
			status, body = c.lie(status, body)
		}
		out = append(out, &lockstep.Call{
			Method: c.method, URL: r.URL.String(), Header: r.Header, Body: []byte(c.body), Status: status, Answered: rec.Header(), Answer: []byte(body),
			Began: at(c.from), Ended: at(c.to),
		})
		if c.answering > 0 {
			out[len(out)-1].Answering = at(c.answering)
		}
	}
	return out
}

const overlapBase = "http://127.0.0.1/api/v1"

// found judges calls and returns the operation and place of what is found.
func found(t testing.TB, calls []*lockstep.Call) (groups []string, run contracttests.Run) {
	t.Helper()
	j := judge(t, contracttests.Target{Base: overlapBase, Name: "order", Key: "none"})
	j.All(calls)
	run = j.Run()
	for _, g := range run.Groups() {
		groups = append(groups, g.Operation+" "+g.Place)
	}
	return groups, run
}

const (
	german  = `{"locale":"de"}`
	english = `{"locale":"en"}`
)

// TestOverlap judges calls that overlap: what one order explains is right, and what
// none explains is found, always.
func TestOverlap(t *testing.T) {
	list := taken{method: "GET", path: "/payment-methods/"}
	remove := taken{method: "DELETE", path: "/payment-methods/pm_abc123/"}
	profile := taken{method: "GET", path: "/"}
	patch := taken{method: "PATCH", path: "/", body: german}
	back := taken{method: "PATCH", path: "/", body: english}
	prefer := taken{method: "POST", path: "/payment-methods/pm_abc123/default/"}
	start := taken{method: "POST", path: "/charging/start/", body: fmt.Sprintf(`{"evse_id":%q,"payment_method_id":"pm_abc123"}`, point)}
	bill := taken{method: "PUT", path: "/billing-details/", body: `{"country":"de","city":"Bonn","line1":"Am Hof 1","postal_code":"53113","first_name":"A","last_name":"B"}`}
	polled := taken{method: "GET", path: "/charging-sessions/"}
	from := func(c taken, from, to int) taken { c.from, c.to = from, to; return c }
	answering := func(c taken, at int) taken { c.answering = at; return c }
	lying := func(c taken, lie func(int, string) (int, string)) taken { c.lie = lie; return c }
	before := "" // the list, as the same fake has answered it first
	kept := func(status int, body string) (int, string) { before = body; return status, body }
	stays := func(int, string) (int, string) { return http.StatusOK, before }
	for _, test := range []struct {
		name, world string
		row         []taken // in the order in which the target took them
		want        string
	}{
		{"a list before the removal ends after it", "removable", []taken{from(list, 0, 10), from(list, 11, 40), from(remove, 20, 30), from(list, 50, 60)}, ""},
		{"a removal ends after a list without the card", "removable", []taken{from(list, 0, 10), from(remove, 20, 50), from(list, 30, 40), from(list, 60, 70)}, ""},
		{"the card stays in the list after", "removable", []taken{from(lying(list, kept), 0, 10), from(list, 11, 40), from(remove, 20, 30), from(lying(list, stays), 50, 60)}, "users_payment_methods_list body /count"},
		{"the card stays in the list after, and the first list hangs", "removable", []taken{from(lying(list, kept), 0, 10), from(list, 11, 80), from(remove, 20, 30), from(lying(list, stays), 50, 60)}, "users_payment_methods_list body /count"},
		{"the card comes back within the overlap", "removable", []taken{from(lying(list, kept), 0, 10), from(remove, 20, 80), from(list, 30, 40), from(lying(list, stays), 50, 60), from(list, 90, 95)}, "users_payment_methods_list body /count"},
		{"the card stays in the list that follows the headers", "removable", []taken{from(lying(list, kept), 0, 10), answering(from(remove, 20, 60), 30), from(lying(list, stays), 31, 50)}, "users_payment_methods_list body /count"},
		{"two defaults, seen twice at once", "removable", []taken{from(lying(list, with(`"default":false`, `"default":true`)), 0, 10), from(lying(list, with(`"default":false`, `"default":true`)), 1, 40), from(remove, 20, 30), from(list, 50, 60)}, "users_payment_methods_list body /results/*/default"},
		{"the later of two changes wins", "default", []taken{from(profile, 0, 5), from(patch, 10, 30), from(back, 15, 35), from(profile, 40, 50), from(profile, 51, 52)}, ""},
		{"the change that ended first wins", "default", []taken{from(profile, 0, 5), from(patch, 10, 40), from(back, 15, 35), from(profile, 50, 60), from(profile, 61, 62)}, ""},
		{"none of two changes wins", "default", []taken{from(profile, 0, 5), from(patch, 10, 40), from(back, 15, 35), from(lying(profile, with(`"locale":"en"`, `"locale":"fr"`)), 50, 60)}, "users_retrieve body /locale"},
		{"first one of two changes wins, then the other", "default", []taken{from(profile, 0, 5), from(patch, 10, 40), from(back, 15, 35), from(profile, 50, 60), from(lying(profile, with(`"locale":"en"`, `"locale":"de"`)), 61, 62)}, "users_retrieve body /locale"},
		{"a change is not there afterwards, while another read hangs", "default", []taken{from(profile, 0, 5), from(back, 6, 7), from(profile, 8, 80), from(patch, 20, 30), from(lying(profile, with(`"locale":"de"`, `"locale":"en"`)), 50, 60)}, "users_retrieve body /locale"},
		{"a card is removed first, and then no default, which ends first", "removable", []taken{from(list, 0, 5), from(remove, 10, 40), from(prefer, 15, 35), from(list, 50, 60)}, ""},
		{"a list has the session of a start that is on its way", "removable", []taken{from(bill, 0, 2), from(list, 3, 5), from(polled, 6, 8), from(start, 10, 60), from(polled, 12, 50), from(polled, 70, 80)}, ""},
		{"a list has the session of a start that is on its way, and the next one another charge point", "removable", []taken{from(bill, 0, 2), from(list, 3, 5), from(polled, 6, 8), from(start, 10, 60), from(polled, 12, 50), from(lying(polled, with(`"evse_id":"[^"]+"`, `"evse_id":"DE*XXX*E1"`)), 70, 80)}, "users_charging_sessions_list body /results/*/evse_id"},
		{"a card is no default although nobody has removed it", "removable", []taken{from(list, 0, 5), from(prefer, 10, 40), from(lying(prefer, to(http.StatusNotFound, `{"detail":"Not found."}`)), 15, 35)}, "users_payment_methods_default_create status"},
	} {
		t.Run(strings.ReplaceAll(test.name, " ", "-"), func(t *testing.T) {
			calls := take(t, test.world, test.row)
			for range 3 { // in whatever order the file has them
				got, run := found(t, calls)
				switch {
				case test.want == "" && len(got) > 0, test.want != "" && (len(got) != 1 || !strings.HasPrefix(got[0], test.want)):
					t.Errorf("found %q, want %q", got, test.want)
					for _, r := range run.Results {
						t.Logf("%s %s: %s", r.Case, r.Status, strings.Join(r.News, "; "))
					}
				}
				for _, r := range run.Results {
					if text := strings.Join(r.News, "; "); strings.Contains(text, "on its way") || strings.Contains(text, "cannot be brought") {
						t.Errorf("%s: %s", r.Case, text)
					}
				}
				slices.Reverse(calls)
			}
		})
	}
}

// TestOverlapHonest has an honest fake take random calls at random moments between
// their beginnings and ends. Nothing may be found, in whatever order they are.
func TestOverlapHonest(t *testing.T) {
	for seed := range uint64(25) {
		chance := rand.New(rand.NewPCG(7, seed))
		bodies := []taken{
			{method: "GET", path: "/payment-methods/"}, {method: "GET", path: "/"}, {method: "GET", path: "/charging-sessions/"}, {method: "GET", path: "/billing-details/"},
			{method: "PATCH", path: "/", body: german}, {method: "PATCH", path: "/", body: english}, {method: "PATCH", path: "/", body: `{"locale":"xx"}`},
			{method: "DELETE", path: "/payment-methods/pm_abc123/"}, {method: "POST", path: "/payment-methods/pm_abc123/default/"},
			{method: "PUT", path: "/billing-details/", body: `{"country":"de","city":"Bonn","line1":"Am Hof 1","postal_code":"53113","first_name":"A","last_name":"B"}`},
			{method: "POST", path: "/charging/start/", body: fmt.Sprintf(`{"evse_id":%q,"payment_method_id":"pm_abc123"}`, point)},
		}
		var row []taken
		for i := range 14 {
			c := bodies[chance.IntN(len(bodies))]
			moment := 20 * i
			c.from, c.to = moment-chance.IntN(40), moment+1+chance.IntN(40)
			row = append(row, c)
		}
		calls := take(t, []string{"removable", "default"}[seed%2], row)
		chance.Shuffle(len(calls), func(a, b int) { calls[a], calls[b] = calls[b], calls[a] })
		if got, _ := found(t, calls); len(got) > 0 {
			var log []string
			for i, c := range row {
				log = append(log, fmt.Sprintf("%d to %d: %s %s %s", c.from, c.to, c.method, c.path, row[i].body))
			}
			t.Errorf("seed %d: an honest fake: %s\n%s", seed, strings.Join(got, "\n"), strings.Join(log, "\n"))
		}
	}
}
