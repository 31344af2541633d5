package mockserver_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cariqamock/mockserver"
	"cariqamock/mockserver/internal/store/storetest"
)

// reportCalls is how many random calls a tester makes before the report.
const reportCalls = 40

// Whatever a tester has clicked, in whichever store and after whichever restart:
// the calls of the bug report are made again on another server with the answers
// that the tester got, and what can be read there then is what the tester read.
func TestReport_random(t *testing.T) {
	cases := map[string]func(testing.TB) []*site{
		"memory": func(t testing.TB) []*site { return []*site{newSite(t, "memory")} },
		"sqlite": func(t testing.TB) []*site { return []*site{newSite(t, t.TempDir())} },
		"postgres": func(t testing.TB) []*site {
			database := storetest.Postgres(t)
			first, second := newSite(t, database), newSite(t, database)
			second.restartLater()
			return []*site{first, second}
		},
	}
	for name, open := range cases {
		t.Run(name, func(t *testing.T) {
			for n := range 2 {
				reportAfterRandomCalls(t, open(t), name, uint64(n))
			}
		})
	}
}

func reportAfterRandomCalls(t *testing.T, sites []*site, store string, seed uint64) {
	t.Helper()
	chance := rand.New(rand.NewPCG(seed, 7))
	tester := &storm{t: t}
	token := fmt.Sprintf("mock.rich-user.tester-%d", seed)
	calls := func(n int) {
		for range n {
			tester.server = sites[chance.IntN(len(sites))].now.Load()
			if chance.IntN(5) == 0 {
				tester.steer(chance, token)
			} else {
				tester.call(chance, token)
			}
		}
	}
	calls(reportCalls / 2)
	if store == "sqlite" {
		sites[0].restartLater()
	}
	calls(reportCalls / 2)
	file := tester.do("POST", "/__admin/worlds/"+token+"/report", "", "")
	want := tester.sees(token)

	cfg := mockserver.DefaultConfig()
	other, err := mockserver.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	colleague := &storm{t: t, server: other}
	if got := colleague.do("POST", "/__admin/scenarios", file, ""); !strings.Contains(got, `"name"`) {
		t.Fatalf("seed %d: %s\n%s", seed, got, file)
	}
	token = "mock.rich-user-report.look"
	var replay struct {
		Steps, Made int
		Wrong       any
	}
	got := colleague.do("POST", "/__admin/worlds/"+token+"/replay", "", "")
	if err := json.Unmarshal([]byte(got), &replay); err != nil || replay.Wrong != nil || replay.Made != replay.Steps {
		t.Fatalf("seed %d: %s\n%s", seed, got, file)
	}
	if store == "memory" && replay.Steps == 0 {
		t.Errorf("seed %d: no call could be made again:\n%s", seed, file)
	}
	if diff := cmp.Diff(want, colleague.sees(token)); diff != "" {
		t.Errorf("seed %d: -tester +colleague\n%s\n%s", seed, diff, file)
	}
}

// restartLater restarts the server a microsecond later. The ids of its requests,
// which have the time of the start, are others than before.
func (s *site) restartLater() {
	now := s.cfg.Wall().Add(time.Microsecond)
	s.cfg.Wall = func() time.Time { return now }
	s.restart()
}

// steer makes a random call to the admin API.
func (s *storm) steer(chance *rand.Rand, token string) {
	world := "/__admin/worlds/" + token
	switch chance.IntN(7) {
	case 0:
		s.do("POST", world+"/faults", fmt.Sprintf(`{"operation":"users_list","status":402,"times":%d}`, 1+chance.IntN(3)), "")
	case 1:
		s.do("POST", world+"/users/"+me[len(users):]+"/debts", `{"kwh":"10.000"}`, "")
	case 2:
		s.do("POST", world+"/sessions/"+first(s.do("GET", me+"/charging-sessions/", "", token), "id")+"/stop", "", "")
	case 3:
		s.do("PUT", world+"/clock", `{"freeze":true}`, "")
	case 4:
		s.do("PUT", world+"/clock", `{"advance":"2h"}`, "")
	case 5:
		var shown struct{ Seq int }
		if err := json.Unmarshal([]byte(s.do("GET", world, "", "")), &shown); err != nil {
			s.t.Error(err)
		}
		s.do("POST", world+"/rewind", fmt.Sprintf(`{"to":%d}`, max(1, shown.Seq-chance.IntN(5))), "")
	case 6:
		s.do("DELETE", world+"/faults", "", "")
	}
}

// madeIDs are what another world names otherwise.
var madeIDs = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}|(pm|seti|pi|test)_[A-Za-z0-9_]+`)

// sees returns what can be read in a world, with the ids in the order in which
// they show.
func (s *storm) sees(token string) string {
	var all strings.Builder
	for _, path := range []string{me + "/", me + "/payment-methods/", me + "/charging-sessions/", me + "/charging/debts/", me + "/invoices/", me + "/billing-details/", users} {
		fmt.Fprintln(&all, path, s.do(http.MethodGet, path, "", token))
	}
	names := map[string]string{}
	return strings.ReplaceAll(madeIDs.ReplaceAllStringFunc(all.String(), func(id string) string {
		if names[id] == "" {
			names[id] = fmt.Sprintf("id-%d", len(names))
		}
		return names[id]
	}), ",", ",\n")
}
