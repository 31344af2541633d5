package scenario

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/text"
)

// A span is the time from a session's start to its end.
type span struct {
	path     string
	from, to time.Time
}

// forever is the length of sessions without a known end.
const forever = 100 * 365 * 24 * time.Hour

func (c *checker) sessions(path string, u *User) {
	var spans []span
	methods := ids(u, true)
	for i := range u.Sessions {
		here, ss := fmt.Sprintf("%s.sessions[%d]", path, i), &u.Sessions[i]
		c.once(here+".id", "session", ss.ID)
		c.refers(here, methods, ss.EVSE, ss.PaymentMethod)
		if ss.Rates != nil {
			c.require(*ss.Rates >= 1 && *ss.Rates <= 5, here+".rates", "expected 1 to 5, got %d", *ss.Rates)
		}
		if s, ok := c.facts(here, ss); ok {
			spans = append(spans, s)
			c.charge(here, u, ss)
		}
	}
	slices.SortStableFunc(spans, func(a, b span) int { return a.from.Compare(b.from) })
	for i := 1; i < len(spans); i++ {
		a, b := spans[i-1], spans[i]
		if b.from.Before(a.to) {
			c.fail(b.path+".start", "expected one session at a time: the one at line %d has not ended by then",
				c.at.line(a.path+".start"))
		}
		if spans[i].to.Before(a.to) {
			spans[i].to = a.to
		}
	}
}

// ids returns the ids of the user's methods, if need be with those that the
// user has removed.
func ids(u *User, removed bool) map[string]bool {
	out := map[string]bool{}
	for _, m := range u.PaymentMethods {
		if removed || !m.Removed {
			out[m.ID] = true
		}
	}
	return out
}

// refers checks the charge point and the payment method of a session or hold.
func (c *checker) refers(path string, methods map[string]bool, evse, method string) {
	if !methods[method] {
		c.fail(path+".payment_method", "expected the id of one of the user's payment methods, got %s%s",
			Quote(method), text.DidYouMean(method, slices.Sorted(maps.Keys(methods))))
	}
	_, ok := c.chargePoint(evse)
	c.require(ok || c.known.Catalogue == nil, path+".evse",
		"expected a charge point of the catalogue, of stations or of charge_points, got %s", Quote(evse))
}

// chargePoint returns a charge point as the file has it. ok is false if there is
// none, or if the catalogue is not known.
func (c *checker) chargePoint(evse string) (p connect.ChargePoint, ok bool) {
	if c.known.Catalogue == nil {
		return p, false
	}
	if p, ok = c.own[evse]; !ok {
		p, ok = c.known.Catalogue.ChargePoint(evse)
	}
	o, overridden := c.points[evse]
	switch {
	case !overridden:
		return p, ok
	case !ok:
		p = c.known.Catalogue.Blank(evse)
	}
	return o.On(p), true
}

// settled checks when a debt was paid.
func (c *checker) settled(path string, cdr *CDR) {
	if cdr == nil || cdr.Settled == nil {
		return
	}
	switch at := cdr.Settled.At(c.now); {
	case at.Before(cdr.At.At(c.now)):
		c.fail(path+".cdr.settled", "expected a time not before the CDR's")
	case at.After(c.now):
		c.fail(path+".cdr.settled", "expected a time not after the world's start")
	case cdr.Charge == connect.ChargeSucceeds:
		c.fail(path+".cdr.settled", "expected no settled: the charge succeeds, so nothing is owed")
	}
}

// charge checks what a session says about its final charge.
func (c *checker) charge(path string, u *User, ss *Session) {
	i := slices.IndexFunc(u.PaymentMethods, func(m PaymentMethod) bool { return m.ID == ss.PaymentMethod })
	p, ok := c.chargePoint(ss.EVSE)
	if i < 0 || !ok {
		return
	}
	switch err := ss.seed(c.now).CheckCharge(p, u.PaymentMethods[i].card()); {
	case errors.Is(err, connect.ErrNothingCharged):
		c.fail(path+".cdr.charge", "expected succeed, or more energy: %s", err)
	case err != nil:
		c.fail(path+".cdr.settled", "expected no settled: %s", err)
	}
}

// facts checks a session's times against each other and against its charge
// point. ok is false if there is a mistake.
func (c *checker) facts(path string, ss *Session) (s span, ok bool) {
	before := len(c.wrong.found)
	c.settled(path, ss.CDR)
	start := ss.Start.At(c.now)
	answer, refused := start, false
	o := c.points[ss.EVSE]
	if o.StartDelay != nil {
		answer = start.Add(*o.StartDelay)
	}
	refused = o.Start != nil && (*o.Start == connect.StartFails || *o.Start == connect.StartUnexpected)
	s = span{path: path, from: start}
	c.require(!start.After(c.now), path+".start", "expected a time not after the world's start: a scenario holds what has happened")
	switch {
	case refused:
		s.to = answer
		c.refused(path, ss, answer)
	case ss.Stop == nil:
		s.to = c.unstopped(path, ss, answer)
	default:
		s.to = ss.Stop.At(c.now)
		c.require(!s.to.Before(answer), path+".stop", "expected a time not before the session's start%s", delayed(answer.Sub(start)))
		c.require(ss.CDR == nil || !ss.CDR.At.At(c.now).Before(s.to), path+".cdr.at", "expected a time not before the session's stop")
	}
	return s, len(c.wrong.found) == before
}

// delayed returns the part of a message about a delayed start.
func delayed(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return fmt.Sprintf(", which the charge point delays by %s", shortDuration(d))
}

// unstopped checks a session without a stop, and returns when it ends.
func (c *checker) unstopped(path string, ss *Session, answer time.Time) (end time.Time) {
	c.require(ss.StoppedBy == "", path+".stopped_by", "expected the key stop as well")
	if p, _ := c.chargePoint(ss.EVSE); c.known.Catalogue == nil || p.Script.EndsAfter > 0 {
		end = answer // or at some time after
	} else {
		end = c.now.Add(forever)
		c.require(ss.CDR == nil, path+".cdr", "expected the key stop as well: a CDR needs a session that has ended")
	}
	c.require(ss.CDR == nil || !ss.CDR.At.At(c.now).Before(answer), path+".cdr.at", "expected a time not before the session's start")
	return end
}

// refused checks a session that its charge point will refuse: it can only be
// starting.
func (c *checker) refused(path string, ss *Session, answer time.Time) {
	c.require(answer.After(c.now), path+".start",
		"expected a start that the charge point has not refused yet: add a start_delay to it, or remove its start outcome")
	given := map[string]bool{
		"stop": ss.Stop != nil, "stopped_by": ss.StoppedBy != "", "kwh": ss.KWh != nil, "cdr": ss.CDR != nil, "rates": ss.Rates != nil,
	}
	for _, key := range slices.Sorted(maps.Keys(given)) {
		c.require(!given[key], path+"."+key, "expected no %s: the charge point does not start this session", key)
	}
}
