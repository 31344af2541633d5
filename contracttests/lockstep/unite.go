package lockstep

import (
	"cmp"
	"maps"
	"slices"
)

// unite makes two tokens share what is known, once a call under one of them is about a
// user who was seen under the other: they are of the same client, as one that was
// renewed is. With a fake, each token has users of its own, which may have the same ids.
func (j *Judge) unite(c *Call, user string) {
	if c.As != "" || c.as() == "" || user == "" || j.build != "" || !c.target().shows() || j.world(c).users[user] != nil {
		return
	}
	mine := j.world(c)
	for _, as := range slices.Sorted(maps.Keys(j.worlds)) {
		if w := j.worlds[as]; as != "" && w != mine && w.users[user] != nil {
			w.token = cmp.Or(w.token, as)
			j.move(mine, w)
			return
		}
	}
}

// move adds what is known in one world to another one, and has its tokens use that.
func (j *Judge) move(from, to *world) {
	j.united++
	j.witness.Missed() // it has taken them for different clients
	to.calls += from.calls
	to.outside = max(to.outside, from.outside)
	for id, u := range from.users {
		if to.users[id] == nil {
			to.users[id] = u
		}
	}
	for id, f := range from.flights {
		for _, l := range f.ended {
			l.world = to
		}
		both := to.flight(id)
		both.open, both.ended, both.doubt = append(both.open, f.open...), append(both.ended, f.ended...), both.doubt || f.doubt
	}
	for id, others := range from.others {
		to.others[id] = append(to.others[id], others...)
	}
	for as, w := range j.worlds {
		if w == from {
			j.worlds[as] = to
		}
	}
}
