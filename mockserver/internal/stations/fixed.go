package stations

import (
	"cmp"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"cariqamock/mockserver/internal/connect"
)

// Kinds of fixed charge points.
const (
	kindShared   = "shared"   // the vendor's, for one user at a time
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

// A MagicPoint is a charge point that behaves in a known way.
type MagicPoint struct {
	EVSE     string
	Behavior string // what happens there, a sentence
	Outcome  string // the documented answer or state that follows
}

// Magic returns the charge points of the trouble station.
func (c *Catalogue) Magic() []MagicPoint { return c.known(kindMagic) }

// Virtual returns the vendor's virtual charge points and the one of its worked
// example.
func (c *Catalogue) Virtual() []MagicPoint { return c.known(kindShared, kindProgress) }

// OpenPoints returns the EVSE ids of the virtual charge points with progress:
// any number of users may charge there at once.
func (c *Catalogue) OpenPoints() []string {
	var list []string
	for _, p := range c.known(kindProgress) {
		list = append(list, p.EVSE)
	}
	return list
}

func (c *Catalogue) known(kinds ...string) []MagicPoint {
	var list []MagicPoint
	for _, s := range c.fixed {
		if !slices.Contains(kinds, s.Kind) {
			continue
		}
		for _, p := range s.Points {
			list = append(list, MagicPoint{p.EVSE, p.Behavior, p.Outcome})
		}
	}
	return list
}
