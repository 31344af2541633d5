package admin

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/gorilla/mux"

	"cariqamock/mockserver/internal/admin/adminapi"
	"cariqamock/mockserver/internal/journal"
	"cariqamock/mockserver/internal/world"
)

// defaultRequests is how many requests a list has without a limit.
const defaultRequests = 100

func (h *handler) listRequests(w *world.World, r *http.Request) (result, error) {
	return showList("requests", w.Journal.List(limit(r, defaultRequests)))
}

// limit returns the query parameter limit, which the validator has checked, or
// the fallback without one.
func limit(r *http.Request, fallback int) int {
	if n, err := strconv.Atoi(r.URL.Query().Get("limit")); err == nil {
		return n
	}
	return fallback
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

func (h *handler) findRequests(w *world.World, _ *http.Request, f journal.Filter) (result, error) {
	return showList("requests", w.Journal.Find(f))
}

func (h *handler) countRequests(w *world.World, _ *http.Request, f journal.Filter) (result, error) {
	return show(map[string]int{"count": w.Journal.Count(f)})
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

// heartbeat keeps idle streams open through proxies.
const heartbeat = 15 * time.Second

// streamRequests sends every new request as a server-sent event, until the
// client leaves or the world is dropped.
func (h *handler) streamRequests(home *world.World, r *http.Request) (result, error) {
	return func(w http.ResponseWriter) error {
		entries := home.Journal.Subscribe(r.Context())
		w.Header().Set("Content-Type", "text/event-stream")
		out := http.NewResponseController(w)
		if err := out.Flush(); err != nil {
			return err
		}
		beat := time.NewTicker(heartbeat)
		defer beat.Stop()
		for {
			select {
			case e, ok := <-entries:
				if !ok {
					return nil
				}
				data, err := json.Marshal(e)
				if err != nil {
					return err
				}
				fmt.Fprintf(w, "event: request\nid: %s\ndata: %s\n\n", e.ID, data)
			case <-beat.C:
				fmt.Fprint(w, ": heartbeat\n\n")
			}
			if out.Flush() != nil {
				return nil // the client has left
			}
		}
	}, nil
}
