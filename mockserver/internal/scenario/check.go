package scenario

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"cariqamock/mockserver/internal/clock"
	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/fault"
	"cariqamock/mockserver/internal/limit"
	"cariqamock/mockserver/internal/stripe/testcard"
	"cariqamock/mockserver/internal/text"
)

// A checker finds what can be decoded but is not valid: dangling references and
// impossible states.
type checker struct {
	f     *File
	at    positions
	known Known
	wrong *mistakes

	// now is the start of a world that starts right away. What is past then is
	// past for every later world.
	now    time.Time
	points map[string]connect.PointOverride // those of the file, by EVSE id
	own    map[string]connect.ChargePoint   // of the file\'s stations, by EVSE id
	taken  map[string]string                // the path of each id, by its kind and itself
	saved  map[string]bool                  // the names that the try steps have saved so far
}

func newChecker(f *File, at positions, known Known, wrong *mistakes, wall time.Time) *checker {
	return &checker{
		f: f, at: at, known: known, wrong: wrong, now: f.start(wall),
		points: map[string]connect.PointOverride{}, own: map[string]connect.ChargePoint{}, taken: map[string]string{}, saved: map[string]bool{varWorld: true},
	}
}

// fail adds a mistake at a path, or at the nearest object around it that the
// file has.
func (c *checker) fail(path, format string, args ...any) {
	c.wrong.at(c.at.near(path), format, args...)
}

// require adds a mistake at a path unless a condition holds.
func (c *checker) require(holds bool, path, format string, args ...any) {
	if !holds {
		c.fail(path, format, args...)
	}
}

// once adds a mistake if an id of a kind occurs twice.
func (c *checker) once(path, kind, id string) {
	if other, ok := c.taken[kind+" "+id]; ok {
		c.fail(path, "expected each %s once: %s is already at line %d", kind, Quote(id), c.at.line(other))
		return
	}
	c.taken[kind+" "+id] = path
}

func (c *checker) file(base string) {
	c.require(c.f.Name == base || c.known.AnyName, "name", "expected %s, the file's name without .yaml", Quote(base))
	if c.known.applied {
		c.onlyState()
	}
	c.require(strings.TrimSpace(c.f.Title) != "" && !strings.ContainsAny(c.f.Title, "\r\n"), "title", "expected a line of text")
	for i, id := range c.f.Proves {
		path := fmt.Sprintf("proves[%d]", i)
		c.rule(path, id)
		c.once(path, "rule", id)
	}
	c.require(c.f.Clock.Start == nil || c.f.Clock.Start.Absolute(), "clock.start",
		"expected an absolute time, such as 2026-04-02T14:00:00Z: the other times are relative to it")
	if speed := c.f.Clock.Speed; speed != nil {
		c.require(*speed > 0 && *speed <= clock.MaxSpeed, "clock.speed",
			"expected more than 0 and at most %d, got %v", int(clock.MaxSpeed), *speed)
	}
	c.faults()
	c.require(len(c.f.Stations) <= maxStations, "stations", "expected at most %d stations, got %d", maxStations, len(c.f.Stations))
	for i := range c.f.Stations {
		c.station(fmt.Sprintf("stations[%d]", i), &c.f.Stations[i])
	}
	for i := range c.f.ChargePoints {
		c.point(fmt.Sprintf("charge_points[%d]", i), &c.f.ChargePoints[i])
	}
	for i := range c.f.Users {
		c.user(fmt.Sprintf("users[%d]", i), &c.f.Users[i])
	}
	c.steps()
}

func (c *checker) faults() {
	if n := len(c.f.Faults); n > limit.Faults {
		c.fail("faults", "expected at most %d faults, got %d", limit.Faults, n)
		return
	}
	for i, f := range c.f.Faults {
		var bad *fault.FieldError
		if errors.As(fault.Spec(f).Validate(c.known.Operations), &bad) {
			c.fail(fmt.Sprintf("faults[%d].%s", i, bad.Field), "%s", bad.Text)
		}
	}
}

func (c *checker) rule(path, id string) {
	c.require(c.known.Rule == nil || c.known.Rule(id), path,
		"expected the id of a rule, such as remove-payment-method/debt; there is no rule %s", Quote(id))
}

func (c *checker) point(path string, p *ChargePoint) {
	c.once(path+".evse", "charge point", p.EVSE)
	c.points[p.EVSE] = p.override()
	if p.StopStatus != nil {
		switch {
		case *p.StopStatus != 409 && *p.StopStatus != 424:
			c.fail(path+".stop_status", "expected 424 or 409, got %d", *p.StopStatus)
		case p.Stop == nil || *p.Stop != connect.StopFails:
			c.fail(path+".stop_status", "expected stop: fail as well")
		}
	}
	for i := 1; i < len(p.Meter); i++ {
		last, r, here := p.Meter[i-1], p.Meter[i], fmt.Sprintf("%s.meter[%d]", path, i)
		c.require(r.At > last.At, here+".at", "expected a time after the reading before, which is at %s", last.At)
		c.require(!r.KWh.LessThan(last.KWh), here+".kwh",
			"expected at least %s, the reading before: meter readings never fall", last.KWh)
	}
}

func (c *checker) user(path string, u *User) {
	c.once(path+".id", "user", u.ID)
	c.methods(path, u.PaymentMethods)
	c.sessions(path, u)
	methods := ids(u, false)
	for i, h := range u.Holds {
		c.refers(fmt.Sprintf("%s.holds[%d]", path, i), methods, h.EVSE, h.PaymentMethod)
	}
}

func (c *checker) methods(path string, ms []PaymentMethod) {
	first := -1
	for i, m := range ms {
		here := fmt.Sprintf("%s.payment_methods[%d]", path, i)
		c.once(here+".id", "payment method", m.ID)
		if _, ok := testcard.ByToken(m.Behaves); m.Behaves != "" && !ok {
			c.fail(here+".behaves", "expected a Stripe test card, such as pm_card_visa, got %s%s",
				Quote(m.Behaves), text.DidYouMean(m.Behaves, testcard.Tokens()))
		}
		c.require(m.Created == nil || !m.Created.At(c.now).After(c.now), here+".created", "expected a time not after the world's start")
		switch {
		case !m.Default:
		case m.Removed:
			c.fail(here+".default", "expected default or removed, not both")
		case first >= 0:
			c.fail(here+".default", "expected one default method: payment_methods[%d] is the default already", first)
		default:
			first = i
		}
	}
}
