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
	limit, err := readLimit(r, defaultRequests)
	if err != nil {
		return nil, err
	}
	return show(adminapi.RequestList{Requests: w.Journal.List(limit)})
}

// readLimit reads the query parameter limit, whose bounds the description of
// the call has.
func readLimit(r *http.Request, fallback int) (int, error) {
	text := r.URL.Query().Get("limit")
	if text == "" {
		return fallback, nil
	}
	limit, err := strconv.Atoi(text)
	if err != nil {
		return 0, adminapi.BadValue("limit", "Invalid limit %q: want a number from 1.", text)
	}
	return limit, nil
}

func (h *handler) getRequest(w *world.World, r *http.Request) (result, error) {
	id := mux.Vars(r)["request"]
	e, ok := w.Journal.Get(id)
	if !ok {
		return nil, noRequest(w, id)
	}
	return show(e)
}

func noRequest(w *world.World, id string) error {
	return adminapi.NewProblem(http.StatusNotFound, "The journal of world %s has no request %s.", w.ID, id)
}

func (h *handler) clearRequests(w *world.World, _ *http.Request) (result, error) {
	w.Journal.Clear()
	return noContent{}, nil
}

func (h *handler) findRequests(w *world.World, r *http.Request) (result, error) {
	var f journal.Filter
	if err := decode(r, &f); err != nil {
		return nil, err
	}
	return show(adminapi.RequestList{Requests: w.Journal.Find(f)})
}

func (h *handler) countRequests(w *world.World, r *http.Request) (result, error) {
	var f journal.Filter
	if err := decode(r, &f); err != nil {
		return nil, err
	}
	return show(adminapi.Count{Count: w.Journal.Count(f)})
}

// explain returns why a request got its response: the rule that refused it,
// the facts, the remedy, and the user before and after a write.
func (h *handler) explain(w *world.World, r *http.Request) (result, error) {
	id := mux.Vars(r)["request"]
	e, ok := w.Journal.Explain(id)
	if !ok {
		return nil, noRequest(w, id)
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
	return stream(func(w http.ResponseWriter) error {
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
	}), nil
}
