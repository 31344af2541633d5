package lockstep

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"

	"cariqamock/contracttests"
)

// A flight is the calls about one user that overlap: in which order the target has
// taken them, nobody knows.
type flight struct {
	open  []*Call
	ended []*landing // not judged yet
	doubt bool       // one of them has had an effect that nobody knows
}

// A landing is a call of a flight with its answer.
type landing struct {
	*step
	x *contracttests.Exchange
}

// changes reports whether the call has changed something.
func (l *landing) changes() bool { return l.call.writes() && l.t.ok() }

// mostOverlapping is how many calls are tried in every order, and mostStates how
// many states of a user are followed.
const (
	mostOverlapping = 8
	mostStates      = 16
)

func (c *Call) writes() bool { return c.Method != http.MethodGet && c.Method != http.MethodHead }

func (w *world) flight(user string) *flight {
	if w.flights[user] == nil {
		w.flights[user] = &flight{}
	}
	return w.flights[user]
}

// leave notes that a call is no longer on its way.
func (f *flight) leave(c *Call) {
	f.open = slices.DeleteFunc(f.open, func(o *Call) bool { return o == c })
}

// waits reports whether a call that is still on its way may have changed what the
// ended ones answer, or may have been answered before them.
func (f *flight) waits() bool {
	return len(f.open) > 0 && len(f.ended) < mostOverlapping &&
		(slices.ContainsFunc(f.open, (*Call).writes) || slices.ContainsFunc(f.ended, func(l *landing) bool { return l.call.writes() }))
}

// land judges the calls of a flight that have ended.
func (j *Judge) land(w *world, id string) {
	f := w.flights[id]
	f.doubt = f.doubt || len(f.ended) == mostOverlapping && len(f.open) > 0
	all := f.ended
	f.ended = nil
	switch {
	case f.doubt || len(all) == 1 && len(w.others[id]) == 0:
		for _, l := range all {
			l.doubt = f.doubt
			j.conclude(l, j.judge(l.step))
		}
		if u := w.users[id]; u != nil && f.doubt {
			clear(u.seen)
		}
	case len(all) > 0:
		j.order(w, id, all)
	}
	if len(f.open) == 0 {
		delete(w.flights, id)
	}
}

// landAll judges what has ended although other calls are on their way.
func (j *Judge) landAll() {
	for _, w := range j.worlds {
		for _, id := range slices.Sorted(maps.Keys(w.flights)) {
			w.flights[id].doubt = w.flights[id].doubt || w.flights[id].waits()
			j.land(w, id)
		}
	}
}

// A way is an order in which calls may have been taken, as far as it goes.
type way struct {
	world *world
	left  []int // of the calls
	done  []verdict
	wrong int
}

// A verdict is what came of a call.
type verdict struct {
	*landing
	result
}

// order judges overlapping calls: in the order that explains most of them. All
// states in which it may have left the user are kept.
func (j *Judge) order(w *world, id string, all []*landing) {
	start := way{}
	for i := range all {
		start.left = append(start.left, i)
	}
	var ends []way
	for most := 0; most <= len(all) && len(ends) == 0; most++ {
		tried := map[string]bool{}
		for _, u := range append([]*user{w.users[id]}, w.others[id]...) {
			start.world = w.only(id, u)
			j.explore(start, all, most, tried, &ends)
		}
	}
	delete(w.others, id)
	for i, e := range ends {
		u := e.world.users[id]
		if i == 0 {
			if u != nil {
				w.users[id] = u
			}
			for _, v := range e.done {
				j.conclude(v.landing, v.result)
			}
		} else if u != nil {
			w.others[id] = append(w.others[id], u)
		}
	}
}

// explore tries the calls that are left of a way, at most some of which may be
// answered wrongly, and adds the ways to their ends.
func (j *Judge) explore(at way, all []*landing, most int, tried map[string]bool, ends *[]way) {
	key := j.state(at)
	if tried[key] || len(*ends) >= mostStates {
		return
	}
	tried[key] = true
	if len(at.left) == 0 {
		*ends = append(*ends, at)
		return
	}
	var next, last []way
	writes := slices.ContainsFunc(at.left, func(i int) bool { return all[i].changes() })
	for _, i := range at.left {
		if !first(all, i, at.left) {
			continue
		}
		then := j.take(at, all, i)
		switch {
		case then.wrong > most:
		case all[i].changes() || then.wrong > at.wrong:
			next = append(next, then)
		case writes && j.learned(at.world, then.world): // what a write may have changed before
			last = append(last, then)
		default: // it changes nothing, so it can as well be the next one
			j.explore(then, all, most, tried, ends)
			return
		}
	}
	for _, n := range append(next, last...) {
		j.explore(n, all, most, tried, ends)
	}
}

// take returns a way with one more call.
func (j *Judge) take(at way, all []*landing, i int) way {
	s := *all[i].step
	s.world = at.world.only(s.user, at.world.users[s.user])
	v := verdict{&landing{&s, all[i].x}, j.judge(&s)}
	out := way{s.world, slices.DeleteFunc(slices.Clone(at.left), func(o int) bool { return o == i }), append(slices.Clone(at.done), v), at.wrong}
	if v.err == nil && len(v.differ) > 0 && j.excuse(&s, v.differ) == "" {
		out.wrong++
	}
	return out
}

// first reports whether a call can be the first of those that are left: none of
// the others had ended when it began.
func first(all []*landing, i int, left []int) bool {
	return !slices.ContainsFunc(left, func(o int) bool {
		return all[o].call.before(all[i].call) && !all[i].call.before(all[o].call)
	})
}

// before reports whether a call had been answered when another one began.
func (c *Call) before(o *Call) bool {
	end := c.Answering
	if end.IsZero() {
		end = c.Ended
	}
	return !end.IsZero() && !o.Began.IsZero() && !end.After(o.Began)
}

// state describes a way by what can follow: two that are equal need not both be tried.
func (j *Judge) state(at way) string {
	return fmt.Sprint(at.left, at.wrong) + j.facts(at.world)
}

// facts describes what is known of the users of a world.
func (j *Judge) facts(w *world) (text string) {
	for id, u := range w.users {
		scene, err := json.Marshal(newScene(j.names).user(u, true))
		text += fmt.Sprint(id, string(scene), err, u.seen, u.gone, u.unsure, u.intents)
	}
	return text
}

// learned reports whether more is known after a call that has changed nothing.
func (j *Judge) learned(before, after *world) bool { return j.facts(before) != j.facts(after) }

// only returns a copy of the world with one user, in a state.
func (w *world) only(id string, u *user) *world {
	out := newWorld()
	out.calls, out.now, out.outside = w.calls, w.now, w.outside
	if u != nil {
		out.users[id] = u.clone()
	}
	return out
}

// clone returns a copy of what is known of a user. What answers had is shared.
func (u *user) clone() *user {
	out := *u
	out.seen = maps.Clone(u.seen)
	out.methods, out.sessions = slices.Clone(u.methods), slices.Clone(u.sessions)
	for i, m := range out.methods {
		out.methods[i] = new(*m)
	}
	for i, s := range out.sessions {
		out.sessions[i] = new(*s)
	}
	return &out
}
