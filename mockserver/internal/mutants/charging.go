package mutants

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"cariqamock/mockserver"
)

const (
	opStart    = "users_charging_start_create"
	opStop     = "users_charging_stop_create"
	opSession  = "users_charging_sessions_retrieve"
	opSessions = "users_charging_sessions_list"
	opRate     = "users_charging_sessions_partial_update"
	opDebts    = "users_charging_debts_list"
	opInvoices = "users_invoices_list"
)

func chargeMutants() []Mutant {
	session := opSession + " 200"
	out := []Mutant{
		behavior("a second session takes the first one's place", "rule start-charging/already-charging", secondSession, opStart),
		behavior("a stop that does not stop", opStop+" 204", idle(opStop), opStop),
		behavior("a stopped session stays active", opStop+" 204", eachSession(func(_ string, s map[string]any) { s["is_active"] = true }), opStop, opSession),
		behavior("a stopped session has no end", session, eachSession(func(_ string, s map[string]any) { s["end_time"], s["duration"] = nil, nil }), opSession),
		behavior("the duration is in minutes", session, eachSession(func(_ string, s map[string]any) {
			if n, ok := s["duration"].(json.Number); ok {
				seconds, _ := n.Int64() // the fake sent a number
				s["duration"] = seconds / 60
			}
		}), opSession, opSessions),
		behavior("the duration is a second off", session, eachSession(func(_ string, s map[string]any) { s["duration"] = add1(s["duration"], 1) }), opSession),
		behavior("times are not in UTC", session, eachSession(func(_ string, s map[string]any) {
			for _, name := range []string{"start_time", "end_time"} {
				if t, err := time.Parse(time.RFC3339Nano, fmt.Sprint(s[name])); err == nil {
					s[name] = t.In(time.FixedZone("", 7200)).Format(time.RFC3339Nano)
				}
			}
		}), opSession),
		behavior("the end is before the start", session, eachSession(func(_ string, s map[string]any) {
			if s["end_time"] != nil {
				s["start_time"], s["end_time"] = s["end_time"], s["start_time"]
			}
		}), opSession),
		behavior("energy falls", session, energy(func(kwh float64, _ float64) float64 { return max(0, 12-kwh) }), opSession),
		behavior("energy stands still", session, energy(func(_, first float64) float64 { return first }), opSession),
		behavior("energy is in watt-hours", session, energy(func(kwh, _ float64) float64 { return kwh * 1000 }), opSession),
		behavior("energy is a little off", session, energy(func(kwh, _ float64) float64 { return kwh + 0.001 }), opSession),
		behavior("a rating is not kept", opRate+" 200", unrated(func(any) bool { return true }), opRate),
		behavior("a rating cannot be taken back", opRate+" 200", unrated(func(v any) bool { return v == nil }), opRate),
		behavior("a rating cannot be changed", opRate+" 200", firstRating, opRate),
		behavior("a rating is one star more", opRate+" 200", eachSession(func(_ string, s map[string]any) { s["rates"] = add1(s["rates"], 1) }), opRate),
		behavior("the consent of the card holder is forgotten", "rule start-charging/sca-required", forgetful, opStart),
		behavior("a hold is placed twice", "rule start-charging/sca-required", secondHold, opStart),
		behavior("a declined start has a session", "rule start-charging/pre-authorization-declined", ghost, opStart, opSessions),
		behavior("a start is another point's", opStart+" 201", eachSession(func(_ string, s map[string]any) { s["evse_id"] = "DE*NIL*E1" }), opStart),
		behavior("a start returns an id that cannot be read", opStart+" 201", editing(opStart, http.StatusCreated, path{"id"},
			always("00000000-0000-4000-8000-00000000beef")), opStart),
		behavior("a session reads as it was at first", session, stale(opSession), opSession),
		behavior("the list of sessions reads as it was at first", opSessions+" 200", stale(opSessions), opSessions),
	}
	never := behavior("the final record never comes", session, nil, opSession, opInvoices)
	never.Config = func(cfg *mockserver.Config) { cfg.CDRDelay = 10000 * time.Hour }
	early := behavior("the final record comes at once", session, nil, opSession, opRemove)
	early.Config = func(cfg *mockserver.Config) { cfg.CDRDelay = 0 }
	return append(out, never, early)
}

// eachSession is a twist that changes every session in every answer.
func eachSession(change func(user string, session map[string]any)) func() twist {
	return func() twist {
		return func(c *call, honest server) *reply {
			r := honest(c)
			if r == nil || !r.ok() {
				return r
			}
			to := func(v any) (any, bool) {
				if s, ok := v.(map[string]any); ok {
					change(c.vars["user_id"], s)
				}
				return v, true
			}
			var p path
			switch c.op {
			case opSessions:
				p = path{"results", items}
			case opSession, opStart, opRate:
			default:
				return r
			}
			v, _ := at(r.value(), p, to)
			return r.saying(v)
		}
	}
}

// energy is a twist that changes the energy of sessions. change gets the first
// value of the session as well.
func energy(change func(kwh, first float64) float64) func() twist {
	return func() twist {
		seen := &memory[float64]{}
		return eachSession(func(_ string, s map[string]any) {
			var kwh float64
			if _, err := fmt.Sscanf(fmt.Sprint(s["consumed_energy"]), "%f", &kwh); err != nil {
				return
			}
			s["consumed_energy"] = fmt.Sprintf("%.3f", change(kwh, seen.once(fmt.Sprint(s["id"]), kwh)))
		})()
	}
}

// secondSession is a twist that starts a session for a user who has one.
func secondSession() twist {
	running := &memory[*reply]{}
	return func(c *call, honest server) *reply {
		r := honest(c)
		if c.op != opStart || r == nil {
			return r
		}
		if r.status == http.StatusCreated {
			running.set(c.vars["user_id"], r)
		}
		if r.rule() == "start-charging/already-charging" {
			if first, ok := running.get(c.vars["user_id"]); ok {
				s := first.object()
				s["id"] = "5e550000-0000-4000-8000-00000000beef"
				return first.saying(s)
			}
		}
		return r
	}
}

// unrated is a twist that answers with some ratings without storing them.
func unrated(which func(any) bool) func() twist {
	return instead(opRate, func(c *call, honest server) *reply {
		before := honest(c.get(c.user() + "charging-sessions/" + c.vars["session_id"] + "/"))
		sent := (&reply{body: c.body}).object()
		rates, ok := sent["rates"]
		r := honest(c)
		if !ok || !which(rates) || before == nil || r == nil || !r.ok() {
			return r
		}
		honest(c.send((&reply{}).saying(map[string]any{"rates": before.object()["rates"]}).body))
		return r
	})
}

// firstRating is a twist that keeps each session's first rating.
func firstRating() twist {
	rated := &memory[bool]{}
	return func(c *call, honest server) *reply {
		if c.op == opRate {
			if _, again := rated.get(c.vars["session_id"]); again {
				return honest(c.send([]byte("{}")))
			}
		}
		r := honest(c)
		if c.op == opRate && r != nil && r.ok() {
			rated.set(c.vars["session_id"], true)
		}
		return r
	}
}

// forgetful is a twist that requires authentication again after it succeeded.
func forgetful() twist {
	asked := &memory[*reply]{}
	return func(c *call, honest server) *reply {
		if c.op != opStart {
			return honest(c)
		}
		user := c.vars["user_id"]
		r := honest(c)
		switch {
		case r == nil:
		case r.rule() == "start-charging/sca-required":
			asked.set(user, r)
		case r.status == http.StatusCreated:
			if again, ok := asked.get(user); ok {
				honest(stopOf(c, r))
				return again
			}
		}
		return r
	}
}

func stopOf(c *call, started *reply) *call {
	u := *c.request.URL
	u.Path = "/api/v1" + c.user() + "charging/stop/" + fmt.Sprint(started.object()["id"]) + "/"
	other := c.with(u)
	other.body = nil
	return other
}

// secondHold is a twist that returns the secret of another hold to a second start.
func secondHold() twist {
	asked := &memory[int]{}
	return func(c *call, honest server) *reply {
		r := honest(c)
		if c.op != opStart || r == nil || r.rule() != "start-charging/sca-required" {
			return r
		}
		n, _ := asked.get(c.vars["user_id"])
		asked.set(c.vars["user_id"], n+1)
		if n == 0 {
			return r
		}
		v, _ := at(r.value(), path{"error", "payment_intent_client_secret"}, always(fmt.Sprintf("pi_3Another%d_secret_Another%d", n, n)))
		return r.saying(v)
	}
}

// ghost is a twist that lists a session for a start that was declined.
func ghost() twist {
	declined := &memory[bool]{}
	return func(c *call, honest server) *reply {
		r := honest(c)
		if r == nil {
			return r
		}
		user := c.vars["user_id"]
		if c.op == opStart && r.status == http.StatusPaymentRequired {
			declined.set(user, true)
		}
		if _, ok := declined.get(user); !ok || c.op != opSessions || !r.ok() {
			return r
		}
		page := r.object()
		list, _ := page["results"].([]any)
		page["results"], page["count"] = append(list, map[string]any{"id": "5e550000-0000-4000-8000-00000000beef"}), add1(page["count"], 1)
		return r.saying(page)
	}
}
