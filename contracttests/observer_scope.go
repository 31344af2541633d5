package contracttests

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// everyone is the scope of creating and deleting users: others are on other pages
// then, but do not change.
const everyone = "/users"

// anywhere is the part of what is below a user that every write there is about.
const anywhere = "*"

// passing is the scope of what time does: sessions draw energy and end, final records
// and debts arrive. What people choose stays as it is.
const passing = "/passing"

// timely are the parts of the admin API that do what time would do.
var timely = []string{"clock", "sessions"}

// scopes returns what a write may change: a part of what is below one user, everything
// of a token, or anything, for a call of Stripe about an intent that no answer had.
func (o *observer) scopes(r request) []string {
	if r.vendor && (r.path() == "/users/" || r.method == http.MethodDelete && r.path() == "/users/"+r.user()+"/") {
		return []string{r.world() + everyone}
	}
	if r.vendor {
		return touching(r.world(), r.user(), r.part())
	}
	if world, rest, ok := o.adminWorld(r); ok {
		if first, _, _ := strings.Cut(rest, "/"); slices.Contains(timely, first) {
			return []string{world + passing}
		}
		return []string{world}
	}
	for id := range strings.SplitSeq(r.url, "/") {
		if m := o.intents[id]; m != nil {
			return touching(m.asked.world(), m.asked.user(), "payment-methods", "charging")
		}
	}
	return []string{""}
}

// touching returns the scopes of a write to parts of what is below a user.
func touching(world, user string, parts ...string) []string {
	return append(below(world, user, append(parts, anywhere)...), below(world, "", anywhere)...)
}

// below returns the scopes of parts of what is below a user.
func below(world, user string, parts ...string) []string {
	var out []string
	for _, part := range parts {
		out = append(out, world+user+"/"+part)
	}
	return out
}

// adminWorld returns the world that a call of the admin API is about, as in keys,
// and what follows it in the path.
func (o *observer) adminWorld(r request) (world, rest string, ok bool) {
	_, rest, ok = strings.Cut(r.url, "/__admin/worlds/")
	name, rest, _ := strings.Cut(rest, "/")
	if unescaped, err := url.PathUnescape(name); err == nil {
		name = unescaped
	}
	return cmp.Or(o.worlds[name], "Bearer "+name+" "), rest, ok
}

// forget drops what a call of the admin API may have changed against the rules:
// nothing if it is about the clock, sessions, intents, faults or charge points,
// what is below a user if it names one, else the whole world.
func (o *observer) forget(r request) {
	world, rest, ok := o.adminWorld(r)
	if !ok {
		return
	}
	first, rest, _ := strings.Cut(rest, "/")
	user := ""
	switch first {
	case "clock", "sessions", "intents", "faults", "charge-points":
		return
	case "users":
		user, _, _ = strings.Cut(rest, "/")
	}
	maps.DeleteFunc(o.objects, func(key string, m *memory) bool {
		return strings.HasPrefix(key, world) && (user == "" || m.user == user)
	})
	maps.DeleteFunc(o.deleted, func(key string, _ *memory) bool {
		return strings.HasPrefix(key, world+"/users/"+user)
	})
}

// overrun notes that anything may have been written.
func (o *observer) overrun() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.now++
	o.writes[""] = o.now
}

// writing reports whether a write that may change a scope is on its way.
func (o *observer) writing(scope string) bool {
	for _, writes := range o.pending {
		if slices.ContainsFunc(writes, func(w write) bool { return w.scope == scope }) {
			return true
		}
	}
	return false
}

// quiet reports whether nobody writes parts of what is below a user, or by default
// anything there, or has done so since a time.
func (o *observer) quiet(world, user string, last *Exchange, since int, parts ...string) bool {
	if len(parts) == 0 {
		parts = []string{anywhere}
	}
	scopes := append(below(world, user, parts...), world, "")
	if slices.Contains(parts, anywhere) {
		scopes = append(scopes, world+passing)
	}
	busy := func(scope string) bool { return o.writes[scope] > since || o.writing(scope) }
	return last != nil && !slices.ContainsFunc(scopes, busy)
}

// mostReread is how many calls read objects again at the end of a run.
const mostReread = 36

// reread reads objects again at the end of a run, after real time has passed; the
// observer compares them with what they were.
func (s *suite) reread(ctx context.Context) {
	if s.client.target.Replayed {
		return
	}
	o := s.client.seen
	for _, r := range o.again() {
		before := o.listed(r.url)
		a, err := s.client.send(ctx, r)
		if err != nil || Unavailable(a.Status) {
			return
		}
		o.missed(r, a, before)
	}
}

// again returns the calls that show what is known: first those about users whose last
// write was refused, then some of each operation.
func (o *observer) again() []request {
	o.mu.Lock()
	defer o.mu.Unlock()
	var out []request
	known := map[string][]request{}
	seen := map[string]bool{}
	for _, key := range slices.Sorted(maps.Keys(o.objects)) {
		m := o.objects[key]
		r, doubtful := m.asked, o.refused[m.asked.world()+m.user].at > m.endedAt
		if base, _, ok := strings.Cut(r.url, "/users/"); ok && doubtful && strings.HasPrefix(key, r.world()+" user ") {
			r = request{method: http.MethodGet, url: base + "/users/" + m.user + "/", header: http.Header{"Authorization": r.header["Authorization"]}, vendor: true}
		}
		if m.last == nil || r.method != http.MethodGet || seen[r.url] || o.deleted[r.world()+"/users/"+m.user+"/"] != nil {
			continue
		}
		seen[r.url] = true
		if doubtful && len(out) < mostReread/3 {
			out = append(out, r)
			continue
		}
		known[m.last.Operation] = append(known[m.last.Operation], r)
	}
	for round := 0; len(out) < mostReread && len(known) > 0; round++ {
		for _, op := range slices.Sorted(maps.Keys(known)) {
			if round >= len(known[op]) {
				delete(known, op)
				continue
			}
			out = append(out, known[op][round])
		}
	}
	return out[:min(len(out), mostReread)]
}

// listed returns the objects that a call has shown last, by key.
func (o *observer) listed(address string) map[string]memory {
	o.mu.Lock()
	defer o.mu.Unlock()
	out := map[string]memory{}
	for key, m := range o.objects {
		if m.last != nil && m.asked.url == address {
			out[key] = *m
		}
	}
	return out
}

// missed notes what a call has shown before and does not show any more, although
// nobody has written.
func (o *observer) missed(r request, a *Answer, before map[string]memory) {
	o.mu.Lock()
	defer o.mu.Unlock()
	s := sighting{o, o.now, r, a.exchange}
	for _, key := range slices.Sorted(maps.Keys(before)) {
		m := before[key]
		if o.objects[key] == nil || o.objects[key].last != m.last || !o.quiet(r.world(), m.user, m.last, m.since()) || o.writes[r.world()+everyone] > m.endedAt {
			continue
		}
		if a.Status != http.StatusOK {
			s.found("status", KindStatus, fmt.Sprintf("status: wanted 200 as before, got %d when read again at the end of the run", a.Status), m.last)
			continue
		}
		id := key[strings.LastIndex(key, " ")+1:]
		s.found("body /results/*", KindComparison, fmt.Sprintf("%s is no longer there when read again at the end of the run", id), m.last)
	}
}
