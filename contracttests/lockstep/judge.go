package lockstep

import (
	"cmp"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"cariqamock/contracttests"
	"cariqamock/mockserver/spec"
)

// A Judge judges calls as they come. Its methods can be called by several
// goroutines.
type Judge struct {
	mu      sync.Mutex
	base    string
	spec    *spec.Spec
	witness *contracttests.Witness
	fake    *fake
	names   *names
	known   map[string]rule
	worlds  map[string]*world
	writes  []*Call // those that others may have overlapped
	nth     int
	most    int // users, worlds and ids that are remembered
	started time.Time
	found   func(contracttests.Found)
	tally
}

// Options are the settings of a Judge.
type Options struct {
	Target contracttests.Target      // whose answers are judged; of Base only the path and the host count
	Found  func(contracttests.Found) // called with each finding, unless nil
	Now    time.Time                 // when the calls began
}

// New returns a judge. handler is a fake with its admin API at /__admin, which the
// judge alone uses.
func New(handler http.Handler, o Options) (*Judge, error) {
	s, err := spec.Vendor()
	if err != nil {
		return nil, err
	}
	j := &Judge{
		base: strings.TrimSuffix(o.Target.Base, "/"), spec: s, witness: contracttests.NewWitness(o.Target, s), fake: &fake{handler: handler}, names: newNames(),
		worlds: map[string]*world{}, most: mostRemembered, started: o.Now, found: o.Found, tally: newTally(),
	}
	j.known, err = j.fake.rules()
	return j, err
}

// Base returns the URL of the API whose calls are judged.
func (j *Judge) Base() string { return j.base }

func (j *Judge) witnessed(c *Call) contracttests.Seen {
	header := c.Header
	if token := j.world(c).token; token != "" {
		header = header.Clone()
		header.Set("Authorization", token)
	}
	return contracttests.Seen{
		Method: c.Method, URL: c.URL, Header: header, Body: c.Body, Ended: c.Ended, Took: c.Ended.Sub(c.Began),
		Answer: &contracttests.Answer{Status: c.Status, Header: c.Answered, Body: c.Answer, Cut: c.Cut},
	}
}

// Begin notes that a call begins. End must follow.
func (j *Judge) Begin(c *Call) {
	j.mu.Lock()
	defer j.mu.Unlock()
	c.began = j.witness.Begin(j.witnessed(c))
	if c.writes() {
		j.writes = append(j.writes, c)
	}
	if p, _ := c.place(); p.user != "" {
		f := j.world(c).flight(p.user)
		f.open = append(f.open, c)
	}
}

// End judges a call that has been answered, or has failed.
func (j *Judge) End(c *Call) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.nth++
	j.calls++
	j.build = cmp.Or(j.build, c.Fake())
	operation := j.witness.Operation(c.Method, c.URL)
	p, _ := c.place()
	j.unite(c, p.user)
	w := j.world(c)
	w.calls++
	w.now = j.nth
	defer j.forgetOldest()
	if u := w.users[p.user]; u != nil {
		u.last = j.nth
	}
	if p.user != "" {
		f := w.flight(p.user)
		f.leave(c)
		defer func() {
			if !f.waits() {
				j.land(w, p.user)
			}
		}()
	}
	if operation == "" {
		j.other(c, w)
		return
	}
	defer j.forgetWrites()
	if c.Status == 0 {
		j.witness.Lost(c.began)
		if !c.Left {
			j.witness.Broken(j.witnessed(c))
		}
		j.lost(w, c, operation, "there was no whole answer")
		return
	}
	j.answered(w, c, operation, p)
}

// answered judges a call that has been answered.
func (j *Judge) answered(w *world, c *Call, operation string, p place) {
	x := j.witness.End(c.began, j.witnessed(c))
	c.seen, c.ended = x, j.nth
	j.touch(operation, c.Status)
	departures := contracttests.Departures(x)
	j.note(operation, departures...)
	if len(departures) > 0 {
		defer w.failed(c, departures[0])
	}
	switch {
	case c.Status/100 == 3:
		j.unjudged(operation, "a redirect")
	case c.Cut:
		j.lost(w, c, operation, "the file has only part of the call")
	case contracttests.Unavailable(c.Status):
		j.lost(w, c, operation, "the environment was sick (429, 502, 503, 504)")
	case c.Status >= 500 && !j.declared(operation, c.Status):
		j.lost(w, c, operation, "an internal error, which no rule has")
	case (c.Status == http.StatusUnauthorized || c.Status == http.StatusForbidden) && (c.As != "" && c.As != nobody || c.As == "" && c.Header.Get("Authorization") != ""):
		j.unjudged(operation, "whether a token is valid only the target knows")
	default:
		l := &landing{&step{world: w, call: c, operation: operation, place: p, t: c.target(), nth: j.nth, when: clock(c)}, x}
		if p.user != "" {
			f := w.flight(p.user)
			f.ended = append(f.ended, l)
			return
		}
		l.doubt = operation == "users_list" && (j.overlapped(c) || len(w.others) > 0)
		j.conclude(l, j.judge(l.step))
	}
}

// clock returns the target's time at the end of a call.
func clock(c *Call) time.Time {
	if at, err := http.ParseTime(c.Answered.Get("Date")); err == nil {
		return at
	}
	return c.Ended
}

func (j *Judge) declared(operation string, status int) bool {
	op, _ := j.spec.Operation(operation)
	return slices.Contains(op.Statuses, status)
}

func (j *Judge) world(c *Call) *world {
	as := c.as()
	if j.worlds[as] == nil {
		j.worlds[as] = newWorld()
	}
	return j.worlds[as]
}

// other notes a call that openapi.yaml does not describe: one of Stripe or of the
// admin API, which may change anything, or an unknown one.
func (j *Judge) other(c *Call, w *world) {
	j.witness.End(c.began, j.witnessed(c))
	j.forgetWrites()
	if !strings.HasPrefix(c.URL, j.base) {
		for _, each := range j.worlds {
			each.outside = j.nth
		}
		j.aside("calls of other APIs, such as Stripe's")
		return
	}
	w.outside = j.nth
	w.shake(c)
	j.aside("calls that openapi.yaml does not have")
}

// lost notes a call of which nobody knows what it has changed.
func (j *Judge) lost(w *world, c *Call, operation, reason string) {
	j.unjudged(operation, reason)
	w.shake(c)
	p, _ := c.place()
	u := w.users[p.user]
	if u == nil {
		return
	}
	if c.writes() {
		clear(u.seen)
		delete(w.others, p.user)
	}
	u.doubt(operation, p.id)
}

// shake notes that nobody knows what a call has changed while others were on their
// way.
func (w *world) shake(c *Call) {
	if p, _ := c.place(); p.user != "" && c.writes() {
		w.flight(p.user).doubt = true
	}
	w.lastWrong(c)
}

// forgetWrites drops the oldest writes, which no call can have overlapped any more.
func (j *Judge) forgetWrites() {
	if len(j.writes) > 1000 {
		j.writes = j.writes[500:]
	}
}

// overlapped reports whether a write of the same token was on its way at the same
// time as a call about no user.
func (j *Judge) overlapped(c *Call) bool {
	return slices.ContainsFunc(j.writes, func(o *Call) bool {
		return o != c && j.world(o) == j.world(c) && !o.Began.IsZero() && !c.Ended.IsZero() && o.Began.Before(c.Ended) && (o.Ended.IsZero() || o.Ended.After(c.Began))
	})
}

// A result is what came of a call: where the target's answer is not the fake's, by
// which rule the fake refuses, and why the fake could not be asked.
type result struct {
	differ []difference
	by     string
	err    error
}

// judge compares the target's answer with the fake's, and notes what the call has
// changed.
func (j *Judge) judge(s *step) result {
	query := s.call.query()
	fields, outcomes := tables()
	s.before(outcomes)
	defer s.after()
	want, by, err := j.ask(s, outcomes)
	if err == nil && j.foreign(s, want) {
		want, by, err = j.ask(s, outcomes)
	}
	if err != nil {
		return result{err: err}
	}
	c := &comparison{fields: fields, u: s.u, operation: s.operation, foreign: func(id string) bool {
		o := s.u.session(id)
		return o != nil && j.names.foreign[o.evse]
	}}
	if strings.HasPrefix(s.operation, "stations_") && (want.status == http.StatusBadRequest) == (s.t.status == http.StatusBadRequest) {
		switch _, paged := c.kindOf(s.operation); {
		case want.status == http.StatusBadRequest:
			c.statuses(want, s.t, j.because(by))
		case paged && s.t.ok() && s.t.object() != nil:
			c.page(s.t, query)
			c.found(s.t, query)
		case s.t.ok():
			c.tile(s.t, query)
		}
		return result{differ: c.out}
	}
	if c.statuses(want, s.t, j.because(by)) {
		c.headers(want, s.t)
		if s.t.ok() {
			c.bodies(want, s.t, query)
		}
	}
	return result{differ: c.out, by: by}
}

// because describes the rule by which the fake refuses.
func (j *Judge) because(id string) string {
	if id == "" {
		return ""
	}
	return fmt.Sprintf(" (rule %s: %s)", id, strings.TrimSuffix(j.known[id].Sentence, "."))
}

// why returns what of an error is about the kind of state, without ids.
func why(err error) string {
	text := err.Error()
	if m := mistake.FindStringSubmatch(text); m != nil {
		return m[1]
	}
	return text
}

var mistake = regexp.MustCompile(`scenario\.yaml:\d+:\d+: ([^\\\n]*)`)

// needs are the parts of a user on which the status of a call depends.
var needs = map[string][]string{
	"users_destroy": {sessions, debts}, "users_payment_methods_destroy": {methods, sessions, debts}, "users_payment_methods_default_create": {methods},
	"users_charging_start_create": {methods, billing, sessions, debts}, "users_charging_stop_create": {sessions},
	"users_charging_sessions_retrieve": {sessions}, "users_charging_sessions_partial_update": {sessions},
	"users_charging_sessions_list": {sessions}, "users_payment_methods_list": {methods}, "users_charging_debts_list": {sessions}, "users_invoices_list": {sessions},
}

// excuse returns why differences are not the target's fault, or "".
func (j *Judge) excuse(s *step, differ []difference) string {
	first, notFound := differ[0], s.t.status == http.StatusNotFound
	if s.operation == "users_list" && first.place == "status" && notFound {
		return "how many users there are was not seen"
	}
	missing := ""
	if s.u == nil && s.user != "" && !notFound {
		missing = profile
	} else if s.u != nil {
		missing = s.u.lacks(needs[s.operation])
	}
	switch {
	case s.doubt:
		return "another call about the same user was on its way"
	case first.kind == contracttests.KindStatus && missing != "":
		return "the user was there before the first call, and their " + missing + " were not seen"
	case notFound && s.u != nil && s.u.unsure:
		return "whether the user was deleted was not seen"
	case first.kind == contracttests.KindStatus && s.unlisted():
		return "the payment method may be that of a setup intent, and was not listed"
	case first.place == "status" && notFound && s.operation == "users_charging_start_create":
		return "whether a charge point exists only the target knows"
	}
	return ""
}

// conclude notes what came of a comparison.
func (j *Judge) conclude(l *landing, r result) {
	s := l.step
	earlier, again := j.world(s.call).lastWrong(s.call)
	switch {
	case r.err != nil:
		j.unjudged(s.operation, "the fake cannot be brought into this state: "+why(r.err))
		return
	case len(r.differ) == 0:
		j.agreed(s.operation)
		j.world(s.call).succeeded(s.call)
		j.held(r.by, s.t)
		if again && len(contracttests.Departures(l.x)) == 0 {
			j.witness.Flaky(earlier)
		}
		return
	}
	if reason := j.excuse(s, r.differ); reason != "" {
		j.unjudged(s.operation, reason)
		return
	}
	cause := j.cause(s.call)
	for i, d := range r.differ {
		f := contracttests.Found{
			Failure: contracttests.Failure{Operation: s.operation, Place: cmp.Or(strings.ReplaceAll(d.place, "body //", "body /"), "body"), Kind: d.kind, Message: d.message},
			Calls:   []*contracttests.Exchange{l.x},
		}
		if cause != nil && (d.kind == contracttests.KindValue || d.kind == contracttests.KindStatus) {
			f.After, f.Calls = cause.seen.Operation, append(f.Calls, cause.seen)
		}
		if i == 0 {
			j.world(s.call).failed(s.call, f)
		}
		if rule, ok := j.known[r.by]; ok && rule.Assumed && d.kind == contracttests.KindStatus {
			j.broke(rule, f)
			continue
		}
		j.note(s.operation, f)
	}
}
