package scenario_test

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"cariqamock/internal/property"
	"cariqamock/mockserver/internal/clock"
	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/fault"
	"cariqamock/mockserver/internal/scenario"
	"cariqamock/mockserver/internal/scenario/library"
	"cariqamock/mockserver/internal/stations"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// knownIn is what scenarios may refer to on a server with a catalogue.
func knownIn(c *stations.Catalogue) scenario.Known {
	k := known()
	k.Catalogue, k.Operations = c, nil
	return k
}

// answers are all answers about a user.
type answers struct {
	User     connect.User
	Billing  connect.Billing
	Methods  []connect.PaymentMethod
	Sessions []connect.Session
	Each     []connect.Session
	Debts    []connect.Debt
	Invoices []connect.Invoice
	Removal  map[string][]string // rules by method
}

// everything is all answers of a state.
type everything struct {
	Order      []string
	Users      map[string]answers
	Inspected  []connect.Session
	Points     []connect.PointDetail
	Status     map[string]connect.EVSEStatus
	Invariants []string
}

// readAll reads everything that a state shows, except client secrets.
func readAll(s *connect.State, evses, sessions []string) everything {
	out := everything{Users: map[string]answers{}, Status: map[string]connect.EVSEStatus{}, Invariants: s.Invariants()}
	_, users := s.Users("", 0, 1000)
	for _, u := range users {
		out.Order = append(out.Order, u.ID)
		out.Users[u.ID] = readUser(s, u)
	}
	for _, evse := range evses {
		if st, differs := s.PointStatus(evse); differs {
			out.Status[evse] = st
		}
	}
	out.Points, _, _ = s.InspectPoints(evses, "", 1000)
	for _, id := range sessions {
		if v, err := s.InspectSession(id); err == nil {
			v.Readings = nil // those of an operator are a single one in the file
			out.Inspected = append(out.Inspected, v)
		}
	}
	return out
}

func readUser(s *connect.State, u connect.User) answers {
	a := answers{User: u, Removal: map[string][]string{}}
	a.Billing, _ = s.Billing(u.ID)
	_, a.Methods, _ = s.PaymentMethods(u.ID, 0, 1000)
	_, a.Sessions, _ = s.Sessions(u.ID, 0, 1000)
	for _, o := range a.Sessions {
		v, err := s.Session(u.ID, o.ID)
		if err != nil {
			v = connect.Session{ID: err.Error()}
		}
		a.Each = append(a.Each, v)
	}
	_, a.Debts, _ = s.Debts(u.ID, 0, 1000)
	for i, d := range a.Debts { // another intent pays it
		a.Debts[i].Intent = connect.Intent{Amount: d.Amount, Currency: d.Currency}
	}
	_, a.Invoices, _ = s.Invoices(u.ID, 0, 1000)
	for _, m := range a.Methods {
		rules, _ := s.Removal(u.ID, m.ID)
		for _, r := range rules {
			a.Removal[m.ID] = append(a.Removal[m.ID], r.ID)
		}
	}
	return a
}

func same() cmp.Options {
	return cmp.Options{
		cmp.Comparer(func(a, b *time.Location) bool { return a.String() == b.String() }),
		cmpopts.EquateEmpty(),
	}
}

// probe starts a session of every user with each method at a few charge points
// in turn, and returns the outcomes: holds are visible in them only.
func probe(s *connect.State, evses []string) []string {
	var out []string
	gone, leave := context.WithCancel(context.Background())
	leave() // nobody waits for slow providers
	_, users := s.Users("", 0, 1000)
	for _, u := range users {
		_, methods, _ := s.PaymentMethods(u.ID, 0, 1000)
		for _, m := range methods {
			for _, evse := range evses {
				v, err := s.Start(gone, u.ID, evse, m.ID)
				how := fmt.Sprint(v.State, err)
				if r, ok := connect.AsRefusal(err); ok && r.Secret != "" {
					id, _, _ := strings.Cut(r.Secret, "_secret_")
					i, _ := s.Intent(id)
					begun := i.Status == connect.RequiresAction && i.Method.ID == m.ID // exports omit 3-D Secure with another card
					how += fmt.Sprint(" ", begun, i.Amount, i.Currency)
				}
				out = append(out, u.ID+" "+m.ID+" "+evse+" "+how)
				if err == nil {
					_ = s.Stop(u.ID, v.ID)
				}
			}
		}
	}
	return out
}

// copyOf exports a world and loads the file into another.
func copyOf(t *rapid.T, m *machine, c *stations.Catalogue) (*connect.State, *clock.Clock, []string) {
	d := m.state.Snapshot()
	file, err := exportFile(scenario.Snapshot{Name: "copy", Title: "A copy", State: d, Frozen: true})
	if err != nil {
		t.Fatal(err)
	}
	sc, err := scenario.Parse("copy.yaml", file, knownIn(c))
	if err != nil {
		t.Fatalf("%s\n%s", err, file)
	}
	wall := func() time.Time { return time.Date(2031, 1, 1, 0, 0, 0, 0, time.UTC) }
	start := sc.Start(wall())
	if !start.Equal(d.Now) || !sc.Frozen || sc.Speed != 1 {
		t.Fatalf("the copy starts at %s, frozen %t, speed %v", start, sc.Frozen, sc.Speed)
	}
	clk := clock.New(wall, start, sc.Frozen)
	s := newState(c, clk)
	if err := s.Load(sc.Seed(start)); err != nil {
		t.Fatalf("%s\n%s", err, file)
	}
	var sessions []string
	for _, u := range d.Seed.Users {
		for _, ss := range u.Sessions {
			sessions = append(sessions, ss.ID)
		}
	}
	return s, clk, sessions
}

func TestExportRecreatesTheWorld(t *testing.T) {
	c := stations.New(stations.Config{Count: 40})
	property.Check(t, func(t *rapid.T) {
		ctx, cancel := context.WithCancel(context.Background())
		m := newMachine(ctx, t, c)
		defer m.finish(cancel)
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			m.step()
		}
		replica, clk, sessions := copyOf(t, m, c)
		for i := range 4 {
			want, got := readAll(m.state, m.evses, sessions), readAll(replica, m.evses, sessions)
			if len(want.Invariants) > 0 {
				t.Fatal(want.Invariants)
			}
			if diff := cmp.Diff(want, got, same()); diff != "" {
				t.Fatalf("after %d moves, -original +copy\n%s\n%s", i, diff, exported(t, m.state))
			}
			d := time.Duration(rapid.Int64Range(0, 1_000_000_000).Draw(t, "later")) * time.Microsecond
			m.advance(d)
			if _, err := clk.Apply(clock.Change{Advance: &d}); err != nil {
				t.Fatal(err)
			}
		}
		quick := slices.DeleteFunc(slices.Clone(m.evses), func(e string) bool { return e == slow || e == refusing })
		if diff := cmp.Diff(probe(m.state, quick), probe(replica, quick)); diff != "" {
			t.Fatalf("starts, -original +copy\n%s", diff)
		}
	})
}

func exported(t *rapid.T, s *connect.State) string {
	file, err := exportFile(scenario.Snapshot{Name: "copy", Title: "A copy", State: s.Snapshot(), Frozen: true})
	if err != nil {
		t.Fatal(err)
	}
	return string(file)
}

// A copy of a copy is the same file.
func TestExportIsStable(t *testing.T) {
	c := stations.New(stations.Config{Count: 40})
	property.Check(t, func(t *rapid.T) {
		ctx, cancel := context.WithCancel(context.Background())
		m := newMachine(ctx, t, c)
		defer m.finish(cancel)
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			m.step()
		}
		replica, _, _ := copyOf(t, m, c)
		if diff := cmp.Diff(exported(t, m.state), exported(t, replica)); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestExportBuiltins(t *testing.T) {
	c := stations.New(stations.Config{Count: 400})
	l := library.New(builtin(), knownIn(c))
	wall := func() time.Time { return time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC) }
	for _, name := range l.Names() {
		s, err := l.Get(name)
		if err != nil {
			t.Error(err)
			continue
		}
		start := s.Start(wall())
		state := newState(c, clock.New(wall, start, true))
		if err := state.Load(s.Seed(start)); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		file, err := exportFile(scenario.Snapshot{
			Name: name, Title: s.Title, State: state.Snapshot(), Frozen: s.Frozen, Speed: s.Speed, Faults: s.Faults(), Revoked: s.Revoked,
		})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		again, err := scenario.Parse(name+".yaml", file, knownIn(c))
		if err != nil {
			t.Errorf("%s: %v\n%s", name, err, file)
			continue
		}
		if diff := cmp.Diff([]any{s.Frozen, s.Revoked, s.Speed, s.Faults()}, []any{again.Frozen, again.Revoked, again.Speed, again.Faults()}); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestExportKeepsClockFaultsAndToken(t *testing.T) {
	now := time.Date(2026, 4, 2, 14, 0, 0, 1000, time.UTC)
	three, half, wait, yes := 3, 0.5, fault.Duration{Duration: 250 * time.Millisecond, Text: "250ms"}, true
	once, reset := fault.DropOnce, fault.DropReset
	status, kind := 403, string(connect.PaymentError)
	faults := []fault.Spec{
		{Operation: "*", User: "u", Skip: &three, Times: &three, Status: &status, Error: &kind},
		{Operation: "users_list", Probability: &half, Delay: &wait},
		{Operation: "users_list", Drop: &once}, {Operation: "users_destroy", User: "u", Drop: &reset}, {Operation: "*", Truncate: &yes}, {Operation: "*", RateLimit: &fault.Duration{Duration: 90 * time.Second, Text: "1m30s"}},
	}
	file, err := exportFile(scenario.Snapshot{
		Name: "x", Title: "A: \"title\"", State: connect.Snapshot{Now: now}, Speed: 1e6, Faults: faults, Revoked: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	s, err := scenario.Parse("x.yaml", file, known())
	if err != nil {
		t.Fatalf("%v\n%s", err, file)
	}
	if !s.Start(time.Time{}).Equal(now) || s.Frozen || s.Speed != 1e6 || !s.Revoked || s.Title != "A: \"title\"" {
		t.Errorf("got %+v", s)
	}
	if diff := cmp.Diff(faults, s.Faults()); diff != "" {
		t.Error(diff)
	}
}

// TestExportShowsNoSecret stores secrets in every text of a user, and in a fault.
func TestExportShowsNoSecret(t *testing.T) {
	n := 0
	secret := func() *string {
		n++
		return new(fmt.Sprintf("eyJhbGciOiJub25lIn0.hush%d.x", n))
	}
	user := func(id string) connect.SeedUser {
		u := connect.SeedUser{User: connect.User{ID: id, Email: new(*secret() + "@example.com"), Locale: connect.English}}
		u.User.Custom = &connect.CustomProperties{ExternalID: secret()}
		b := reflect.ValueOf(&u.Billing).Elem()
		for i := range b.NumField() {
			if b.Field(i).Type() == reflect.TypeFor[*string]() {
				b.Field(i).Set(reflect.ValueOf(secret()))
			}
		}
		u.Methods = []connect.PaymentMethod{{ID: "pm_" + id[:8], Default: true, Card: connect.Card{
			Type: connect.TypeCard, Brand: "visa", Last4: "4242", ExpMonth: 1, ExpYear: 2040, Holder: secret(), Conduct: connect.Conduct{Token: "pm_card_visa"},
		}}}
		return u
	}
	state := connect.Snapshot{Now: time.Date(2026, 4, 2, 14, 0, 0, 0, time.UTC)}
	state.Seed.Users = []connect.SeedUser{user("9405cf8c-8375-4373-b4d3-b61f9a0c01eb"), user("9405cf8d-8375-4373-b4d3-b61f9a0c01eb")}
	again := *state.Seed.Users[1].User.Custom.ExternalID
	drop := fault.DropOnce
	file, err := exportFile(scenario.Snapshot{Name: "x", Title: "X", State: state, Faults: []fault.Spec{{Operation: "*", User: again, Drop: &drop}}})
	if err != nil {
		t.Fatal(err)
	}
	text := string(file)
	if strings.Contains(text, "hush") || !strings.Contains(text, "\n# Texts that look like secrets") || strings.Count(text, fmt.Sprintf("redacted-%d", n)) == 0 {
		t.Errorf("%d secrets:\n%s", n, text)
	}
	if *state.Seed.Users[1].User.Custom.ExternalID != again {
		t.Error("the export has changed the world")
	}
	s, err := scenario.Parse("x.yaml", file, known())
	if err != nil {
		t.Fatal(err)
	}
	got := s.Seed(state.Now).Users
	if id := *got[1].User.Custom.ExternalID; id == *got[0].User.Custom.ExternalID || id != s.Faults()[0].User {
		t.Errorf("external ids %s and %s, fault for %s", *got[0].User.Custom.ExternalID, id, s.Faults()[0].User)
	}
	if ordinary, err := exportFile(scenario.Snapshot{Name: "x", Title: "X", State: connect.Snapshot{Now: state.Now}}); err != nil || strings.Contains(string(ordinary), "redacted") {
		t.Errorf("without secrets: %v\n%s", err, ordinary)
	}
}

func TestExportRefusesImpossibleValues(t *testing.T) {
	far := connect.Snapshot{Now: time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC)}
	for want, s := range map[string]scenario.Snapshot{
		"expected a year from 2000 to 2099":  {Name: "x", Title: "T", State: far},
		"expected a name of 1 to 40":         {Name: "X Y", Title: "T"},
		"expected a line of text":            {Name: "x", Title: " ", State: connect.Snapshot{Now: time.Unix(1e9, 0)}},
		"expected a duration such as 250ms":  {Name: "x", Title: "T", State: connect.Snapshot{Now: time.Unix(1e9, 0)}, Faults: []fault.Spec{{Operation: "*", Delay: &fault.Duration{}}}},
		"expected exactly one of status":     {Name: "x", Title: "T", State: connect.Snapshot{Now: time.Unix(1e9, 0)}, Faults: []fault.Spec{{Operation: "*"}}},
		"expected more than 0 and at most 1": {Name: "x", Title: "T", State: connect.Snapshot{Now: time.Unix(1e9, 0)}, Speed: -1},
	} {
		if _, err := exportFile(s); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
}

// The machine must reach every state that an export has to restore. Its runs
// have fixed seeds.
func TestMachineReachesEveryState(t *testing.T) {
	c := stations.New(stations.Config{Count: 40})
	seen := map[string]int{}
	run := rapid.Custom(func(t *rapid.T) bool {
		ctx, cancel := context.WithCancel(context.Background())
		m := newMachine(ctx, t, c)
		defer m.finish(cancel)
		for range 60 {
			m.step()
		}
		for _, u := range m.state.Snapshot().Seed.Users {
			seen["removed"] += len(u.Removed)
			for _, h := range u.Holds {
				seen["hold "+string(h.Status)]++
			}
			for _, ss := range u.Sessions {
				v, _ := m.state.InspectSession(ss.ID)
				seen[string(v.State)]++
				if ss.KWh != nil {
					seen["meter"]++
				}
			}
		}
		return true
	})
	for seed := range 400 {
		run.Example(seed)
	}
	for _, what := range []string{"removed", "hold requires_capture", "hold requires_action", "meter", "starting", "active", "cdr-pending", "billed", "released", "debt", "settled"} {
		if seen[what] == 0 {
			t.Errorf("never %s; seen %v", what, slices.Sorted(maps.Keys(seen)))
		}
	}
	t.Log(seen)
}

// exportFile returns a world as a scenario file.
func exportFile(s scenario.Snapshot) ([]byte, error) {
	e, err := scenario.Export(s)
	if err != nil {
		return nil, err
	}
	return e.Bytes()
}
