package cases

import (
	"net/http"
	"time"

	contract "cariqamock/contracttests"
)

const (
	stopEVSE   = "DE*MCK*E424*STOP"
	itselfEVSE = "DE*MCK*STOPS*ITSELF"
)

var stopCases = functions{
	"stop/stops": func(a *contract.API) {
		u, method := a.NewDriver()
		started := charged(a, u.ID, method)
		answer := complete(a, a.Want(a.Get(sessionPath(u.ID, started.ID)), http.StatusOK), "ended session")
		s := contract.Into[contract.Session](a, answer)
		a.Equal("start_time after the stop", started.StartTime, s.StartTime)
		for name, isNull := range map[string]bool{"start_time": s.StartTime == nil, "end_time": s.EndTime == nil, "duration": s.Duration == nil} {
			if isNull {
				a.Fatalf("%s after the stop is null", name)
			}
		}
		a.True(!s.EndTime.Before(*s.StartTime), "end_time: the session ends at %v, before it started at %v", s.EndTime, s.StartTime)
		near(a, "end_time", *s.EndTime)
		a.Equal("duration in seconds, against end_time and start_time", seconds(s), *s.Duration)
		if s.Cost.KWh == nil { // otherwise the CDR has arrived already
			noCostYet(a, "after the stop", s)
		}
		list := complete(a, listSessions(a, u.ID), "page of ended session")
		for _, one := range results(a, list) {
			a.Equal("the session in the list, against the one by id", contract.Into[object](a, answer), one, but("consumed_energy", "session_cost"))
		}
		a.Equal("how many invoices there are before the CDR", 0, len(invoicesBefore(a, u.ID, started.ID)))
	},
	"stop/foreign": func(a *contract.API) {
		u, method := a.NewDriver()
		stranger := a.NewUser()
		s := a.Charge(u.ID, method)
		refused(a, a.Stop(stranger.ID, s.ID), "stop-charging/not-found")
		path := "/users/" + u.ID + "/charging/stop/" + s.ID + "/"
		a.Refused(a.Call(http.MethodPost, path, nil, contract.Header("Authorization", "")), http.StatusUnauthorized, "")
		a.As(invalidToken(a)).Refused(a.As(invalidToken(a)).Stop(u.ID, s.ID), http.StatusForbidden, "")
		if a.Has(contract.OtherClient) {
			a.Refused(a.OtherClient().Stop(u.ID, s.ID), http.StatusNotFound, "")
		}
		a.True(a.Session(u.ID, s.ID).Active, "is_active: somebody else's stop has ended the session")
		noContent(a, a.Stop(u.ID, s.ID))
		// An ended session is not the other user's, either.
		refused(a, a.Stop(stranger.ID, s.ID), "stop-charging/not-found")
	},
	"stop/already-stopped": func(a *contract.API) {
		u, method := a.NewDriver()
		s := charged(a, u.ID, method)
		end := a.Session(u.ID, s.ID).EndTime
		wantStopped(a, a.Stop(u.ID, s.ID))
		after := a.Session(u.ID, s.ID)
		a.Equal("end_time after the second stop", end, after.EndTime)
		a.True(!after.Active, "the second stop has made the session active")
	},
	"stop/past": func(a *contract.API) {
		p := sharedPast(a)
		wantStopped(a, a.Stop(p.user.ID, p.session.ID))
		a.Equal("the session after the stop", p.session, a.Session(p.user.ID, p.session.ID))
	},
	"stop/by-station": func(a *contract.API) {
		w := frozen(a, "default")
		s := chargeAt(w, someone, contract.ProgressPoints()[0], usualMethod)
		w.Advance(45 * time.Second)
		operate(w, s.ID, "stop", nil)
		over := w.Session(someone, s.ID)
		a.True(!over.Active, "the session is active after the station ended it")
		a.Equal("duration", new(45), over.Duration)
		wantStopped(w, w.Stop(someone, s.ID))
		w.Advance(time.Second)
		a.Equal("end_time after a stop that came too late", over.EndTime, w.Session(someone, s.ID).EndTime)
		after := w.AwaitBill(someone, s.ID)
		a.Equal("the session's total", "5.39", after.Cost.Summary)
		a.Equal("the invoice's total", "5.39", onlyInvoice(w, someone).Total)
		wantStopped(w, w.Stop(someone, s.ID))
	},
	"stop/by-itself": func(a *contract.API) {
		w := frozen(a, "default")
		s := chargeAt(w, someone, itselfEVSE, usualMethod)
		w.Advance(2*time.Minute - time.Millisecond)
		a.True(w.Session(someone, s.ID).Active, "the session ends before its two minutes are over")
		w.Advance(time.Millisecond)
		over := w.Session(someone, s.ID)
		a.True(!over.Active, "the session is active after its two minutes")
		a.Equal("duration", new(120), over.Duration)
		wantStopped(w, w.Stop(someone, s.ID))
		a.Equal("the session's total", "5.39", w.AwaitBill(someone, s.ID).Cost.Summary)
	},
	"stop/provider-failed": func(a *contract.API) {
		w := frozen(a, "default")
		s := chargeAt(w, someone, stopEVSE, usualMethod)
		stillCharging(w, s.ID, func() {
			refused(w, w.Stop(someone, s.ID), "stop-charging/provider-failed")
		})
		operate(w, s.ID, "stop", nil)
		wantStopped(w, w.Stop(someone, s.ID)) // without asking the provider
	},
	"stop/provider-failed-409": stopFails("provider-stop-failed-409", "stop-charging/provider-failed-409"),
	"stop/unexpected-error":    stopFails("stop-unexpected-error", "stop-charging/unexpected-error"),
}

// invoicesBefore returns the invoices of a session without a CDR, or nil if the
// CDR has arrived meanwhile.
func invoicesBefore(a *contract.API, user, session string) []invoice {
	list := listInvoices(a, user)
	if a.Session(user, session).Cost.KWh != nil {
		return nil
	}
	return list
}

func wantStopped(a *contract.API, answer *contract.Answer) {
	refused(a, answer, "stop-charging/already-stopped")
}

// stillCharging checks that a refused stop does not change a session.
func stillCharging(a *contract.API, id string, stop func()) {
	before := a.Session(someone, id)
	for range 2 {
		stop()
	}
	a.Advance(30 * time.Second)
	after := a.Session(someone, id)
	a.True(after.Active && after.EndTime == nil, "a refused stop has ended the session: is_active %t, end_time %v", after.Active, after.EndTime)
	a.True(after.Energy != nil && before.Energy != nil && *after.Energy > *before.Energy, "no energy flows after a refused stop")
}

func stopFails(scenario, rule string) func(*contract.API) {
	return func(a *contract.API) {
		w := a.Scenario(scenario)
		id := onlySession(w, someone)
		stillCharging(w, id, func() { refused(w, w.Stop(someone, id), rule) })
		operate(w, id, "stop", nil)
		wantStopped(w, w.Stop(someone, id))
	}
}
