package cases

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	contract "cariqamock/contracttests"
)

var startedCases = functions{
	"start/created": func(a *contract.API) {
		u, method := a.NewDriver()
		answer := a.ChargeAnywhere(u.ID, method)
		s := contract.Into[contract.Session](a, answer)
		complete(a, answer, "running session")
		a.True(slices.Contains(contract.ProgressPoints(), s.EVSE), "evse_id: wanted the one that was asked for, got %q", s.EVSE)
		a.True(s.Rates == nil, "rates: wanted null before anybody rated")
		if s.StartTime == nil {
			a.Fatalf("start_time of a session that has started is null")
		}
		near(a, "start_time", *s.StartTime)
		a.Equal("currency of the costs", s.Prices.Currency, s.Cost.Currency)
		started := contract.Into[object](a, answer)

		byID := complete(a, a.Want(a.Get(sessionPath(u.ID, s.ID)), http.StatusOK), "running session")
		a.Equal("the session by id, against the start's answer", started, contract.Into[object](a, byID), but("consumed_energy", "duration"))

		list := complete(a, listSessions(a, u.ID), "page of running session")
		a.Equal("how many sessions the list counts", 1, contract.Into[contract.Page[contract.Session]](a, list).Count)
		for _, listedOne := range results(a, list) {
			a.Equal("the session in the list, against the start's answer", started, listedOne, but("consumed_energy", "duration"))
		}
		noContent(a, a.Stop(u.ID, s.ID))
	},
	"start/while-running": func(a *contract.API) {
		u, started := charging(a)
		list := sessions(a, u.ID)
		a.Equal("how many sessions are listed", 1, len(list))
		listed := first(a, "sessions", list)
		seen := map[string]contract.Session{"the start's answer": started, "the session by id": a.Session(u.ID, started.ID), "the list": listed}
		for name, s := range seen {
			a.True(s.EndTime == nil, "%s: end_time: wanted null, got %v", name, s.EndTime)
			a.Equal(name+": duration", (*int)(nil), s.Duration)
			noCostYet(a, name, s)
		}
		a.Equal("consumed_energy of a session that begins", new("0.000"), started.Energy)
		noContent(a, a.Stop(u.ID, started.ID))
	},
	"start/station-info": func(a *contract.API) {
		u, method := a.NewDriver()
		answer := a.ChargeAnywhere(u.ID, method)
		s := contract.Into[contract.Session](a, answer)
		noContent(a, a.Stop(u.ID, s.ID))
		got := contract.Into[object](a, answer)
		station := contract.Into[object](a, a.Want(a.Get("/stations/details/?type=evse_id&id="+url.QueryEscape(s.EVSE)), http.StatusOK))
		group := groupOf(station, s.EVSE)
		if group == nil {
			a.Fatalf("no price group of the station has the charge point %s", s.EVSE)
		}
		country, _, _ := strings.Cut(s.EVSE, "*")
		for session, details := range map[string]any{
			"station_info.station_name": station["name"], "station_info.station_address": station["address"],
			"station_info.station_speed": station["speed"], "station_info.support_phone": dig(station, "operator.contact.phone"),
			"station_info.latitude": dig(station, "coordinates.latitude"), "station_info.longitude": dig(station, "coordinates.longitude"),
			"station_info.connector_standard": group["type"], "station_info.connector_power": group["power"],
			"station_info.country": country, "is_partner": station["is_partner"], "logo_url": station["logo_url"],
			"user_facing_session_prices.currency": group["currency"],
		} {
			a.Equal(session+", against the station's details", details, dig(got, session))
		}
		if price := onlyPrice(group, "kwh_price"); price != nil {
			a.Equal("user_facing_session_prices.kwh_price, against the station's", price, dig(got, "user_facing_session_prices.kwh_price"))
		}
		for _, absent := range []string{"time_price", "blocking_fee", "session_fee", "starting_fee"} {
			if dig(group, "prices."+absent) == nil {
				a.Equal("user_facing_session_prices."+absent+", which the station does not ask for", nil, dig(got, "user_facing_session_prices."+absent))
			}
		}
	},
	"start/second": func(a *contract.API) {
		u, method := a.NewDriver()
		first := a.Charge(u.ID, method)
		for _, evse := range []string{first.EVSE, contract.ProgressPoints()[1], sharedPoint} {
			refused(a, a.Start(u.ID, evse, method), "start-charging/already-charging")
		}
		a.Equal("how many sessions there are", []string{first.ID}, sessionIDs(a, u.ID))
		a.True(a.Session(u.ID, first.ID).Active, "the refused starts have ended the running session")
		noContent(a, a.Stop(u.ID, first.ID))
		second := a.Charge(u.ID, method)
		a.True(second.ID != first.ID, "the next session has the id of the first")
		noContent(a, a.Stop(u.ID, second.ID))
	},
	"start/two-at-once": func(a *contract.API) {
		u, method := a.NewDriver()
		answers := a.PostTogether(2, "/users/"+u.ID+"/charging/start/", map[string]string{"evse_id": contract.ProgressPoints()[0], "payment_method_id": method})
		var started []string
		for _, answer := range answers {
			switch answer.Status {
			case http.StatusCreated:
				s := contract.Into[contract.Session](a, answer)
				a.StopAtEnd(u.ID, s.ID)
				started = append(started, s.ID)
			case http.StatusFailedDependency:
				a.Skipf("the charging provider did not start the session: %s", answer)
			default:
				refused(a, answer, "start-charging/already-charging")
			}
		}
		a.Equal("how many of the two starts succeeded", 1, len(started))
		a.Equal("the sessions that there are", started, sessionIDs(a, u.ID))
		for _, id := range started {
			noContent(a, a.Stop(u.ID, id))
		}
	},
	"start/two-users": func(a *contract.API) {
		u, method := a.NewDriver()
		other, theirs := a.NewDriver()
		first := a.Charge(u.ID, method)
		answer := a.Start(other.ID, first.EVSE, theirs)
		if answer.Status == http.StatusFailedDependency {
			a.Skipf("the charging provider did not start the second session: %s", answer)
		}
		second := contract.Into[contract.Session](a, a.Want(answer, http.StatusCreated))
		a.StopAtEnd(other.ID, second.ID)
		a.True(second.ID != first.ID, "both users have session %s", first.ID)
		a.True(a.Session(u.ID, first.ID).Active, "the second user's start has ended the first user's session")
		a.Equal("the first user's sessions", []string{first.ID}, sessionIDs(a, u.ID))
		a.Equal("the second user's sessions", []string{second.ID}, sessionIDs(a, other.ID))
		noContent(a, a.Stop(u.ID, first.ID))
		a.True(a.Session(other.ID, second.ID).Active, "the first user's stop has ended the second user's session")
		noContent(a, a.Stop(other.ID, second.ID))
	},
	"start/no-default-needed": func(a *contract.API) {
		u, _ := a.NewDriver()
		second := a.AddCard(u.ID, "pm_card_mastercard")
		s := a.Charge(u.ID, second)
		a.True(s.Active, "a start with a method that is not the default returned an inactive session")
		noContent(a, a.Stop(u.ID, s.ID))
	},
}

// noCostYet is the money of a session before its CDR.
func noCostYet(a *contract.API, name string, s contract.Session) {
	a.Equal(name+": the five costs", []*string{nil, nil, nil, nil, nil}, parts(s))
	a.Equal(name+": invoice_download", none(), s.Cost.Download)
	got := []string{s.Cost.VAT, s.Cost.Summary, s.Cost.Credits, s.Cost.Discount}
	a.Equal(name+": the invoice's VAT, summary, credits and discount", []string{"0.00", "0.00", "0.00", "0.00"}, got)
}

func parts(s contract.Session) []*string {
	return []*string{s.Cost.KWh, s.Cost.Time, s.Cost.SessionFee, s.Cost.BlockingFee, s.Cost.StartingFee}
}

// dig returns the value at a dotted path, or nil.
func dig(v any, path string) any {
	for name := range strings.SplitSeq(path, ".") {
		o, ok := v.(object)
		if !ok {
			return nil
		}
		v = o[name]
	}
	return v
}

// groupOf returns the price group of a station that a charge point belongs to.
func groupOf(station object, evse string) object {
	groups, _ := station["price_groups"].([]any)
	for _, g := range groups {
		group, ok := g.(object)
		evses, _ := group["evse_ids"].([]any)
		if ok && slices.Contains(evses, any(evse)) {
			return group
		}
	}
	return nil
}

// onlyPrice returns the displayed price if it is the same at all times.
func onlyPrice(group object, component string) any {
	days, _ := dig(group, "prices."+component).(object)
	for _, items := range days {
		if list, ok := items.([]any); ok && len(list) == 1 && len(days) == 1 {
			return dig(list[0], "user_facing_price")
		}
	}
	return nil
}
