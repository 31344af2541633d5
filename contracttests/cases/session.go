package cases

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	contract "cariqamock/contracttests"
)

var sessionReadCases = functions{
	"sessions/finished": func(a *contract.API) {
		p := sharedPast(a)
		byID := complete(a, a.Want(a.Get(sessionPath(p.user.ID, p.session.ID)), http.StatusOK), "billed session")
		s := whole(a, contract.Into[contract.Session](a, byID))
		a.True(slices.Contains(contract.ProgressPoints(), s.EVSE), "evse_id: wanted the one that was asked for, got %q", s.EVSE)
		a.Equal("id", p.session.ID, s.ID)
		a.Equal("currency of the costs", s.Prices.Currency, s.Cost.Currency)
		a.Equal("duration in seconds, against end_time and start_time", seconds(s), *s.Duration)
		a.True(s.Prices.KWh != nil, "kwh_price is null although energy was paid for")
		a.True(*s.Energy > "0.000", "consumed_energy: wanted some, got %s", *s.Energy)
		list := complete(a, listSessions(a, p.user.ID), "page of billed session")
		all := results(a, list)
		a.Equal("how many sessions there are", 1, len(all))
		if len(all) == 1 {
			a.Equal("the session in the list, against the one by id", contract.Into[object](a, byID), all[0])
		}
	},
	"sessions/stable": func(a *contract.API) {
		p := sharedPast(a)
		path := sessionPath(p.user.ID, p.session.ID)
		first := contract.Into[object](a, a.Want(a.Get(path), http.StatusOK))
		a.Want(a.Call(http.MethodHead, path, nil), http.StatusOK)
		if a.Has(contract.Clock) {
			a.Advance(time.Hour)
		}
		a.Equal("the session when read again", first, contract.Into[object](a, a.Want(a.Get(path), http.StatusOK)))
	},
	"sessions/none": func(a *contract.API) {
		u := a.NewUser()
		for _, list := range []string{"charging-sessions", "charging/debts", "invoices"} {
			answer := a.Want(a.Get("/users/"+u.ID+"/"+list+"/"), http.StatusOK)
			a.Equal("the empty list of "+list, object{"count": number0, "next": nil, "previous": nil, "results": []any{}}, contract.Into[object](a, answer))
		}
	},
	"sessions/foreign": func(a *contract.API) {
		p := sharedPast(a)
		stranger := a.NewUser()
		path := sessionPath(stranger.ID, p.session.ID)
		notFound(a, a.Get(path))
		notFound(a, a.Patch(path, object{"rates": 1}))
		a.Equal("the session after a stranger's rating", p.session, a.Session(p.user.ID, p.session.ID))
		a.Equal("the stranger's sessions", []string(nil), sessionIDs(a, stranger.ID))
		a.Equal("the stranger's invoices", []invoice{}, listInvoices(a, stranger.ID))
	},
	"sessions/starting": func(a *contract.API) {
		const id = "3f0c6d5e-8f1b-4a57-9c1d-0e6b1a7c2d14" // of the scenario
		w := a.Scenario("delete-user-starting")
		a.Equal("the sessions during the start", []string(nil), sessionIDs(w, someone))
		notFound(w, w.Get(sessionPath(someone, id)))
		notFound(w, w.Patch(sessionPath(someone, id), object{"rates": 5}))
		refused(w, w.Stop(someone, id), "stop-charging/not-found")
		w.Advance(5 * time.Minute)
		a.Equal("the session once it has started", id, onlySession(w, someone))
		a.True(w.Session(someone, id).Active, "the session that has started is inactive")
		noContent(w, w.Stop(someone, id))
	},
	"sessions/newest-first": func(a *contract.API) {
		u, method := a.NewDriver()
		var want []string
		for range 3 {
			s := charged(a, u.ID, method)
			want = append([]string{s.ID}, want...)
		}
		a.Equal("the ids in the list, newest first", want, sessionIDs(a, u.ID))
		inPages(a, "/users/"+u.ID+"/charging-sessions/", "id", want)
	},
}

// inPages checks that a list has the wanted entries in pages of one and of two.
func inPages(a *contract.API, path, field string, want []string) {
	for _, size := range []int{1, 2} {
		pages := walk(a, fmt.Sprintf("%s?page_size=%d", path, size), field, "anything")
		a.Equal(fmt.Sprintf("the entries of %s in pages of %d", path, size), slices.Collect(slices.Chunk(want, size)), pages)
	}
}

// idsOf returns a field of each object of a list.
func idsOf(list []object, field string) []string {
	var out []string
	for _, o := range list {
		out = append(out, fmt.Sprint(o[field]))
	}
	return out
}

func sessionIDs(a *contract.API, user string) []string {
	return idsOf(results(a, listSessions(a, user)), "id")
}

// A past is a user with two cards and one finished, paid session.
type past struct {
	user    contract.User
	method  string // id of the card that has paid, the default
	spare   string // id of the other card
	session contract.Session
}

// sharedPast returns the finished session that all read-only cases of a run
// share: making it takes a minute on a real target.
func sharedPast(a *contract.API) past {
	return contract.Shared(a, "past", func(a *contract.API) past {
		u, method := a.NewDriver()
		s := a.Charge(u.ID, method)
		if !a.Has(contract.Clock) {
			a.Eventually("the session takes two seconds", func() bool {
				s = a.Session(u.ID, s.ID)
				now := a.Now()
				return s.StartTime == nil || now.IsZero() || now.Sub(*s.StartTime) >= 2*time.Second
			})
		}
		return past{u, method, a.AddCard(u.ID, "pm_card_mastercard"), a.Finish(u.ID, s.ID)}
	})
}
