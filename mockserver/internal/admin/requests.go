package admin

import (
	"net/http"
	"strings"

	"github.com/gorilla/mux"

	"cariqamock/mockserver/internal/admin/adminapi"
	"cariqamock/mockserver/internal/journal"
	"cariqamock/mockserver/internal/scenario"
	"cariqamock/mockserver/internal/world"
)

func (h *handler) listRequests(w *world.World, r *http.Request) (result, error) {
	return h.findRequests(w, r, journal.Filter{})
}

func (h *handler) getRequest(w *world.World, r *http.Request) (result, error) {
	e, err := recorded(w, r, w.Journal.Get)
	if err != nil {
		return nil, err
	}
	return show(e)
}

// recorded returns what a function of the journal returns for the request in
// the path.
func recorded[T any](w *world.World, r *http.Request, get func(id string) (T, bool)) (T, error) {
	id := mux.Vars(r)["request"]
	found, ok := get(id)
	if !ok {
		return found, adminapi.NewProblem(http.StatusNotFound, "The journal of world %s has no request %s.", w.ID, id)
	}
	return found, nil
}

func (h *handler) clearRequests(w *world.World, _ *http.Request) (result, error) {
	w.Journal.Clear()
	return noContent, nil
}

func (h *handler) findRequests(w *world.World, r *http.Request, f journal.Filter) (result, error) {
	page, next, err := cut(r, pageOfMany, w.Journal.Select(f), journal.Recorded.ID)
	if err != nil {
		return nil, err
	}
	body := h.counted(w, "requests", views(page, journal.Recorded.Entry))
	if next != "" {
		body["next"] = next
	}
	return show(body)
}

func (h *handler) countRequests(w *world.World, _ *http.Request, f journal.Filter) (result, error) {
	return show(h.counted(w, "count", w.Journal.Count(f)))
}

// counted returns an answer that says how many calls the journal has dropped, if
// any, and whether other servers may have more.
func (h *handler) counted(w *world.World, name string, v any) map[string]any {
	body := map[string]any{name: v}
	if n := w.Journal.Dropped(); n > 0 {
		body["dropped"] = n
	}
	if h.cfg.Worlds.Shared() {
		body["partial"] = true
	}
	return body
}

// explain returns why a request got its response: the rule that refused it,
// the facts, the remedy, and the user before and after a write.
func (h *handler) explain(w *world.World, r *http.Request) (result, error) {
	e, err := recorded(w, r, w.Journal.Explain)
	if err != nil {
		return nil, err
	}
	v := adminapi.Explanation{Explanation: e}
	if rule, ok := h.cfg.Rules.ByID(e.Rule); ok {
		v.Sentence, v.Source, v.Assumed = rule.Sentence, rule.Source, rule.Assumed
	}
	return show(v)
}

// curl writes a command that repeats a request. It contains the token of a
// world whose id is its token, else a variable of the shell.
func (h *handler) curl(w *world.World, r *http.Request) (result, error) {
	sent, err := recorded(w, r, w.Journal.Sent)
	if err != nil {
		return nil, err
	}
	authorization := "Bearer $TOKEN"
	switch {
	case strings.HasPrefix(sent.Path, "/v1/") && sent.Secret:
		authorization = "Bearer sk_test_mock"
	case strings.HasPrefix(sent.Path, "/v1/"):
		authorization = "Bearer pk_test_mock"
	case !strings.HasPrefix(w.ID, "w_"):
		authorization = "Bearer " + w.ID
	}
	return document("text/plain; charset=utf-8", []byte(sent.Curl(h.cfg.Base(r), authorization))), nil
}

// step writes a request as a step of a scenario.
func (h *handler) step(w *world.World, r *http.Request) (result, error) {
	sent, err := recorded(w, r, w.Journal.Sent)
	if err != nil {
		return nil, err
	}
	step, err := scenario.WriteStep(recordedCall(sent))
	if err != nil {
		return nil, err
	}
	return document("application/yaml", step), nil
}
