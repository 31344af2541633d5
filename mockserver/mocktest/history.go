package mocktest

import (
	"net/http"
	"time"
)

// A Change is one step of a world's history.
type Change struct {
	Seq     int64     // its number; the first one has made the world
	Time    time.Time // of the world's clock, after the change
	Wall    time.Time // of the machine
	What    string    // such as "DELETE /users/…" or "clock advance 10m"
	Request string    // id of the call that made it, as in Requests; empty if none did
	User    string    // whom it is about; may be empty
}

// History returns the last changes of the world, newest first.
func (w *World) History() []Change {
	w.s.t.Helper()
	var answer struct{ Changes []Change }
	w.admin("History()", http.MethodGet, "/history?limit=1000", nil, &answer)
	return answer.Changes
}

// Rewind takes the world back to what it was after a change, time and faults
// included. That is a change itself, so it can be undone. It fails the test if the
// change is not kept.
func (w *World) Rewind(to int64) {
	w.s.t.Helper()
	w.admin(verb[any]("Rewind", nil, to), http.MethodPost, "/rewind", map[string]int64{"to": to}, nil)
}

// RewindBefore takes the world back to what it was before a call, which its id in
// Requests names. It fails the test if the call has changed nothing.
func (w *World) RewindBefore(request string) {
	w.s.t.Helper()
	w.admin(verb[any]("RewindBefore", nil, request), http.MethodPost, "/rewind", map[string]string{"before": request}, nil)
}

// Fork copies the world as it is. The copy has a token of its own, such as
// mock.debt.copy. It fails the test if a world of that token has been used
// already.
func (w *World) Fork(token string) *World {
	w.s.t.Helper()
	call := verb[any]("Fork", nil, token)
	w.admin(call, http.MethodPost, "/fork", map[string]string{"as": token}, nil)
	return w.s.open(call, token)
}

// Apply adds users, stations and charge points to the world, in the form that they
// have in a scenario file: map[string]any{"users": []any{…}}. It fails the test if
// something of the same id exists already; then nothing is added.
func (w *World) Apply(fragment map[string]any) {
	w.s.t.Helper()
	w.admin("Apply(...)", http.MethodPost, "/apply", fragment, nil)
}
