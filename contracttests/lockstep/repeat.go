package lockstep

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"cariqamock/contracttests"
)

// wrong are the calls about a user that were answered wrongly, by the whole request,
// since somebody has changed something.
type wrong map[string]contracttests.Found

// fine are the calls about a user that were answered as expected: how many calls had
// ended when they were the last time.
type fine map[string]int

// mostRequests is how many of them are remembered of one user.
const mostRequests = 100

// failed notes that a call was answered wrongly, and how.
func (w *world) failed(c *Call, f contracttests.Found) {
	p, _ := c.place()
	if w.wrong[p.user] == nil || len(w.wrong[p.user]) >= mostRequests {
		w.wrong[p.user] = wrong{}
	}
	w.wrong[p.user][c.request()] = f
}

// succeeded notes that a call was answered as expected.
func (w *world) succeeded(c *Call) {
	p, _ := c.place()
	if w.fine[p.user] == nil || len(w.fine[p.user]) >= mostRequests {
		w.fine[p.user] = fine{}
	}
	w.fine[p.user][c.request()] = c.ended
}

// cause returns the write after which a call shows something else than before, or nil:
// the last one about the same user since the call was answered as expected, or else the
// last one at all.
func (j *Judge) cause(c *Call) *Call {
	p, _ := c.place()
	since, looked := j.world(c).fine[p.user][c.request()]
	var other *Call
	for _, w := range slices.Backward(j.writes) {
		if w == c || w.seen == nil || w.ended <= since || w.ended > c.ended {
			continue
		}
		if at, _ := w.place(); at.user == p.user || p.user == "" {
			return w
		}
		if other == nil && looked {
			other = w
		}
	}
	return other
}

// lastWrong returns what was wrong the last time that a call was made, and forgets it. A
// write that succeeds may change what all others answer.
func (w *world) lastWrong(c *Call) (f contracttests.Found, found bool) {
	p, _ := c.place()
	f, found = w.wrong[p.user][c.request()]
	delete(w.wrong[p.user], c.request())
	if c.writes() && (c.Status == 0 || c.Status/100 == 2 || c.Status >= http.StatusInternalServerError) {
		maps.DeleteFunc(w.wrong, func(user string, _ wrong) bool { return p.user == "" || user == "" || user == p.user })
	}
	return f, found
}

// request returns what makes two calls of one token the same.
func (c *Call) request() string {
	return strings.Join([]string{c.Method, c.URL, c.Header.Get("Content-Type"), string(c.Body)}, "\x00")
}
