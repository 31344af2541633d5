package console

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cariqamock/mockserver/internal/admin/adminapi"
)

func TestLifecycle(t *testing.T) {
	tests := map[string]map[string]string{
		"starting":    {"Starting": "lit"},
		"active":      {"Starting": "past", "Active": "lit"},
		"cdr-pending": {"Starting": "past", "Active": "past", "CDR pending": "lit"},
		"billed":      {"Starting": "past", "Active": "past", "CDR pending": "past", "Billed": "lit"},
		"released":    {"Starting": "past", "Active": "past", "CDR pending": "past", "Released": "lit"},
		"debt":        {"Starting": "past", "Active": "past", "CDR pending": "past", "Debt": "lit"},
		"settled":     {"Starting": "past", "Active": "past", "CDR pending": "past", "Debt": "past", "Settled": "lit"},
	}
	for state, want := range tests {
		got := map[string]string{}
		past := 0
		nodes := lifecycle(state)
		for _, n := range nodes {
			if n.Class != "ahead" {
				got[n.Label] = n.Class
				if n.Path != "" {
					past++
				}
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", state, diff)
		}
		if len(nodes) != len(tests) || past != len(want)-1 {
			t.Errorf("%s: %d nodes, %d edges passed; want %d and %d", state, len(nodes), past, len(tests), len(want)-1)
		}
	}
}

func TestMeterChart(t *testing.T) {
	start := time.Date(2026, 4, 2, 14, 0, 0, 0, time.UTC)
	at := func(d time.Duration, kwh string) adminapi.Reading {
		return adminapi.Reading{At: start.Add(d), KWh: kwh}
	}
	s := adminapi.SessionDetail{StartedAt: start, Readings: []adminapi.Reading{at(0, "0.000"), at(15*time.Second, "1.000"), at(30*time.Second, "2.000")}}
	c := chartMeter(s, start.Add(time.Minute))
	// Twice as long as the readings: the line continues level.
	if want := "40.0,96.0 40.0,96.0 114.0,53.0 188.0,10.0 336.0,10.0"; c.Line != want {
		t.Errorf("line %s, want %s", c.Line, want)
	}
	if len(c.Dots) != 3 || c.Last != "2.000" || !c.To.Equal(start.Add(time.Minute)) {
		t.Errorf("%+v", c)
	}
	if c := chartMeter(adminapi.SessionDetail{StartedAt: start}, start); c != nil {
		t.Errorf("a chart without readings: %+v", c)
	}
	zero := chartMeter(adminapi.SessionDetail{StartedAt: start, Readings: []adminapi.Reading{at(0, "0.000")}}, start)
	if strings.Contains(zero.Line, "NaN") || strings.Contains(zero.Line, "Inf") {
		t.Errorf("no time and no energy: %s", zero.Line)
	}
}

func TestCostChart(t *testing.T) {
	tests := []struct {
		hold, cost  string
		width, mark string
		over        bool
	}{
		{"50.00", "25.00", "172.0", "344.0", false},
		{"50.00", "0.00", "0.0", "344.0", false},
		{"50.00", "100.00", "344.0", "172.0", true},
		{"0.00", "0.00", "0.0", "0.0", false},
	}
	for _, tt := range tests {
		if b := chartCost(tt.hold, tt.cost); b.Width != tt.width || b.Mark != tt.mark || b.Over != tt.over {
			t.Errorf("chartCost(%s, %s) = %+v", tt.hold, tt.cost, b)
		}
	}
}

func TestWhen(t *testing.T) {
	now := time.Date(2026, 4, 2, 14, 0, 0, 0, time.UTC)
	for d, want := range map[time.Duration]string{
		0: "now", time.Minute: "in 60 s", 6 * time.Minute: "in 6 min", -25 * time.Minute: "25 min ago",
		-5 * time.Hour: "5 h ago", 72 * time.Hour: "in 3 days",
	} {
		if got := when(now, now.Add(d)); got != want {
			t.Errorf("when(%v) = %q, want %q", d, got, want)
		}
	}
}

// Every action has a form, and every form an action.
func TestFormsAndActions(t *testing.T) {
	files, err := templates.ReadDir("templates")
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, f := range files {
		text, err := templates.ReadFile("templates/" + f.Name())
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	for name := range actions {
		if !strings.Contains(all.String(), `path $w "`+name+`"`) && !strings.Contains(all.String(), `utton $w "`+name+`"`) && !strings.Contains(all.String(), `path .ID "`+name+`"`) {
			t.Errorf("action %s has no form", name)
		}
	}
	for _, text := range []string{`utton $w "`, `method="post" action="{{path $w "`} {
		for _, part := range strings.Split(all.String(), text)[1:] {
			name, _, _ := strings.Cut(part, `"`)
			if _, ok := actions[name]; !ok && name != "copy" { // which has a route of its own, as it opens another world
				t.Errorf("a form has the unknown action %q", name)
			}
		}
	}
}
