package stations

import (
	"cmp"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"cariqamock/mockserver/internal/connect"
)

// Kinds of fixed charge points. The third is shared: the vendor's, for one user
// at a time.
const (
	kindProgress = "progress" // the vendor's, for any number of users
	kindMagic    = "magic"    // the fake's own
)

// A fixedFile is fixed.yaml.
type fixedFile struct {
	Kinds map[string]struct {
		Open              bool
		Behavior, Outcome string
	}
	Readings struct {
		Count int64
		Every time.Duration
		Wh    int64
	}
	CDRWh    int64 `yaml:"cdr_wh"`
	Stations []fixedStation
}

// A fixedStation is one that every catalogue has, whatever the seed.
type fixedStation struct {
	ID                  string
	Name, Address       string
	Country             string
	Latitude, Longitude float64 // degrees
	Operator            string
	Amenities           []string
	Kind                string // of all its charge points
	Connector           string // likewise
	Points              []fixedPoint

	at                        position
	country, operator, layout int // positions in the tables
}

// A fixedPoint is a charge point that testers know by its id.
type fixedPoint struct {
	EVSE      string
	Behavior  string // one sentence
	Outcome   string // the documented answer or state
	Status    connect.EVSEStatus
	Start     connect.StartOutcome
	Stop      connect.StopOutcome
	Charge    connect.ChargeOutcome
	EndsAfter time.Duration `yaml:"ends_after"`
	NeverCDR  bool          `yaml:"never_cdr"`
	CDRWh     *int64        `yaml:"cdr_wh"`

	script connect.Script
}

// addFixed connects the fixed stations with the tables.
func (t *tables) addFixed(f fixedFile, plan layoutFile) {
	readings := make([]connect.Reading, f.Readings.Count)
	for i := range readings {
		k := int64(i + 1)
		readings[i] = connect.Reading{At: time.Duration(k) * f.Readings.Every, KWh: decimal.New(k*f.Readings.Wh, -3)}
	}
	for i := range f.Stations {
		s := &f.Stations[i]
		s.at, s.country, s.operator = inDegrees(s.Latitude, s.Longitude), t.country(s.Country), t.operator(s.Operator)
		s.layout = t.addLayout(slices.Repeat([]connector{plan.Connectors[s.Connector]}, len(s.Points)))
		kind := f.Kinds[s.Kind]
		for j := range s.Points {
			p := &s.Points[j]
			p.Behavior, p.Outcome = cmp.Or(p.Behavior, kind.Behavior), cmp.Or(p.Outcome, kind.Outcome)
			p.Status = cmp.Or(p.Status, connect.Available)
			kwh := decimal.New(*cmp.Or(p.CDRWh, &f.CDRWh), -3)
			p.script = connect.Script{
				Start: p.Start, Stop: p.Stop, Charge: p.Charge, EndsAfter: p.EndsAfter, NeverCDR: p.NeverCDR, CDRKWh: &kwh,
			}
			if kind.Open {
				p.script.Open, p.script.Meter, p.script.AfterStop = true, readings, true
			}
		}
	}
	t.fixed = f.Stations
}

// A KnownPoint is a charge point that behaves in a known way. The admin API
// shows it as it is.
type KnownPoint struct {
	EVSE     string `json:"evse"`
	Station  string `json:"station"`  // its name
	Kind     string `json:"kind"`     // magic: of the trouble station; virtual: the vendor's, including the one of its worked example
	Behavior string `json:"behavior"` // what happens there, a sentence
	Outcome  string `json:"outcome"`  // the documented answer or state that follows
}

// Known returns the charge points with known behavior, the magic ones first.
func (c *Catalogue) Known() []KnownPoint {
	var magic, virtual []KnownPoint
	for _, s := range c.fixed {
		for _, p := range s.Points {
			if s.Kind == kindMagic {
				magic = append(magic, KnownPoint{p.EVSE, s.Name, "magic", p.Behavior, p.Outcome})
			} else {
				virtual = append(virtual, KnownPoint{p.EVSE, s.Name, "virtual", p.Behavior, p.Outcome})
			}
		}
	}
	return append(magic, virtual...)
}

// OpenPoints returns the EVSE ids of the virtual charge points with progress:
// any number of users may charge there at once.
func (c *Catalogue) OpenPoints() []string {
	var list []string
	for _, s := range c.fixed {
		for _, p := range s.Points {
			if s.Kind == kindProgress {
				list = append(list, p.EVSE)
			}
		}
	}
	return list
}
