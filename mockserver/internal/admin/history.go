package admin

import (
	"errors"
	"io"
	"net/http"

	"cariqamock/mockserver/internal/admin/adminapi"
	"cariqamock/mockserver/internal/scenario"
	"cariqamock/mockserver/internal/world"
)

// history lists the changes of a world, newest first.
func (h *handler) history(w *world.World, r *http.Request) (result, error) {
	limit, _ := pageQuery(r, pageOfMany)
	changes, err := w.History(r.Context(), limit)
	if err != nil {
		return nil, err
	}
	out := adminapi.History{Changes: []adminapi.Change{}}
	for _, c := range changes {
		out.Changes = append(out.Changes, adminapi.Change{Seq: c.Seq, Time: c.Time, Wall: c.Wall, What: c.What, Request: c.Request, User: c.User})
	}
	return show(out)
}

type rewindBody struct {
	To     *int64  `json:"to"`
	Before *string `json:"before"`
}

// rewind takes a world back to what it was after a change, or before a request.
func (h *handler) rewind(w *world.World, r *http.Request, body rewindBody) (result, error) {
	var to int64
	var err error
	switch {
	case (body.To == nil) == (body.Before == nil):
		return nil, adminapi.BadValue("to", "Want either to, the seq of a change, or before, the id of a request.")
	case body.To != nil:
		to = *body.To
	default:
		if to, err = w.Before(r.Context(), *body.Before); err != nil {
			return nil, err
		}
	}
	if err := w.Rewind(r.Context(), to); err != nil {
		return nil, err
	}
	return show(viewWorld(w))
}

type forkBody struct {
	As string `json:"as"`
	At int64  `json:"at"`
}

// fork copies a world, as it is or as it was after a change.
func (h *handler) fork(w *world.World, r *http.Request, body forkBody) (result, error) {
	copied, err := h.cfg.Worlds.Fork(r.Context(), w, body.As, body.At)
	var token *world.TokenError
	if errors.As(err, &token) {
		return nil, adminapi.BadValue("as", "%s", token.Text)
	}
	if err != nil {
		return nil, err
	}
	return created(viewWorld(copied))
}

// apply adds a fragment of a scenario file to a world.
func (h *handler) apply(w *world.World, r *http.Request) (result, error) {
	src, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	seed, err := scenario.ReadApplied(src, scenario.Known{Catalogue: h.cfg.Catalogue, Operations: h.cfg.Operations}, w.Clock.Now())
	if err != nil {
		return nil, adminapi.BadValue("", "%s", err)
	}
	if err := w.State.Apply(seed); err != nil {
		return nil, err
	}
	return show(viewWorld(w))
}
