package lockstep

import (
	"maps"
	"net/http"
	"strings"

	"cariqamock/contracttests"
)

// wrong are the calls about a user that were answered wrongly, by the whole request,
// since somebody has changed something.
type wrong map[string]contracttests.Found

// mostWrong is how many of them are remembered of one user.
const mostWrong = 100

// failed notes that a call was answered wrongly, and how.
func (w *world) failed(c *Call, f contracttests.Found) {
	p, _ := c.place()
	if w.wrong[p.user] == nil || len(w.wrong[p.user]) >= mostWrong {
		w.wrong[p.user] = wrong{}
	}
	w.wrong[p.user][c.request()] = f
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
