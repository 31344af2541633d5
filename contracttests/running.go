package contracttests

import (
	"net/http"
	"path"
	"sync"
)

// running is which sessions a run has started and not stopped, by user, as far as the
// answers say.
type running struct {
	mu       sync.Mutex
	sessions map[string]map[string]bool
}

// unnamed stands for a session that may have been started by a call without an answer
// that names it.
const unnamed = ""

func newRunning() *running { return &running{sessions: map[string]map[string]bool{}} }

// note notes what a call to an operation may have started or stopped. Without an answer
// it may have had its effect.
func (n *running) note(operation string, r request, a *Answer) {
	n.mu.Lock()
	defer n.mu.Unlock()
	user := r.user()
	switch operation {
	case "users_charging_start_create":
		if a != nil && a.Status >= 400 && a.Status < 500 {
			return
		}
		var s struct{ ID string }
		if a != nil && Decode(a.Body, &s) != nil {
			s.ID = unnamed
		}
		if n.sessions[user] == nil {
			n.sessions[user] = map[string]bool{}
		}
		n.sessions[user][s.ID] = true
	case "users_charging_stop_create":
		if a != nil && a.Status == http.StatusNoContent {
			delete(n.sessions[user], path.Base(r.path()))
		}
	}
}

// is reports whether a session may be running.
func (n *running) is(user, session string) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.sessions[user][session]
}

// any reports whether a session of a user may be running.
func (n *running) any(user string) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return len(n.sessions[user]) > 0
}
