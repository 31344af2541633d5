package contracttests

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"

	"cariqamock/contracttests/internal/recent"
	"cariqamock/contracttests/shape"
	"cariqamock/internal/redact"
)

//go:embed observer.yaml
var observerYAML []byte

// constancy is what holds for the objects of a kind; see observer.yaml.
type constancy struct {
	Fixed, Rising, Settled, Quiet, Below []string
	Ends                                 map[string]string
	When                                 string
}

var constancies = sync.OnceValue(func() map[string]constancy {
	out := map[string]constancy{}
	if err := yaml.UnmarshalWithOptions(observerYAML, &out, yaml.Strict()); err != nil {
		panic(err) // the file is part of the program, and a test reads it
	}
	return out
})

// kinds are the objects in the answers of each operation.
var kinds = map[string]string{
	"users_list": "user", "users_create": "user", "users_retrieve": "user", "users_partial_update": "user",
	"users_billing_details_retrieve": "billing", "users_billing_details_update": "billing",
	"users_payment_methods_list":       "method",
	"users_charging_sessions_list":     "session",
	"users_charging_sessions_retrieve": "session", "users_charging_sessions_partial_update": "session", "users_charging_start_create": "session",
	"users_charging_debts_list": "debt", "users_invoices_list": "invoice",
}

// idFields are the fields that identify objects of other kinds than by id.
var idFields = map[string]string{"debt": "session_id", "invoice": "link"}

// An observer sees every call of a run, and remembers what must stay as it is.
// It makes no calls itself.
type observer struct {
	mu       sync.Mutex
	now      int                // counts the beginnings and ends of calls
	writes   map[string]int     // the last write, by scope
	pending  map[int][]write    // those that are on their way, by when they began
	refused  map[string]outcome // the last write that was refused, by world and user
	accepted map[string]outcome // the last one that was not
	objects  map[string]*memory // by world, kind and id
	deleted  map[string]*memory // by world and id, or path
	secrets  map[string]*memory
	intents  map[string]*memory // what secrets has, by the intent's id
	most     int                // that is kept of each kind
	worlds   map[string]string  // the token's world, as in keys, by the name in the admin API
	lists    map[string]listing
	tags     map[string]tagged
	failures []Failure
	pairs    map[string]bool // failures that are known
}

// A write is what a call may change, and when that was written before.
type write struct {
	scope  string
	before int
}

// An outcome is a write that is over.
type outcome struct {
	at int // when
	x  *Exchange
}

// memory is what was seen of an object.
type memory struct {
	user    string
	fields  map[string]any
	from    map[string]*Exchange // by field: the call that showed it
	last    *Exchange
	asked   request // that last was the answer to
	seenAt  int     // when the call that showed it last began
	endedAt int
}

// since returns the time from which a write may have changed what was seen: the end of
// the write that showed it itself, or the beginning of a read, which may have been
// answered before writes that ended while it was on its way.
func (m *memory) since() int {
	if m.asked.writes() {
		return m.endedAt
	}
	return m.seenAt
}

func newObserver() *observer {
	return &observer{
		writes: map[string]int{}, pending: map[int][]write{}, refused: map[string]outcome{}, accepted: map[string]outcome{}, objects: map[string]*memory{}, deleted: map[string]*memory{}, secrets: map[string]*memory{}, intents: map[string]*memory{}, most: mostRemembered,
		worlds: map[string]string{}, lists: map[string]listing{}, tags: map[string]tagged{}, pairs: map[string]bool{},
	}
}

// mostRemembered is how much of each kind an observer remembers. The suite's own run
// has less; one that sees an app's calls may last for weeks.
const mostRemembered = 20_000

// forgetOldest drops the oldest of what is remembered, if there is too much.
func (o *observer) forgetOldest() {
	ended := func(m *memory) int { return m.endedAt }
	for _, kind := range []map[string]*memory{o.objects, o.deleted, o.secrets, o.intents} {
		recent.Keep(kind, o.most, ended)
	}
	recent.Keep(o.lists, o.most, func(l listing) int { return l.endedAt })
	recent.Keep(o.tags, o.most, func(t tagged) int { return t.endedAt })
	recent.Keep(o.refused, o.most, func(w outcome) int { return w.at })
	recent.Keep(o.accepted, o.most, func(w outcome) int { return w.at })
	if len(o.worlds) > o.most {
		clear(o.worlds)
	}
	forgotten := 0
	for _, scope := range recent.Oldest(o.writes, o.most, func(at int) int { return at }) {
		forgotten = o.writes[scope]
		delete(o.writes, scope)
	}
	o.writes[""] = max(o.writes[""], forgotten) // they may have been about anything
}

// begin notes that a call begins, and when.
func (o *observer) begin(r request) int {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.now++
	if r.writes() {
		for _, scope := range o.scopes(r) {
			o.pending[o.now] = append(o.pending[o.now], write{scope, o.writes[scope]})
			o.writes[scope] = o.now
		}
	}
	return o.now
}

// end notes the answer to a call that began at a time.
func (o *observer) end(began int, r request, a *Answer) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.now++
	defer o.forgetOldest()
	o.wrote(began, r, a)
	if name := a.Header.Get("X-Cariqa-Mock-World"); name != "" && r.vendor {
		o.worlds[name] = r.world()
	}
	x := a.exchange
	if !r.vendor {
		if strings.Contains(r.url, "/__admin/") && r.method != "GET" {
			o.forget(r)
		}
		return
	}
	s := sighting{o, began, r, x}
	if wrong := keeps(a.Header); wrong != "" && strings.HasPrefix(r.path(), "/users/") {
		s.found("header Cache-Control", KindValue, "header Cache-Control: "+wrong)
	}
	if wrong := charset(a.Header); wrong != "" {
		s.found("header Content-Type", KindValue, "header Content-Type: "+wrong)
	}
	if x.Operation == "" || a.Status >= 300 || a.Cut {
		return
	}
	s.tag(a)
	s.gone()
	body, err := a.decoded()
	if err != nil { // the body is empty, or is not JSON
		return
	}
	for _, wrong := range shape.Answer(x.Operation, body) {
		if redact.Is(wrong) {
			continue // a recording has it in another form
		}
		place, _, _ := strings.Cut(wrong, ": ")
		s.found("body "+starred(place), KindShape, "the response does not match the expected shape: "+wrong)
	}
	s.body(body)
	s.list(body)
}

// wrote notes that a write is over. One that is refused has changed nothing.
func (o *observer) wrote(began int, r request, a *Answer) {
	refused := a.Status >= 400 && a.Status < 500
	if r.vendor && r.writes() {
		which := o.accepted
		if refused {
			which = o.refused
		}
		which[r.world()+r.user()] = outcome{o.now, a.exchange}
	}
	for _, w := range o.pending[began] {
		switch {
		case !refused:
			o.writes[w.scope] = o.now
		case o.writes[w.scope] == began:
			o.writes[w.scope] = w.before
		}
	}
	delete(o.pending, began)
}

// lost notes that nobody knows what a call has done: as far as it is known, it is
// over.
func (o *observer) lost(began int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.now++
	for _, w := range o.pending[began] {
		o.writes[w.scope] = o.now
	}
	delete(o.pending, began)
}

// verdict returns the result of what was found, if anything was.
func (o *observer) verdict() (r Result, found bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.failures) == 0 {
		return r, false
	}
	r = Result{
		Case: "run/observer", Title: "Answers have their full shape, and what cannot change does not, in the whole run", Status: Fail,
		Why: "Clients keep what they have read, and rely on every answer and not only on those that a case is about.", Source: "openapi.yaml; contracttests/observer.yaml",
	}
	var calls []*Exchange
	for _, f := range o.failures {
		calls = append(calls, f.about...)
		r.Messages = append(r.Messages, f.Operation+" "+f.Place+": "+f.Message)
	}
	r.keep(calls, true, o.failures)
	return r, true
}

// A sighting is one answer that the observer sees.
type sighting struct {
	*observer
	began int
	r     request
	x     *Exchange
}

// found notes a failure, once for each operation, place and kind.
func (s sighting) found(place string, kind FailureKind, message string, others ...*Exchange) {
	f := Failure{Operation: operationOf(s.x), Place: strings.TrimSpace(place), Kind: kind, Message: redacted(message), about: append([]*Exchange{s.x}, others...)}
	key := f.Operation + f.Place + string(kind)
	if s.pairs[key] {
		return
	}
	s.pairs[key] = true
	for _, x := range f.about {
		x.Blamed = true
	}
	s.failures = append(s.failures, f)
}

// gone checks that what was deleted does not answer, and notes what is deleted
// now.
func (s sighting) gone() {
	world, path := s.r.world(), s.r.path()
	for at := path; strings.Count(at, "/") > 2; at = at[:strings.LastIndex(strings.TrimSuffix(at, "/"), "/")+1] {
		if d := s.deleted[world+at]; d != nil && d.endedAt < s.began {
			s.found("status", KindStatus, fmt.Sprintf("status: wanted 404 after DELETE %s was answered with %d, got %d", at, d.last.Status, s.x.Status), d.last)
		}
	}
	if s.r.method == "DELETE" {
		s.deleted[world+path] = &memory{last: s.x, endedAt: s.now}
	}
}

// body checks the objects of an answer.
func (s sighting) body(body any) {
	root, ok := body.(map[string]any)
	if !ok {
		return
	}
	kind := kinds[s.x.Operation]
	if s.x.Operation == "users_setup_intents_retrieve" {
		s.secret(root["setup_intent_client_secret"], "", true)
	}
	if kind == "" {
		return
	}
	list, isList := root["results"].([]any)
	if !isList {
		s.object(kind, "body ", root)
		return
	}
	defaults := 0
	for _, each := range list {
		if item, ok := each.(map[string]any); ok {
			s.object(kind, "body /results/*", item)
			if item["default"] == true {
				defaults++
			}
		}
	}
	if kind == "method" && fmt.Sprint(root["count"]) == fmt.Sprint(len(list)) && len(list) > 0 && defaults != 1 {
		s.found("body /results/*/default", KindValue, fmt.Sprintf("default: wanted exactly one of %d payment methods, got %d", len(list), defaults))
	}
}

// secret checks that a secret is nobody else's, and if fresh that it is new.
func (s sighting) secret(v any, of string, fresh bool) {
	text, ok := v.(string)
	if !ok || text == "" {
		return
	}
	owner := s.r.user() + " " + of
	if before := s.secrets[text]; before != nil && (fresh || before.user != owner) {
		s.found("body /client_secret", KindComparison, "client_secret: it has been handed out before, for another intent", before.last)
	}
	m := &memory{user: owner, last: s.x, asked: s.r, endedAt: s.now}
	id, _, _ := strings.Cut(text, "_secret_")
	s.secrets[text], s.intents[id] = m, m
}

// object checks an object against what was seen of it before.
func (s sighting) object(kind, at string, v map[string]any) {
	name := idFields[kind]
	if name == "" {
		name = "id"
	}
	world, user := s.r.world(), s.r.user()
	id, ok := v[name].(string)
	if kind == "billing" { // which has no id of its own
		id, ok = "of "+user, true
	}
	if !ok {
		return
	}
	if kind == "user" {
		user = id
	}
	for _, path := range []string{"/users/" + id + "/", "/users/" + user + "/payment-methods/" + id + "/"} {
		if d := s.deleted[world+path]; d != nil && d.endedAt < s.began {
			s.found(at+"/id", KindComparison, fmt.Sprintf("%s %s is still there after its DELETE was answered with %d", kind, id, d.last.Status), d.last)
		}
	}
	if kind == "debt" {
		s.secret(v["payment_intent_client_secret"], id, false)
		if now, former := v["payment_intent_client_secret"], v["client_secret"]; now != nil && former != nil && now != former {
			s.found(at+"/client_secret", KindComparison, "client_secret: it is not payment_intent_client_secret, whose former name it is")
		}
	}
	key := world + " " + kind + " " + id
	m := s.objects[key]
	if m == nil {
		m = &memory{user: user, fields: map[string]any{}, from: map[string]*Exchange{}}
		s.objects[key] = m
	}
	if m.user != user {
		s.found(at+"/"+name, KindComparison, fmt.Sprintf("%s %s of one user is in another user's answer", kind, id), m.last)
		return
	}
	if m.last != nil && s.began < m.endedAt {
		return // both calls were on their way at the same time
	}
	s.compare(m, constancies()[kind], at, v)
	m.last, m.asked, m.seenAt, m.endedAt = s.x, s.r, s.began, s.now
}

// compare checks the fields of an object, and remembers them.
func (s sighting) compare(m *memory, c constancy, at string, v map[string]any) {
	settled := m.fields[c.When] != nil
	quiet := s.quiet(s.r.world(), m.user, m.last, m.since(), c.Below...)
	var suspects []*Exchange
	for _, last := range []map[string]outcome{s.refused, s.accepted} {
		if w := last[s.r.world()+m.user]; w.at > m.endedAt {
			suspects = append(suspects, w.x)
		}
	}
	for _, rule := range []struct {
		fields []string
		broken func(before, after any) string
	}{
		{c.Fixed, func(before, after any) string { return unlike(before != nil, before, after, "never changes") }},
		{c.Rising, func(before, after any) string {
			if before == nil || dig(v, c.When) != nil || after != nil && number(after) >= number(before) {
				return ""
			}
			return fmt.Sprintf("never falls: it was %v, and is %v", before, after)
		}},
		{c.Settled, func(before, after any) string {
			return unlike(settled, before, after, "does not change after the final record")
		}},
		{c.Quiet, func(before, after any) string {
			return unlike(quiet, before, after, "does not change by itself")
		}},
	} {
		for _, name := range rule.fields {
			before, known := m.fields[name]
			after := dig(v, name)
			if text := rule.broken(before, after); known && text != "" {
				s.found(at+"/"+strings.ReplaceAll(name, ".", "/"), KindComparison, name+" "+text, append(suspects, m.from[name])...)
			}
		}
	}
	for name, end := range c.Ends {
		if before, known := m.fields[name]; known && fmt.Sprint(before) == end && fmt.Sprint(dig(v, name)) != end {
			s.found(at+"/"+name, KindComparison, fmt.Sprintf("%s was %s, which is final, and is %v", name, end, dig(v, name)), m.from[name])
		}
	}
	for _, name := range slices.Concat(c.Fixed, c.Rising, c.Settled, c.Quiet, ends(c), []string{c.When}) {
		switch after := dig(v, name); {
		case after != nil && name != "", slices.Contains(c.Quiet, name) && present(v, name):
			m.fields[name], m.from[name] = after, s.x
		case slices.Contains(c.Quiet, name):
			delete(m.fields, name) // the answer to a write does not say what it is now
		}
	}
}
