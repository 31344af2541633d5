package cases

import (
	"net/http"
	"slices"
	"time"

	"github.com/google/go-cmp/cmp"

	contract "cariqamock/contracttests"
)

// object is a decoded JSON object, to compare whole answers.
type object = map[string]any

// results returns the objects of a page of a list.
func results(a *contract.API, answer *contract.Answer) []object {
	return contract.Into[contract.Page[object]](a, answer).Results
}

// but ignores fields of an object.
func but(names ...string) cmp.Option {
	return cmp.FilterPath(func(p cmp.Path) bool {
		if len(p) < 2 {
			return false
		}
		key, ok := p.Index(1).(cmp.MapIndex)
		return ok && slices.Contains(names, key.Key().String())
	}, cmp.Ignore())
}

func sessionPath(user, id string) string { return "/users/" + user + "/charging-sessions/" + id + "/" }

func listSessions(a *contract.API, user string) *contract.Answer {
	return a.Want(a.Get("/users/"+user+"/charging-sessions/?page_size=100"), http.StatusOK)
}

func listDebts(a *contract.API, user string) []debt {
	return contract.Into[contract.Page[debt]](a, a.Want(a.Get("/users/"+user+"/charging/debts/?page_size=100"), http.StatusOK)).Results
}

func listInvoices(a *contract.API, user string) []invoice {
	return contract.Into[contract.Page[invoice]](a, a.Want(a.Get("/users/"+user+"/invoices/?page_size=100"), http.StatusOK)).Results
}

// onlySession returns the id of the only session of a user.
func onlySession(a *contract.API, user string) string {
	ids := sessionIDs(a, user)
	if len(ids) != 1 {
		a.Fatalf("sessions: wanted one, got %d", len(ids))
	}
	return ids[0]
}

// onlyInvoice returns the only invoice of a user.
func onlyInvoice(a *contract.API, user string) invoice {
	list := listInvoices(a, user)
	if len(list) != 1 {
		a.Fatalf("invoices: wanted one, got %d", len(list))
	}
	return list[0]
}

// whole fails and ends the case unless a finished session has times and energy.
func whole(a *contract.API, s contract.Session) contract.Session {
	if s.StartTime == nil || s.EndTime == nil || s.Duration == nil || s.Energy == nil || len(s.EVSE) < 2 {
		a.Fatalf("start_time, end_time, duration, consumed_energy and evse_id of a finished session: one of them is missing")
	}
	return s
}

// none is a text that is null.
func none() *string { return nil }

// noContent fails and ends the case unless an answer is a 204 without a body.
func noContent(a *contract.API, answer *contract.Answer) {
	a.Want(answer, http.StatusNoContent)
	if len(answer.Body) > 0 {
		a.ErrorAt(answer, "a 204 has no body, got %s", answer)
	}
}

// Ids that do not exist.
const (
	nobody        = "00000000-0000-4000-8000-00000000dead"
	unknownMethod = "pm_1TD1M3HtgZxQ1KXx00000000"
)

// What the fake's scenarios contain.
const (
	someone      = "9405cf8c-8375-4373-b4d3-b61f9a0c01eb"
	usualMethod  = "pm_1TD1LuHtgZxQ1KXxNj5sKkKM"
	spareMethod  = "pm_abc123"
	sharedPoint  = "DE*CIQ*EWBNHHLM82TLA*1"
	italianPoint = "IT*PWY*EP0078*01*02"
)

// frozen returns a new world whose clock is frozen.
func frozen(a *contract.API, scenario string) *contract.API {
	w := a.Scenario(scenario)
	w.Admin(http.MethodPut, "/clock", map[string]bool{"freeze": true})
	return w
}

// operate acts on a session as the operator: meter, stop or cdr.
func operate(a *contract.API, id, what string, body object) {
	if body == nil {
		body = object{}
	}
	a.Admin(http.MethodPost, "/sessions/"+id+"/"+what, body)
}

// authenticate completes 3-D Secure of an intent, as the card holder does on the
// bank's page. outcome is succeed or fail.
func authenticate(a *contract.API, secret, outcome string) {
	a.Admin(http.MethodPost, "/intents/"+intentOf(secret)+"/authenticate", object{"outcome": outcome})
}

// sessions returns the sessions of a user.
func sessions(a *contract.API, user string) []contract.Session {
	return contract.Into[contract.Page[contract.Session]](a, listSessions(a, user)).Results
}

// near fails the case if a time is not within a minute of the target's time, which
// is that of the last answer unless the suite can move the clock.
func near(a *contract.API, what string, t time.Time) {
	now := a.Now()
	a.True(now.IsZero() || t.Sub(now).Abs() < time.Minute, "%s: wanted a time near %v, which it is at the target, got %v", what, now, t)
}

// stopAll stops the running sessions of a user.
func stopAll(a *contract.API, user string) {
	for _, s := range sessions(a, user) {
		if s.Active {
			noContent(a, a.Stop(user, s.ID))
		}
	}
}

// chargeAt starts a session at a charge point.
func chargeAt(a *contract.API, user, evse, method string) contract.Session {
	s := contract.Into[contract.Session](a, a.Want(a.Start(user, evse, method), http.StatusCreated))
	a.StopAtEnd(user, s.ID)
	return s
}

// charging returns a new user and a running session.
func charging(a *contract.API) (contract.User, contract.Session) {
	u, method := a.NewDriver()
	return u, a.Charge(u.ID, method)
}

// charged starts a session and stops it.
func charged(a *contract.API, user, method string) contract.Session {
	s := a.Charge(user, method)
	noContent(a, a.Stop(user, s.ID))
	return s
}

// chargedAt starts a session at a charge point and stops it.
func chargedAt(a *contract.API, user, evse, method string) contract.Session {
	s := chargeAt(a, user, evse, method)
	noContent(a, a.Stop(user, s.ID))
	return s
}

// seconds returns the time from a session's start to its end.
func seconds(s contract.Session) int {
	return int(s.EndTime.Sub(*s.StartTime) / time.Second)
}
