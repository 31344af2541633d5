package stations

import "slices"

// Connector types that occur, as the vendor's specification spells them.
const (
	typeTwo  = "IEC_62196_T2"
	combo    = "IEC_62196_T2_COMBO"
	chademo  = "CHADEMO"
	domestic = "DOMESTIC_F"
	caravan  = "IEC_60309_2_single_16"
	redThree = "IEC_60309_2_three_32"
)

// A point is the connector of a charge point.
type point struct {
	connector string
	kw        float64
}

// A layout is the charge points of a station.
type layout struct {
	points  []point
	speed   string
	classes []int // price classes that occur
	weight  int   // share among synthetic stations
}

// Price classes are the speeds, by position.
const classes = 3

// classOf uses the bounds of Chargetrip's speed classes, whose words the
// vendor's are.
func classOf(kw float64) int {
	switch {
	case kw < 43:
		return 0
	case kw < 150:
		return 1
	}
	return 2
}

func speedOf(class int) string { return [classes]string{Slow, Fast, Turbo}[class] }

func (l *layout) hasAny(connectors []string) bool {
	return len(connectors) == 0 || slices.ContainsFunc(l.points, func(p point) bool {
		return slices.Contains(connectors, p.connector)
	})
}

// Layouts of the fixed stations, which no synthetic one has.
const (
	layoutSlow = iota
	layoutFast
	layoutTurbo
	layoutTrouble
	fixedLayouts
)

func layouts() []layout {
	t11, t22, t43 := point{typeTwo, 11}, point{typeTwo, 22}, point{typeTwo, 43}
	c50, c100 := point{combo, 50}, point{combo, 100}
	c150, c300 := point{combo, 150}, point{combo, 300}
	j50 := point{chademo, 50}
	plug := point{domestic, 3.7}
	list := []layout{
		layoutSlow:    {points: []point{t22}},
		layoutFast:    {points: []point{c50}},
		layoutTurbo:   {points: []point{c150}},
		layoutTrouble: {points: slices.Repeat([]point{t22}, magicCount)},

		{points: []point{t22}, weight: 8},
		{points: []point{t22, t22}, weight: 34},
		{points: []point{t11, t11}, weight: 12},
		{points: []point{t11}, weight: 3},
		{points: []point{t22, t22, t22, t22}, weight: 6},
		{points: []point{plug, t22}, weight: 3},
		{points: []point{plug, {caravan, 3.7}}, weight: 1},
		{points: []point{{redThree, 22}, t22}, weight: 1},
		{points: []point{c50, j50, t43}, weight: 9},
		{points: []point{c50, t22}, weight: 5},
		{points: []point{c100, c100, t22}, weight: 3},
		{points: []point{c150, c150}, weight: 6},
		{points: []point{c150, c150, j50, t22}, weight: 3},
		{points: []point{c300, c300, c300, c300}, weight: 4},
		{points: []point{c300, c300, c300, c300, c150, c150, t22, t22}, weight: 2},
	}
	for i := range list {
		list[i].finish()
	}
	return list
}

func (l *layout) finish() {
	for _, p := range l.points {
		if class := classOf(p.kw); !slices.Contains(l.classes, class) {
			l.classes = append(l.classes, class)
		}
	}
	l.speed = speedOf(slices.Max(l.classes))
}
