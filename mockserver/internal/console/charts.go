package console

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"cariqamock/mockserver/internal/admin/adminapi"
)

// A lifecycleChart shows the states of a session, with the current one lit. It
// is 344 wide and 172 high, in the units of the SVG: readable on a phone
// without being scaled down.
type lifecycleChart struct {
	Nodes []node
	Edges []edge
}

type node struct {
	X, Y  int
	Label string
	Class string // lit, past or ahead
}

type edge struct{ D, Class string }

// The size of a node.
const (
	nodeWidth  = 100
	nodeHeight = 34
)

func chartLifecycle(state string) lifecycleChart {
	places := []struct {
		state, label string
		x, y         int
		from         string
	}{
		{"starting", "Starting", 2, 4, ""},
		{"active", "Active", 122, 4, "starting"},
		{"cdr-pending", "CDR pending", 242, 4, "active"},
		{"billed", "Billed", 2, 70, "cdr-pending"},
		{"released", "Released", 122, 70, "cdr-pending"},
		{"debt", "Debt", 242, 70, "cdr-pending"},
		{"settled", "Settled", 242, 134, "debt"},
	}
	before := map[string]string{}
	for _, p := range places {
		before[p.state] = p.from
	}
	class := map[string]string{}
	for at := before[state]; at != ""; at = before[at] {
		class[at] = "past"
	}
	class[state] = "lit"
	var chart lifecycleChart
	for _, p := range places {
		c := class[p.state]
		if c == "" {
			c = "ahead"
		}
		chart.Nodes = append(chart.Nodes, node{p.x, p.y, p.label, c})
		if p.from != "" {
			e := edge{edgePath(p.x, p.y, p.from), "past"}
			if c == "ahead" {
				e.Class = "ahead"
			}
			chart.Edges = append(chart.Edges, e)
		}
	}
	return chart
}

// edgePath returns the SVG path to a node from the one before.
func edgePath(x, y int, from string) string {
	middle := x + nodeWidth/2
	switch from {
	case "cdr-pending": // down, across, and down
		return fmt.Sprintf("M292 %d V54 H%d V%d", 4+nodeHeight, middle, y)
	case "debt":
		return fmt.Sprintf("M%d %d V%d", middle, 70+nodeHeight, y)
	}
	return fmt.Sprintf("M%d %d H%d", x-20, y+nodeHeight/2, x)
}

// A meterChart shows the meter's total over time. It is 344 wide and 120 high.
type meterChart struct {
	Line, Area string
	Dots       []dot
	From, To   time.Time
	Last       string // kWh
}

type dot struct {
	X, Y string
	Text string
}

// The frame of the meter chart.
const (
	curveLeft, curveRight = 40.0, 336.0
	curveTop, curveBase   = 10.0, 96.0
	maxDots               = 24
)

// chartMeter returns the chart of a session's readings, or nil if there are
// none.
func chartMeter(s adminapi.SessionDetail, now time.Time) *meterChart {
	if len(s.Readings) == 0 {
		return nil
	}
	to := now
	if s.EndedAt != nil {
		to = *s.EndedAt
	}
	last := s.Readings[len(s.Readings)-1]
	if last.At.After(to) {
		to = last.At
	}
	span := to.Sub(s.StartedAt).Seconds()
	highest := 0.0
	for _, r := range s.Readings {
		highest = math.Max(highest, parseFloat(r.KWh))
	}
	place := func(r adminapi.Reading) (x, y float64) {
		x, y = curveLeft, curveBase
		if span > 0 {
			x += (curveRight - curveLeft) * r.At.Sub(s.StartedAt).Seconds() / span
		}
		if highest > 0 {
			y -= (curveBase - curveTop) * parseFloat(r.KWh) / highest
		}
		return x, y
	}
	c := &meterChart{From: s.StartedAt, To: to, Last: last.KWh}
	points := []string{coordinate(curveLeft) + "," + coordinate(curveBase)}
	for _, r := range s.Readings {
		x, y := place(r)
		points = append(points, coordinate(x)+","+coordinate(y))
		if len(s.Readings) <= maxDots {
			c.Dots = append(c.Dots, dot{coordinate(x), coordinate(y), r.KWh + " kWh at " + r.At.Format(time.TimeOnly)})
		}
	}
	_, y := place(last)
	points = append(points, coordinate(curveRight)+","+coordinate(y))
	c.Line = strings.Join(points, " ")
	c.Area = strings.Join(slices.Concat(points, []string{
		coordinate(curveRight) + "," + coordinate(curveBase), coordinate(curveLeft) + "," + coordinate(curveBase),
	}), " ")
	return c
}

func coordinate(f float64) string { return strconv.FormatFloat(f, 'f', 1, 64) }

// parseFloat parses a decimal. It returns 0 for anything else.
func parseFloat(s string) float64 {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return 0
	}
	return f
}

// A costChart compares a session's cost with its hold. It is 344 wide.
type costChart struct {
	Hold, Cost string
	Width      string // of the cost
	Mark       string // where the hold ends
	Over       bool   // the cost is more than the hold
}

const barWidth = 344.0

func chartCost(hold, cost string) costChart {
	h, c := parseFloat(hold), parseFloat(cost)
	b := costChart{Hold: hold, Cost: cost, Over: c > h}
	most := math.Max(h, c)
	if most == 0 {
		most = 1
	}
	b.Width, b.Mark = coordinate(barWidth*c/most), coordinate(barWidth*h/most)
	return b
}
