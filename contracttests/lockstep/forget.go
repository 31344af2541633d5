package lockstep

import "cariqamock/contracttests/internal/recent"

// mostRemembered is how much of each kind a judge remembers, as an app may be watched
// for weeks. Users who are forgotten and come back are as those who were there before
// the first call.
const mostRemembered = 10_000

// forgetOldest drops the oldest of what is remembered, if there is too much. It looks
// once in a while, as it counts the users of all worlds.
func (j *Judge) forgetOldest() {
	if j.nth%100 != 0 {
		return
	}
	recent.Keep(j.worlds, j.most, func(w *world) int { return w.now })
	type known struct {
		w  *world
		id string
	}
	users := map[known]int{}
	for _, w := range j.worlds {
		for id, u := range w.users {
			users[known{w, id}] = u.last
		}
		if len(w.wrong) > j.most {
			clear(w.wrong)
		}
		if len(w.fine) > j.most {
			clear(w.fine)
		}
	}
	for _, u := range recent.Oldest(users, j.most, func(last int) int { return last }) {
		u.w.forget(u.id)
	}
	if j.names.forget(j.most) {
		j.fake.loaded = nil
	}
}

// forget drops a user, unless calls are on their way.
func (w *world) forget(id string) {
	if w.flights[id] == nil {
		delete(w.users, id)
		delete(w.others, id)
		delete(w.wrong, id)
		delete(w.fine, id)
	}
}

// forget drops the ids that stand for others, if there are too many, and reports
// whether it did. Those that are needed again are made again.
func (n *names) forget(most int) bool {
	if len(n.of) <= most && len(n.foreign) <= most {
		return false
	}
	clear(n.of)
	clear(n.back)
	clear(n.foreign)
	return true
}
