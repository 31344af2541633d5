package lockstep

import (
	"cmp"
	"net/http"
	"slices"
	"time"
)

// A step is one call that is judged, with what it is about.
type step struct {
	*world
	call      *Call
	operation string
	place
	t    target
	u    *user // nil if the call names none, or one that is not known to exist
	nth  int
	when time.Time // by the target's clock as far as it is known

	doubt bool // others were on their way of which nobody knows what they changed
}

// may reports whether anything can have happened outside between a sight and the
// beginning of the call: a call of Stripe, or enough time.
func (s *step) may(seen sight) bool {
	return s.outside > seen.nth || seen.at.IsZero() && seen.nth == 0 || !seen.at.IsZero() && s.call.Began.Sub(seen.at) > blink
}

// blink is the time in which nothing is expected to happen outside between two
// calls (assumed).
const blink = 200 * time.Millisecond

func (s *step) sight() sight { return sight{s.nth, s.call.Ended} }

// before notes what must have been the case before the call, as the target's
// answer shows.
func (s *step) before(o outcomes) {
	if s.u = s.users[s.user]; s.u == nil && s.user != "" && s.t.shows() {
		s.u = s.meet(s.user, false)
	}
	if s.u == nil {
		if s.operation == "users_list" && s.t.ok() {
			for _, item := range s.t.results() {
				s.profile(s.meet(str(item["id"]), false), item)
			}
		}
		return
	}
	s.fate()
	for _, e := range o.Events {
		if e.fits(s.operation, s.t) {
			s.happen(e)
		}
	}
	if !s.t.ok() {
		return
	}
	switch s.operation {
	case "users_retrieve", "users_partial_update":
		s.profile(s.u, s.t.object())
	case "users_billing_details_retrieve":
		if !s.u.seen[billing] {
			s.u.billing = s.t.object()
		}
		s.u.seen[billing] = true
	case "users_payment_methods_list":
		s.lookMethods()
	case "users_payment_methods_default_create", "users_payment_methods_destroy":
		s.u.use(s.id)
	case "users_charging_sessions_list":
		for _, item := range slices.Backward(s.t.results()) {
			s.lookSession(item)
		}
		if len(s.u.sessions) > 0 && whole(s.t, len(s.u.sessions)) { // an empty one does not show a start that is on its way
			s.u.seen[sessions], s.u.seen[debts] = true, true
		}
	case "users_charging_sessions_retrieve", "users_charging_sessions_partial_update":
		s.lookSession(s.t.object())
	case "users_charging_stop_create":
		if s.u.session(s.id) == nil && !s.u.seen[sessions] {
			s.u.attach(&session{id: s.id, evse: anyEVSE, start: s.when.Add(-time.Minute), at: s.sight()})
		}
	case "users_charging_start_create":
		s.beforeStart()
	case "users_charging_debts_list":
		s.lookDebts()
	case "users_invoices_list":
		s.lookInvoices()
	}
}

// shows reports whether an answer shows that the user exists.
func (t target) shows() bool {
	return t.ok() || t.status == http.StatusPaymentRequired || t.status == http.StatusConflict || t.status == http.StatusFailedDependency
}

// fate notes whether a user has been deleted, if that was in doubt.
func (s *step) fate() {
	switch {
	case !s.u.unsure:
	case s.t.shows():
		s.u.unsure = false
	case s.t.status == http.StatusNotFound && s.id == "" && s.operation != "users_charging_start_create":
		s.u.gone, s.u.unsure = true, false
	}
}

// anyEVSE is a charge point of the vendor's documentation, for sessions whose own
// was not seen.
const anyEVSE = "DE*PWA*EALP22541X01617*01"

// happen notes an event for the session that the call names, or for all of the
// user's.
func (s *step) happen(e outcome) {
	only := s.u
	if o := s.u.session(s.id); o != nil && s.operation == "users_charging_stop_create" {
		only = &user{sessions: []*session{o}}
	}
	only.happen(e.Event, s.when, s.may)
}

// profile takes the profile of a user who was there before the first call.
func (s *step) profile(u *user, item map[string]any) {
	if !u.seen[profile] {
		u.profile, u.seen[profile] = item, true
	}
}

// named returns the payment method that the call names, or "".
func (s *step) named() string {
	switch s.operation {
	case "users_payment_methods_default_create", "users_payment_methods_destroy":
		return s.id
	case "users_charging_start_create":
		return str(s.call.sent()["payment_method_id"])
	}
	return ""
}

// unlisted reports whether the call names a method that may be that of a setup intent.
func (s *step) unlisted() bool {
	return s.u != nil && s.u.intents > 0 && s.named() != "" && !s.u.knew(s.named())
}

// beforeStart adds what a start that succeeded needs and that was not seen.
func (s *step) beforeStart() {
	if !s.u.seen[billing] && s.u.billing == nil {
		s.u.billing = map[string]any{"country": "de", "city": "unknown", "line1": "unknown", "postal_code": "10115", "first_name": "unknown", "last_name": "unknown"}
	}
	if m := s.named(); m != "" {
		s.u.use(m)
	}
}

func (s *step) lookMethods() {
	listed := s.t.results()
	if s.more(listed) {
		s.u.seen[methods] = false
	}
	for _, item := range slices.Backward(listed) {
		id := str(item["id"])
		m := s.u.method(id)
		if m == nil && s.u.knew(id) {
			continue // it has been removed
		}
		if m == nil {
			m = s.u.add(id)
		}
		if m.fields == nil {
			m.fields = item
			m.created, _ = moment(item["created_at"])
		}
		if !s.u.seen[methods] && item["default"] == true {
			s.u.setDefault(m)
		}
	}
	if !s.u.seen[methods] {
		s.missed(listed)
		place := func(m *method) int {
			return slices.IndexFunc(listed, func(item map[string]any) bool { return item["id"] == m.id })
		}
		slices.SortStableFunc(s.u.methods, func(a, b *method) int { return place(a) - place(b) })
	}
	slices.SortStableFunc(s.u.methods, func(a, b *method) int { return b.created.Compare(a.created) })
	if whole(s.t, len(s.u.saved())) {
		s.u.seen[methods] = true
	}
}

// missed takes methods for removed that are not in a list of all, after a removal that
// had no whole answer.
func (s *step) missed(listed []map[string]any) {
	if !whole(s.t, len(listed)) {
		return
	}
	for _, m := range s.u.saved() {
		if !slices.ContainsFunc(listed, func(item map[string]any) bool { return item["id"] == m.id }) {
			m.removed, m.def = true, false
		}
	}
}

// more reports whether a page shows that there are methods which were not seen, on
// other pages.
func (s *step) more(listed []map[string]any) bool {
	page := s.t.object()
	fresh := 0
	for _, item := range listed {
		if !s.u.knew(str(item["id"])) {
			fresh++
		}
	}
	return (page["next"] != nil || page["previous"] != nil) && fresh+s.u.intents > 0 && number(page["count"]) > float64(len(s.u.saved())+fresh)
}

// whole reports whether a list has as many entries as are known.
func whole(t target, known int) bool { return number(t.object()["count"]) == float64(known) }

// lookSession takes the facts of a session from an answer. What has been a fact
// stays one.
func (s *step) lookSession(item map[string]any) {
	id := str(item["id"])
	if id == "" {
		return
	}
	o := s.u.session(id)
	start, shown := moment(item["start_time"])
	end, ended := moment(item["end_time"])
	if o == nil {
		o = &session{id: id, start: start}
		if !shown {
			if o.start = s.when.Add(-time.Hour); ended {
				o.start = end.Add(-time.Hour)
			}
		}
		s.u.attach(o)
	}
	if o.shown == nil || o.unsure {
		o.rates, o.unsure = item["rates"], false
	}
	if o.shown == nil {
		o.evse = str(item["evse_id"])
		if shown {
			o.start = start
		}
		o.noStart = !shown
	}
	if ended && (o.stop == nil || (o.byUser || !o.shownEnd) && !end.Before(o.start)) {
		o.stop, o.shownEnd = &end, true // what was known before was a guess
	} else if item["is_active"] == false && o.stop == nil {
		o.stop = new(latest(s.when, o.start))
	}
	if e := str(item["consumed_energy"]); e != "" {
		o.energy = e
	}
	s.lookCosts(o, item)
	o.shown, o.at = item, s.sight()
}

// lookCosts takes from the costs of a session whether the CDR has come, and
// whether the final charge succeeded.
func (s *step) lookCosts(o *session, item map[string]any) {
	if at(item, "session_cost/kwh_cost") == nil || o.stop == nil {
		if o.guessed && !o.final {
			o.arrived, o.failed, o.guessed = false, false, false
		}
		return
	}
	paid := at(item, "session_cost/invoice_download") != nil
	if !o.arrived {
		o.arrive(s.when)
		o.failed = !paid && number(at(item, "session_cost/invoice_summary")) > 0
	} else if !o.final {
		o.failed = o.settled != nil || !paid && number(at(item, "session_cost/invoice_summary")) > 0
	}
	if o.owes() && paid {
		o.settled = new(latest(s.when, o.cdr))
	}
	o.final = true
}

// lookDebts takes from a list of debts which charges failed and which debts have
// been paid.
func (s *step) lookDebts() {
	listed := map[string]bool{}
	for _, item := range s.t.results() {
		id := str(item["session_id"])
		listed[id] = true
		o := s.u.session(id)
		if o == nil {
			continue
		}
		if !o.final && o.settled == nil {
			if o.stop == nil {
				o.stop = new(latest(s.when, o.start))
			}
			if !o.arrived {
				o.arrive(s.when)
			}
			o.failed = true
		}
	}
	for _, o := range s.u.sessions {
		if o.owes() && !listed[o.id] && whole(s.t, len(listed)) && s.may(o.at) {
			o.settled = new(latest(s.when, o.cdr))
		}
	}
	s.u.seen[debts] = s.u.seen[debts] || whole(s.t, len(listed))
}

// lookInvoices takes from a list of invoices when sessions were billed.
func (s *step) lookInvoices() {
	for _, item := range s.t.results() {
		o := s.u.session(str(item["charging_session_id"]))
		date, ok := moment(item["date"])
		if o == nil || !ok {
			continue
		}
		if (o.stop == nil || !o.shownEnd && date.Before(*o.stop)) && !date.Before(o.start) {
			o.stop = &date // a guess by another clock than the target's may be later
		}
		switch {
		case o.stop == nil || date.Before(*o.stop):
		case o.failed && o.arrived && (o.settled != nil || s.may(o.at)):
			o.settled = &date
			o.cdr = earliest(o.cdr, date)
		case !o.failed && (!o.arrived || !date.Before(*o.stop)):
			o.arrived, o.cdr = true, date
		}
	}
}

func earliest(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// after notes what the call has changed, as the target's answer says.
func (s *step) after() {
	if !s.t.ok() {
		return
	}
	if s.operation == "users_create" {
		if id := str(s.t.object()["id"]); id != "" {
			s.u = s.meet(id, true)
			s.u.profile = s.t.object()
		}
		return
	}
	if s.u == nil {
		return
	}
	switch s.operation {
	case "users_partial_update":
		s.u.profile = s.t.object()
	case "users_destroy":
		s.u.gone = true
	case "users_billing_details_update":
		s.u.billing, s.u.seen[billing] = s.t.object(), true
	case "users_setup_intents_retrieve":
		s.u.intents++
	case "users_payment_methods_default_create":
		if m := s.u.method(s.id); m != nil {
			s.u.setDefault(m)
		}
	case "users_payment_methods_destroy":
		if m := s.u.method(s.id); m != nil {
			m.removed, m.def = true, false
		}
	case "users_payment_methods_list":
		for _, item := range s.t.results() {
			if m := s.u.method(str(item["id"])); m != nil {
				m.fields = item
				m.def = m.def || item["default"] == true && !s.u.hasDefault()
			}
		}
	case "users_charging_start_create":
		s.started()
	case "users_charging_stop_create":
		if o := s.u.session(s.id); o != nil && o.stop == nil {
			o.stop, o.byUser, o.at = new(latest(s.when, o.start)), true, s.sight()
		}
	case "users_charging_sessions_partial_update":
		if o := s.u.session(s.id); o != nil {
			o.rates = s.t.object()["rates"]
		}
	}
}

// started adds the session of a start.
func (s *step) started() {
	item, sent := s.t.object(), s.call.sent()
	start, shown := moment(item["start_time"])
	if !shown {
		start = s.when
	}
	id := str(item["id"])
	if id == "" || s.u.session(id) != nil {
		return
	}
	o := &session{id: id, evse: cmp.Or(str(item["evse_id"]), str(sent["evse_id"])), method: str(sent["payment_method_id"]), start: start, noStart: !shown, shown: item, at: s.sight()}
	if e := str(item["consumed_energy"]); e != "" {
		o.energy = e
	}
	s.u.sessions = append([]*session{o}, s.u.sessions...)
}
