package console

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"cariqamock/mockserver/internal/admin/adminapi"
)

// A node is a state in the chart of a session's lifecycle, which is 344 wide
// and 172 high, in the units of the SVG: readable on a phone without being
// scaled down. A node is 100 wide and 34 high.
type node struct {
	state string
	Label string
	X, Y  int
	from  string // the state before; empty for the first
	Path  string // of the edge from there
	Class string // lit, past or ahead
}

// lifecycle returns the nodes for a session in a state, which is lit.
func lifecycle(state string) []node {
	nodes := []node{
		{state: "starting", Label: "Starting", X: 2, Y: 4},
		{state: "active", Label: "Active", X: 122, Y: 4, from: "starting", Path: "M102 21 H122"},
		{state: "cdr-pending", Label: "CDR pending", X: 242, Y: 4, from: "active", Path: "M222 21 H242"},
		{state: "billed", Label: "Billed", X: 2, Y: 70, from: "cdr-pending", Path: "M292 38 V54 H52 V70"},
		{state: "released", Label: "Released", X: 122, Y: 70, from: "cdr-pending", Path: "M292 38 V54 H172 V70"},
		{state: "debt", Label: "Debt", X: 242, Y: 70, from: "cdr-pending", Path: "M292 38 V54 H292 V70"},
		{state: "settled", Label: "Settled", X: 242, Y: 134, from: "debt", Path: "M292 104 V134"},
	}
	class := "lit"
	for i := len(nodes) - 1; i >= 0; i-- { // a state comes after the one before it
		nodes[i].Class = "ahead"
		if nodes[i].state == state {
			nodes[i].Class, class, state = class, "past", nodes[i].from
		}
	}
	return nodes
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
	f, _ := strconv.ParseFloat(s, 64)
	return f
}

// A costChart compares a session's cost with its hold. It is 344 wide.
type costChart struct {
	Width string // of the cost
	Mark  string // where the hold ends
	Over  bool   // the cost is more than the hold
}

const barWidth = 344.0

func chartCost(hold, cost string) costChart {
	h, c := parseFloat(hold), parseFloat(cost)
	most := math.Max(h, c)
	if most == 0 {
		most = 1
	}
	return costChart{Width: coordinate(barWidth * c / most), Mark: coordinate(barWidth * h / most), Over: c > h}
}
