package stations

import "slices"

// A connector is what a charge point has.
type connector struct {
	Type string
	KW   float64
}

// A layout is the charge points of a station.
type layout struct {
	points  []connector
	speed   string
	classes []int // price classes that occur
}

// A layoutFile is layouts.yaml.
type layoutFile struct {
	Connectors map[string]connector
	Layouts    []struct {
		Weight int
		Points []string
	}
}

// points returns the connectors of some names.
func (f *layoutFile) points(names []string) []connector {
	list := make([]connector, len(names))
	for i, name := range names {
		list[i] = f.Connectors[name]
	}
	return list
}

// addLayout returns the position of a layout, which it adds if there is no such
// one yet.
func (t *tables) addLayout(points []connector) int {
	if i := slices.IndexFunc(t.layouts, func(l layout) bool { return slices.Equal(l.points, points) }); i >= 0 {
		return i
	}
	l := layout{points: points}
	for _, p := range points {
		if class := classOf(p.KW); !slices.Contains(l.classes, class) {
			l.classes = append(l.classes, class)
		}
	}
	l.speed = speeds[slices.Max(l.classes)]
	t.layouts = append(t.layouts, l)
	return len(t.layouts) - 1
}

func (l *layout) hasAny(types []string) bool {
	return len(types) == 0 || slices.ContainsFunc(l.points, func(p connector) bool { return slices.Contains(types, p.Type) })
}

// classes is the number of price classes, which are the speeds by position.
const classes = 3

var speeds = [classes]string{Slow, Fast, Turbo}

// classOf returns the class of a power by the bounds of Chargetrip's speed
// classes, whose names the vendor uses.
func classOf(kw float64) int {
	switch {
	case kw < 43:
		return 0
	case kw < 150:
		return 1
	}
	return 2
}
