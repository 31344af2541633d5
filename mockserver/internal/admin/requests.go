package admin

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/gorilla/mux"

	"cariqamock/mockserver/internal/journal"
	"cariqamock/mockserver/internal/world"
)

// How many entries a listing has if it does not say.
const defaultLimit = 100

type requestsView struct {
	Requests []journal.Entry `json:"requests"`
}

func (h *handler) listRequests(r *http.Request) (any, error) {
	w, err := h.world(r)
	if err != nil {
		return nil, err
	}
	limit, err := readLimit(r, defaultLimit, math.MaxInt)
	if err != nil {
		return nil, err
	}
	return requestsView{w.Journal.List(limit)}, nil
}

// readLimit reads how much of a list is wanted.
func readLimit(r *http.Request, fallback, most int) (int, error) {
	text := r.URL.Query().Get("limit")
	if text == "" {
		return fallback, nil
	}
	limit, err := strconv.Atoi(text)
	if err != nil || limit < 1 || limit > most {
		return 0, badValue("limit", "%q: want a number from 1.", text)
	}
	return limit, nil
}

// getRequest shows one entry.
func (h *handler) getRequest(r *http.Request) (any, error) {
	w, err := h.world(r)
	if err != nil {
		return nil, err
	}
	id := mux.Vars(r)["request"]
	e, ok := w.Journal.Get(id)
	if !ok {
		return nil, noRequest(w, id)
	}
	return e, nil
}

func noRequest(w *world.World, id string) *problem {
	return newProblem(http.StatusNotFound, "World %s has no request %s in its journal.", w.ID, id)
}

func (h *handler) clearRequests(r *http.Request) (any, error) {
	w, err := h.world(r)
	if err != nil {
		return nil, err
	}
	w.Journal.Clear()
	return nil, nil
}

func (h *handler) findRequests(r *http.Request) (any, error) {
	w, f, err := h.filter(r)
	if err != nil {
		return nil, err
	}
	return requestsView{w.Journal.Find(f)}, nil
}

func (h *handler) countRequests(r *http.Request) (any, error) {
	w, f, err := h.filter(r)
	if err != nil {
		return nil, err
	}
	return map[string]int{"count": w.Journal.Count(f)}, nil
}

func (h *handler) filter(r *http.Request) (*world.World, journal.Filter, error) {
	var f journal.Filter
	w, err := h.world(r)
	if err != nil {
		return nil, f, err
	}
	return w, f, decode(r, &f)
}

// explain says why a request got its answer: the rule, the facts that made it
// hold, what would lift it, and the user before and after a write.
func (h *handler) explain(r *http.Request) (any, error) {
	w, err := h.world(r)
	if err != nil {
		return nil, err
	}
	id := mux.Vars(r)["request"]
	e, ok := w.Journal.Explain(id)
	if !ok {
		return nil, noRequest(w, id)
	}
	v := explanationView{Explanation: e}
	if rule, ok := h.cfg.Rules.ByID(e.Rule); ok {
		v.Sentence, v.Source, v.Assumed = rule.Sentence, rule.Source, rule.Assumed
	}
	return v, nil
}

type explanationView struct {
	journal.Explanation
	Sentence string `json:"sentence,omitempty"`
	Source   string `json:"source,omitempty"`
	Assumed  bool   `json:"assumed"`
}

// heartbeat keeps idle streams open through proxies.
const heartbeat = 15 * time.Second

// stream sends every entry from now on as a server-sent event, until the
// client leaves or the world goes.
func (h *handler) stream(w http.ResponseWriter, r *http.Request) error {
	home, err := h.world(r)
	if err != nil {
		return err
	}
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
		case e, open := <-entries:
			if !open {
				return nil
			}
			data, err := json.Marshal(e)
			if err != nil {
				return err
			}
			fmt.Fprintf(w, "event: request\nid: %s\ndata: %s\n\n", e.ID, data)
		case <-beat.C:
			fmt.Fprint(w, ": still here\n\n")
		}
		if out.Flush() != nil {
			return nil // the client has left
		}
	}
}
