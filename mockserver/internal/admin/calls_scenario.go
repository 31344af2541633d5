package admin

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"cariqamock/mockserver/internal/admin/adminapi"
	"cariqamock/mockserver/internal/bugreport"
	"cariqamock/mockserver/internal/journal"
	"cariqamock/mockserver/internal/scenario"
	"cariqamock/mockserver/internal/scenario/library"
	"cariqamock/mockserver/internal/world"
)

// checkTimeout is how long the calls of a new scenario may take, as some wait
// for their provider.
const checkTimeout = 60 * time.Second

type callsBody struct {
	Requests []string `json:"requests"`
	Name     string   `json:"name"`
	Title    string   `json:"title"`
}

// callsScenario writes calls as a scenario file, from the state that the world
// started in. It returns the file only if the calls get the same answers
// from there.
func (h *handler) callsScenario(w *world.World, r *http.Request, body callsBody) (result, error) {
	started, err := h.cfg.Library.Get(w.Scenario)
	if err != nil {
		return nil, err
	}
	made, err := madeCalls(w, body.Requests)
	if err != nil {
		return nil, err
	}
	name := cmp.Or(body.Name, scenario.Suffixed(w.Scenario, "-calls"))
	title := cmp.Or(body.Title, "Calls made in a world of "+w.Scenario)
	file, err := started.WithCalls(name, title, started.Start(w.CreatedAt), made)
	if errors.Is(err, scenario.ErrNoStep) {
		return nil, adminapi.NewProblem(http.StatusConflict, "%s.", capitalize(err.Error()))
	}
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(r.Context(), checkTimeout)
	defer cancel()
	switch wrong, err := h.cfg.Check(ctx, file); {
	case errors.Is(err, library.ErrTaken):
		return nil, adminapi.BadValue("name", "%s.", capitalize(err.Error()))
	case err != nil:
		return nil, err
	case wrong != nil:
		return nil, adminapi.NewProblem(http.StatusConflict, "From the start of scenario %s, the calls do not get the same answers again: %s. "+
			"Add the earlier calls that they need. What was done without a call, such as a CDR, a debt or a fault, is not in the file; "+
			"an export of the world has it.", w.Scenario, wrong)
	}
	return attached(name, file), nil
}

// maxMade is how many calls a scenario of calls has at most.
const maxMade = 200

// madeCalls returns the calls of ids, or all without any, oldest first.
func madeCalls(w *world.World, ids []string) ([]scenario.Made, error) {
	var out []scenario.Made
	recorded := w.Journal.Select(journal.Filter{})
	if n := len(recorded); ids == nil && (n == 0 || n > maxMade) {
		return nil, adminapi.BadValue("requests", "The journal of world %s has %d requests: want 1 to %d, or the ids of some.", w.ID, n, maxMade)
	}
	slices.Reverse(recorded)
	for _, found := range recorded {
		if ids != nil && !slices.Contains(ids, found.ID()) {
			continue
		}
		e := found.Entry()
		sent, ok := w.Journal.Sent(e.ID)
		if !ok {
			continue // dropped meanwhile
		}
		out = append(out, scenario.Made{ID: e.ID, Recorded: recordedCall(sent), At: e.Time, Answer: e.Response.Body})
	}
	for _, id := range ids {
		if !slices.ContainsFunc(out, func(m scenario.Made) bool { return m.ID == id }) {
			return nil, adminapi.BadValue("requests", "The journal of world %s has no request %s.", w.ID, id)
		}
	}
	return out, nil
}

// recordedCall returns a recorded call, in which {user} stands for the first user.
func recordedCall(sent journal.Sent) scenario.Recorded {
	r := bugreport.Recorded(sent)
	r.User = sent.First
	return r
}
