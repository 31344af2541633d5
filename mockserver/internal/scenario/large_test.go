package scenario_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/scenario"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// large returns a file of so many users, of whom one has many methods and
// sessions. Its lists may have comments, blank lines and other indentations.
func large(users, sessions int, indent string) string {
	var b strings.Builder
	b.WriteString("# A large file.\nname: big\ntitle: \"T: -\"\nclock: {start: 2026-04-02T14:00:00Z, frozen: true}\nusers: # many\n")
	user := func(i int) {
		fmt.Fprintf(&b, "%s- id: %08d-0000-4000-8000-000000000000\n\n%s  # sessions:\n%s  billing: {city: \"- sessions:\"}\n", indent, i, indent, indent)
		fmt.Fprintf(&b, "%s  payment_methods:\n%s  - {id: pm_%d, default: true}\n", indent, indent, i)
	}
	user(0)
	for i := range sessions {
		fmt.Fprintf(&b, "%s  - {id: pm_0x%d}\n", indent, i)
	}
	fmt.Fprintf(&b, "%s  sessions:\n", indent)
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range sessions {
		from, to := at.Format(time.RFC3339), at.Add(time.Minute).Format(time.RFC3339)
		fmt.Fprintf(&b, "%s    - id: %08d-1000-4000-8000-000000000000\n%s      evse: \"DE*T*1\"\n%s      payment_method: pm_0\n%s      start: %s\n", indent, i, indent, indent, indent, from)
		fmt.Fprintf(&b, "%s      stop: %s\n\n%s      cdr:\n%s        at: %s\n", indent, to, indent, indent, to)
		at = at.Add(time.Minute)
	}
	for i := range users {
		user(i + 1)
	}
	b.WriteString("charge_points:\n- evse: DE*T*1\ntokens: {revoked: true}\n")
	return b.String()
}

// What is read in parts is what a small file says.
func TestLargeFile(t *testing.T) {
	for _, indent := range []string{"", "  ", "    "} {
		sc, err := scenario.Parse("big.yaml", []byte(large(9000, 7000, indent)), scenario.Known{})
		if err != nil {
			t.Fatal(err)
		}
		seed := sc.Seed(sc.Start(time.Time{}))
		first := seed.Users[0]
		if len(seed.Users) != 9001 || len(first.Sessions) != 7000 || len(first.Methods) != 7001 || len(seed.Points) != 1 || !sc.Revoked {
			t.Fatalf("%d users, %d sessions, %d methods, %d points", len(seed.Users), len(first.Sessions), len(first.Methods), len(seed.Points))
		}
		last := seed.Users[9000]
		if last.User.ID != "00009000-0000-4000-8000-000000000000" || *last.Billing.City != "- sessions:" || last.Methods[0].ID != "pm_9000" {
			t.Errorf("the last user: %+v", last)
		}
		if s := first.Sessions[6999]; s.ID != "00006999-1000-4000-8000-000000000000" || s.CDR == nil || !s.CDR.At.Equal(*s.Stop) {
			t.Errorf("the last session: %+v", s)
		}
	}
}

// Mistakes in large files have their lines.
func TestLargeFile_mistakes(t *testing.T) {
	good := strings.Split(large(9000, 7000, "  "), "\n")
	lineOf := func(text string) int {
		return 1 + slices.IndexFunc(good, func(line string) bool { return strings.Contains(line, text) })
	}
	for name, c := range map[string]struct {
		line   int
		change func(line string) string
		want   string
	}{
		"key":       {lineOf("id: 00008000-0000"), func(l string) string { return l + "\n    emial: x" }, "unknown key"},
		"value":     {lineOf("id: 00006000-1000") + 3, func(string) string { return "        start: soon" }, "expected a time"},
		"syntax":    {lineOf("id: 00005000-0000"), func(l string) string { return l + "\n    locale: {" }, "expected YAML"},
		"twice":     {lineOf("id: 00004000-0000"), func(l string) string { return strings.Replace(l, "4000", "0000", 1) }, "expected each user once"},
		"method":    {lineOf("id: 00003000-1000") + 2, func(string) string { return "        payment_method: pm_nobody" }, "one of the user's payment methods"},
		"at a time": {lineOf("id: 00002000-1000") + 3, func(string) string { return "        start: 2026-01-02T09:19:30Z" }, "one session at a time"},
	} {
		t.Run(name, func(t *testing.T) {
			lines := slices.Clone(good)
			lines[c.line-1] = c.change(lines[c.line-1])
			_, err := scenario.Parse("big.yaml", []byte(strings.Join(lines, "\n")), scenario.Known{})
			var mistake *scenario.Error
			if !errors.As(err, &mistake) || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("%.300v, want %s", err, c.want)
			}
			if far := mistake.Line - c.line; far < -6 || far > 6 {
				t.Errorf("line %d, want about %d: %.300v", mistake.Line, c.line, err)
			}
		})
	}
	flow := "name: big\ntitle: T\nusers: [" + strings.Repeat("{id: 9405cf8c-8375-4373-b4d3-b61f9a0c01eb}, ", 30_000) + "]\n"
	if _, err := scenario.Parse("big.yaml", []byte(flow), scenario.Known{}); err == nil || !strings.Contains(err.Error(), "on a line of its own") {
		t.Errorf("a list in one line: %.300v", err)
	}
}

// A world of any size is exported and read again: the parts do not matter.
func TestLargeExport(t *testing.T) {
	texts := []string{"- a", "a: b", "# no", "\n- sessions:\n", "[{", "'\"", "\u2028é😀"}
	for _, c := range []struct{ users, sessions int }{{1, 0}, {5, 3}, {9000, 6000}} {
		now := time.Date(2026, 4, 2, 14, 0, 0, 0, time.UTC)
		state := connect.Snapshot{Now: now}
		for i := range c.users {
			state.Seed.Users = append(state.Seed.Users, connect.SeedUser{
				User:    connect.User{ID: fmt.Sprintf("%08d-0000-4000-8000-000000000000", i), Locale: connect.English},
				Billing: connect.Billing{AccountType: connect.Personal, City: &texts[i%len(texts)]},
				Methods: []connect.PaymentMethod{{ID: fmt.Sprintf("pm_%d", i), Default: true, Card: card(t), CreatedAt: now}},
			})
		}
		u := &state.Seed.Users[0]
		for i := range c.sessions {
			from := now.Add(time.Duration(i-10_000) * time.Minute)
			u.Sessions = append(u.Sessions, connect.SeedSession{
				ID: fmt.Sprintf("%08d-1000-4000-8000-000000000000", i), EVSE: "DE*T*1", MethodID: "pm_0", Start: from, Stop: &from, StoppedBy: connect.ByUser,
				CDR: &connect.CDR{At: now},
			})
		}
		state.Seed.Points = []connect.PointOverride{{EVSE: "DE*T*1"}}
		file, err := exportFile(scenario.Snapshot{Name: "big", Title: "Big", State: state, Frozen: true})
		if err != nil {
			t.Fatal(err)
		}
		sc, err := scenario.Parse("big.yaml", file, scenario.Known{})
		if err != nil {
			t.Fatalf("%.500v", err)
		}
		if diff := cmp.Diff(state.Seed, sc.Seed(now), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%.2000s", diff)
		}
	}
}

// Whether a world fits is known from how much it has.
func TestFits(t *testing.T) {
	for _, c := range []struct {
		connect.Contents
		fits, fails bool
	}{
		{connect.Contents{}, true, false},
		{connect.Contents{Users: 250_000, Methods: 500_000, Sessions: 250_000}, true, false},
		{connect.Contents{Texts: scenario.MaxBytes / 2}, false, false},
		{connect.Contents{Texts: scenario.MaxBytes + 1}, false, true},
	} {
		fits, err := scenario.Fits(c.Contents)
		var large *scenario.TooLargeError
		if fits != c.fits || errors.As(err, &large) != c.fails {
			t.Errorf("%+v: %t, %v", c.Contents, fits, err)
		}
	}
}

func card(t *testing.T) connect.Card {
	t.Helper()
	sc, err := scenario.Parse("x.yaml", []byte("name: x\ntitle: T\nusers: [{id: 9405cf8c-8375-4373-b4d3-b61f9a0c01eb, payment_methods: [{id: pm_1, default: true}]}]\n"), scenario.Known{})
	if err != nil {
		t.Fatal(err)
	}
	return sc.Seed(time.Time{}).Users[0].Methods[0].Card
}
