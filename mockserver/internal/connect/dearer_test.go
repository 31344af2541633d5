package connect_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"cariqamock/mockserver/internal/clock"
	"cariqamock/mockserver/internal/connect"
)

// dearer are the operations that look at more rows in a large world, as the
// README names them; TestCostsAreTheSame has all others.
var dearer = map[string]func(w *world, user string){
	"`users?search=`":            func(w *world, _ string) { w.Users("nobody", 0, 20) },
	"`GET …/invariants`":         func(w *world, _ string) { w.Invariants() },
	"`export`":                   func(w *world, _ string) { w.Snapshot() },
	"`DELETE users/{id}`":        func(w *world, user string) { w.check(w.DeleteUser(user)) },
	"`around` and `tile`":        func(w *world, _ string) { w.ChangedPoints() },
	"the clock was advanced":     func(w *world, user string) { _, _, err := w.Invoices(user, 0, 1); w.check(err) },
	"`POST …/debts` passes over": func(w *world, user string) { w.madeDebt(user) },
}

// madeDebt makes a debt of a user.
func (w *world) madeDebt(user string) {
	_, err := w.MakeDebt(user, connect.DebtSpec{KWh: dec("10"), Points: []string{virtual}})
	w.check(err)
}

// TestWhatTheREADMENamesCostsMore holds the README's sentence on what costs more
// in large worlds: each operation that it names does.
func TestWhatTheREADMENamesCostsMore(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, sentence, _ := strings.Cut(string(readme), "Calls take the same time in small and large worlds, but for these:")
	sentence, _, _ = strings.Cut(sentence, ".\n")
	if got, want := strings.Count(sentence, ";")+1, len(dearer)-1; got != want { // two of them in one
		t.Errorf("the README has %d parts, want %d", got, want)
	}
	for name, do := range dearer {
		if !strings.Contains(sentence, name) {
			t.Errorf("the README does not name %s", name)
		}
		var looks [2]int64
		for i, n := range []int{5, 500} {
			w, user, running := grown(t, quantity{users: n, billed: n, waiting: n})
			w.check(w.State.Stop(user, running))
			var points []connect.PointOverride
			for k := range n {
				points = append(points, connect.PointOverride{EVSE: fmt.Sprintf("DE*T*X%d", k), Status: ptr(connect.Blocked)})
			}
			w.check(w.Load(connect.Seed{Points: points}))
			two := 2 * time.Hour
			_, err := w.clock.Apply(clock.Change{Advance: &two})
			w.check(err)
			if name != "the clock was advanced" {
				_, _, err = w.Invoices(user, 0, 1)
				w.check(err)
			}
			if strings.Contains(name, "debts") {
				for range n / 10 {
					w.madeDebt(user)
				}
			}
			before := w.Looks()
			do(w, user)
			looks[i] = w.Looks() - before
		}
		if looks[1] < looks[0]+49 {
			t.Errorf("%s looks at %d rows in a small world and %d in a large one", name, looks[0], looks[1])
		}
	}
}
