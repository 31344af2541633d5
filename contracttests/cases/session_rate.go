package cases

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	contract "cariqamock/contracttests"
)

var ratingCases = functions{
	"sessions/rate": func(a *contract.API) {
		user, id := stoppedSession(a)
		for stars := 1; stars <= 5; stars++ {
			rated(a, user, id, &contract.Body{JSON: object{"rates": stars}}, &stars)
		}
		for _, stars := range []int{5, 2} {
			rated(a, user, id, &contract.Body{JSON: object{"rates": strconv.Itoa(stars)}}, &stars)
		}
		rated(a, user, id, &contract.Body{Form: "rates=4"}, new(4))
		rated(a, user, id, &contract.Body{Multipart: map[string]string{"rates": "3"}}, new(3))
	},
	"sessions/rate-clear": func(a *contract.API) {
		user, id := stoppedSession(a)
		rated(a, user, id, &contract.Body{JSON: object{"rates": 5}}, new(5))
		rated(a, user, id, &contract.Body{JSON: object{"rates": nil}}, nil)
	},
	"sessions/rate-invalid": func(a *contract.API) {
		user, id := stoppedSession(a)
		path := sessionPath(user, id)
		rated(a, user, id, &contract.Body{JSON: object{"rates": 4}}, new(4))
		for _, value := range []string{`6`, `0`, `-1`, `5.0`, `"5.0"`, `" 5"`, `""`, `"five"`, `true`, `[5]`, `{}`} {
			invalid(a, a.Call(http.MethodPatch, path, &contract.Body{Raw: `{"rates":` + value + `}`}))
		}
		s := a.Session(user, id)
		a.Equal("rates after ratings that were refused", new(4), s.Rates)
	},
	"sessions/rate-only": func(a *contract.API) {
		user, id := stoppedSession(a)
		path := sessionPath(user, id)
		rated(a, user, id, &contract.Body{JSON: object{"rates": 2}}, new(2))
		before := contract.Into[object](a, a.Want(a.Get(path), http.StatusOK))
		everything := object{
			"id": nobody, "start_time": "2020-01-01T00:00:00Z", "end_time": nil, "duration": 1, "consumed_energy": "1.000", "is_active": true,
			"evse_id": sharedPoint, "is_partner": false, "logo_url": nil, "stars": 5, "session_cost": object{"invoice_summary": "0.01"},
		}
		for _, body := range []object{{}, everything} {
			answer := a.Want(a.Patch(path, body), http.StatusOK)
			a.Equal("the session after a change of nothing", before, contract.Into[object](a, answer), but("consumed_energy", "session_cost"))
		}
		s := a.Session(user, id)
		a.True(s.Cost.Summary != "0.01", "a client has set the total of a bill")
		a.Equal("rates after a change of nothing", new(2), s.Rates)
	},
	"sessions/rate-finished": func(a *contract.API) {
		user, id := stoppedSession(a)
		a.AwaitBill(user, id)
		before := contract.Into[object](a, a.Want(a.Get(sessionPath(user, id)), http.StatusOK))
		answer := complete(a, a.Want(a.Patch(sessionPath(user, id), object{"rates": 5}), http.StatusOK), "billed session")
		a.Equal("the answer to the rating, against the session before", before, contract.Into[object](a, answer), but("rates"))
		after := a.Want(a.Get(sessionPath(user, id)), http.StatusOK)
		a.Equal("the session, against the answer to the rating", contract.Into[object](a, answer), contract.Into[object](a, after))
	},
	"sessions/rate-running": func(a *contract.API) {
		u, s := charging(a)
		answer := a.Want(a.Patch(sessionPath(u.ID, s.ID), object{"rates": 3}), http.StatusOK)
		complete(a, answer, "running session")
		rated := contract.Into[contract.Session](a, answer)
		a.Equal("rates in the answer", new(3), rated.Rates)
		a.True(rated.EndTime == nil, "the answer: end_time: wanted null, got %v", rated.EndTime)
		a.Equal("the answer: duration", (*int)(nil), rated.Duration)
		noCostYet(a, "the answer", rated)
		noContent(a, a.Stop(u.ID, s.ID))
		a.Equal("rates after the stop", new(3), a.Session(u.ID, s.ID).Rates)
		if a.Has(contract.Clock) { // elsewhere it would take a minute
			a.Equal("rates after the bill", new(3), a.AwaitBill(u.ID, s.ID).Rates)
		}
	},
	"sessions/energy-rises": func(a *contract.API) {
		u, s := charging(a)
		first, last := kWh(a, s), kWh(a, s)
		a.Eventually("consumed_energy rises", func() bool {
			s = a.Session(u.ID, s.ID)
			kwh := kWh(a, s)
			a.True(kwh >= last, "consumed_energy falls from %d to %d Wh", last, kwh)
			last = kwh
			return kwh > first || !s.Active
		})
		a.True(s.Active, "the session has ended by itself before any energy flowed")
		for _, listedOne := range sessions(a, u.ID) {
			a.True(kWh(a, listedOne) >= last, "consumed_energy in the list is %d Wh, by id it was %d", kWh(a, listedOne), last)
		}
		noContent(a, a.Stop(u.ID, s.ID))
		s = a.Session(u.ID, s.ID)
		a.True(kWh(a, s) >= last, "consumed_energy falls after the stop")
		if s.Cost.KWh == nil { // otherwise the CDR has arrived already
			noCostYet(a, "after the stop", s)
		}
	},
	"sessions/energy-exact": func(a *contract.API) {
		w := frozen(a, "default")
		s := chargeAt(w, someone, contract.ProgressPoints()[0], usualMethod)
		for k := range 12 {
			if k > 0 {
				w.Advance(15*time.Second - time.Millisecond)
				a.Equal("consumed_energy just before the reading", 1000*min(k-1, 10), kWh(w, w.Session(someone, s.ID)))
				w.Advance(time.Millisecond)
			}
			now := w.Session(someone, s.ID)
			a.Equal("consumed_energy at the reading", 1000*min(k, 10), kWh(w, now))
			a.True(now.Active, "the session ends after %d readings", k)
		}
		noContent(w, w.Stop(someone, s.ID))
		next := chargeAt(w, someone, contract.ProgressPoints()[1], usualMethod)
		w.Advance(31 * time.Second)
		noContent(w, w.Stop(someone, next.ID))
		w.Advance(15 * time.Second)
		if after := w.Session(someone, next.ID); after.Cost.KWh == nil { // otherwise the CDR has arrived already
			a.True(kWh(w, after) == 3000, "consumed_energy after the stop: wanted the third reading, got %d Wh", kWh(w, after))
			a.Equal("duration, whatever comes after the stop", new(31), after.Duration)
		}
	},
	"sessions/energy-metered": func(a *contract.API) {
		w := frozen(a, "default")
		s := chargeAt(w, someone, sharedPoint, usualMethod)
		a.Equal("consumed_energy at a point without progress messages", none(), s.Energy)
		for _, kwh := range []string{"0.750", "3.200", "12.345"} {
			w.Advance(time.Minute)
			operate(w, s.ID, "meter", object{"kwh": kwh})
			a.Equal("consumed_energy after the operator's reading", &kwh, w.Session(someone, s.ID).Energy)
		}
		all := sessions(w, someone)
		a.True(slices.ContainsFunc(all, func(o contract.Session) bool { return o.ID == s.ID && o.Energy != nil && *o.Energy == "12.345" }), "the list shows another energy")
		noContent(w, w.Stop(someone, s.ID))
	},
}

// stoppedSession returns a session of a new user that has just ended.
func stoppedSession(a *contract.API) (user, id string) {
	u, method := a.NewDriver()
	s := charged(a, u.ID, method)
	return u.ID, s.ID
}

// rated rates a session, and checks that the answer, the session by id and the
// session in the list agree.
func rated(a *contract.API, user, id string, body *contract.Body, want *int) {
	answer := a.Want(a.Call(http.MethodPatch, sessionPath(user, id), body), http.StatusOK)
	complete(a, answer, "ended session")
	a.Equal("rates in the answer", want, contract.Into[contract.Session](a, answer).Rates)
	byID := complete(a, a.Want(a.Get(sessionPath(user, id)), http.StatusOK), "ended session")
	changing := but("consumed_energy", "session_cost") // the CDR may arrive in between
	a.Equal("the session by id, against the answer to the rating", contract.Into[object](a, answer), contract.Into[object](a, byID), changing)
	for _, one := range results(a, complete(a, listSessions(a, user), "page of ended session")) {
		a.Equal("the session in the list, against the answer to the rating", contract.Into[object](a, answer), one, changing)
	}
}

// kWh returns a session's energy in thousandths, or 0 if it is null.
func kWh(a *contract.API, s contract.Session) int {
	if s.Energy == nil {
		return 0
	}
	if !is("energy", *s.Energy) {
		a.Fatalf("consumed_energy: wanted three decimals, got %q", *s.Energy)
	}
	whole, thousandths := (*s.Energy)[:len(*s.Energy)-4], (*s.Energy)[len(*s.Energy)-3:]
	n, err := strconv.Atoi(whole + thousandths)
	if err != nil {
		a.Fatalf("consumed_energy: %v", err)
	}
	return n
}
