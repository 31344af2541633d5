package lockstep

import (
	"slices"
	"time"
)

// A sight is when something was seen: after how many calls, and at what time.
type sight struct {
	nth int
	at  time.Time
}

// A world is what is known of the users of one token.
type world struct {
	users   map[string]*user
	token   string // that stands for all of the client's, if there are several
	calls   int
	now     int // how many calls there were in all when the last one ended
	outside int // the last call that may have changed anything, such as one of Stripe
	flights map[string]*flight
	others  map[string][]*user // states that users may be in as well
	wrong   map[string]wrong   // by user
	fine    map[string]fine    // by user
}

// The parts of a user that a call can depend on.
const (
	profile  = "profile"
	billing  = "billing details"
	methods  = "payment methods"
	sessions = "charging sessions"
	debts    = "debts"
)

var allParts = []string{profile, billing, methods, sessions, debts}

// A user is what is known of one.
type user struct {
	id       string
	profile  map[string]any
	billing  map[string]any
	methods  []*method  // newest first
	sessions []*session // newest first
	seen     map[string]bool
	gone     bool
	unsure   bool // a deletion had no whole answer
	intents  int  // setup intents that were handed out, whose method was not seen yet
	last     int  // how many calls there were when one was about the user
}

// A method is what is known of a payment method.
type method struct {
	id      string
	fields  map[string]any // as in answers; nil until it is seen
	def     bool
	created time.Time
	removed bool
}

// A session is what is known of a charging session.
type session struct {
	id, evse, method string
	start            time.Time
	noStart          bool // the API does not show it
	stop             *time.Time
	shownEnd         bool // stop is the end that the API shows
	byUser           bool
	arrived          bool // the CDR
	cdr              time.Time
	energy           string // kWh; empty if unknown
	failed           bool   // the final charge
	guessed          bool   // that the CDR came: it may have been that of another session
	settled          *time.Time
	rates            any
	unsure           bool           // a rating had no whole answer
	shown            map[string]any // the last answer that had it
	final            bool           // shown has been seen since the CDR came
	at               sight
}

func newWorld() *world {
	return &world{users: map[string]*user{}, flights: map[string]*flight{}, others: map[string][]*user{}, wrong: map[string]wrong{}, fine: map[string]fine{}}
}

// meet returns a user, who is now known to exist. fresh means that nothing can
// have happened to the user that was not seen.
func (w *world) meet(id string, fresh bool) *user {
	if u := w.users[id]; u != nil {
		u.last = w.now
		return u
	}
	u := &user{id: id, seen: map[string]bool{}, last: w.now}
	for _, part := range allParts {
		u.seen[part] = fresh
	}
	w.users[id] = u
	return u
}

// lacks returns the first of some parts of a user that was not seen.
func (u *user) lacks(parts []string) string {
	for _, part := range parts {
		if !u.seen[part] {
			return part
		}
	}
	return ""
}

func (u *user) method(id string) *method {
	i := slices.IndexFunc(u.methods, func(m *method) bool { return m.id == id && !m.removed })
	if i < 0 {
		return nil
	}
	return u.methods[i]
}

func (u *user) session(id string) *session {
	i := slices.IndexFunc(u.sessions, func(s *session) bool { return s.id == id })
	if i < 0 {
		return nil
	}
	return u.sessions[i]
}

// saved returns the payment methods that have not been removed.
func (u *user) saved() []*method {
	var out []*method
	for _, m := range u.methods {
		if !m.removed {
			out = append(out, m)
		}
	}
	return out
}

func (u *user) hasDefault() bool {
	return slices.ContainsFunc(u.methods, func(m *method) bool { return m.def && !m.removed })
}

// knew reports whether a method was seen or used before, even if it has been removed.
func (u *user) knew(id string) bool {
	return slices.ContainsFunc(u.methods, func(m *method) bool { return m.id == id })
}

// add adds a method that was listed for the first time. The first one of a user is the
// default.
func (u *user) add(id string) *method {
	m := &method{id: id}
	m.def = u.seen[methods] && len(u.saved()) == 0
	u.methods = append([]*method{m}, u.methods...)
	u.intents = max(0, u.intents-1)
	return m
}

// use adds a method that was used although it was not listed: one that was there
// before the first call, or of a setup intent, which is confirmed out of sight. What
// else there is only a list shows.
func (u *user) use(id string) {
	if u.knew(id) || u.seen[methods] && u.intents == 0 {
		return
	}
	u.methods = append(u.methods, &method{id: id})
	u.intents = max(0, u.intents-1)
	u.seen[methods] = false
}

// setDefault makes one method the default.
func (u *user) setDefault(m *method) {
	for _, other := range u.methods {
		other.def = other == m
	}
}

// doubt notes what a call may have changed that had no whole answer, and that a later
// look cannot simply be taken for.
func (u *user) doubt(operation, id string) {
	switch operation {
	case "users_destroy":
		u.unsure = true
	case "users_setup_intents_retrieve":
		u.intents++
	case "users_charging_sessions_partial_update":
		if o := u.session(id); o != nil {
			o.unsure = true
		}
	}
}

// attach adds a session at its place: newest first.
func (u *user) attach(s *session) {
	i := slices.IndexFunc(u.sessions, func(o *session) bool { return !o.start.After(s.start) })
	if i < 0 {
		i = len(u.sessions)
	}
	u.sessions = slices.Insert(u.sessions, i, s)
}

func (s *session) active() bool { return s.stop == nil }

func (s *session) pending() bool { return s.stop != nil && !s.arrived }

func (s *session) owes() bool { return s.arrived && s.failed && s.settled == nil }

// happen notes an event that only the world outside knows, for sessions to which
// it can have happened, and reports whether there was one.
func (u *user) happen(event string, now time.Time, may func(sight) bool) {
	for _, s := range u.sessions {
		if !may(s.at) {
			continue
		}
		switch {
		case event == "stopped" && s.active():
			s.stop = new(latest(now, s.start))
		case event == "final" && s.pending():
			s.arrive(now)
		case event == "unpaid" && s.pending() && !slices.ContainsFunc(u.sessions, (*session).owes):
			s.guessed = len(slices.DeleteFunc(slices.Clone(u.sessions), func(o *session) bool { return !o.pending() })) > 1
			s.arrive(now)
			s.failed = true
		case event == "paid" && s.owes() && !slices.ContainsFunc(u.sessions, func(o *session) bool { return o.active() || o.pending() }):
			s.settled = new(latest(now, s.cdr))
		}
	}
}

func (s *session) arrive(now time.Time) { s.arrived, s.cdr = true, latest(now, *s.stop) }

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
