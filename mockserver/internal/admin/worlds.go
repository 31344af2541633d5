package admin

import (
	"errors"
	"net/http"
	"time"

	"github.com/gorilla/mux"

	"cariqamock/mockserver/internal/clock"
	"cariqamock/mockserver/internal/world"
)

type worldView struct {
	ID        string    `json:"id"`
	Scenario  string    `json:"scenario"`
	CreatedAt time.Time `json:"created_at"` // wall time
	Now       time.Time `json:"now"`        // the world's
	Users     int       `json:"users"`
	Sessions  int       `json:"sessions"`
}

func viewWorld(w *world.World) worldView {
	users, sessions := w.State.Counts()
	return worldView{
		ID: w.ID, Scenario: w.Scenario, CreatedAt: w.CreatedAt.UTC(), Now: w.Clock.Now(),
		Users: users, Sessions: sessions,
	}
}

func (h *handler) listWorlds(*http.Request) (any, error) {
	out := []worldView{}
	for _, w := range h.cfg.Worlds.List() {
		out = append(out, viewWorld(w))
	}
	return map[string]any{"worlds": out}, nil
}

func (h *handler) getWorld(r *http.Request) (any, error) {
	w, err := h.world(r)
	if err != nil {
		return nil, err
	}
	return viewWorld(w), nil
}

// dropWorld answers 204 also where the world is not there.
func (h *handler) dropWorld(r *http.Request) (any, error) {
	h.cfg.Worlds.Drop(mux.Vars(r)["world"])
	return nil, nil
}

func (h *handler) resetWorld(r *http.Request) (any, error) {
	var body struct {
		Scenario string `json:"scenario"`
	}
	if err := decode(r, &body); err != nil {
		return nil, err
	}
	w, err := h.cfg.Worlds.Reset(mux.Vars(r)["world"], body.Scenario)
	var unknown *world.TokenError
	if body.Scenario != "" && errors.As(err, &unknown) {
		return nil, badValue("scenario", "%s", unknown.Text)
	}
	if err != nil {
		return nil, err
	}
	return viewWorld(w), nil
}

func (h *handler) getClock(r *http.Request) (any, error) {
	w, err := h.world(r)
	if err != nil {
		return nil, err
	}
	return w.Clock.Read(), nil
}

// lastYear is the last that timestamps can write.
const lastYear = 9999

// putClock takes any of freeze, set, advance and speed, all or nothing.
func (h *handler) putClock(r *http.Request) (any, error) {
	w, err := h.world(r)
	if err != nil {
		return nil, err
	}
	var body struct {
		Freeze  *bool    `json:"freeze"`
		Set     *string  `json:"set"`
		Advance *string  `json:"advance"`
		Speed   *float64 `json:"speed"`
	}
	if err := decode(r, &body); err != nil {
		return nil, err
	}
	change := clock.Change{Freeze: body.Freeze, Speed: body.Speed}
	if body.Set != nil {
		t, err := time.Parse(time.RFC3339, *body.Set)
		if err != nil || t.UTC().Year() > lastYear {
			return nil, badValue("set", "%q is no time; want RFC 3339, such as 2026-04-02T14:00:00Z.", *body.Set)
		}
		change.Set = &t
	}
	if body.Advance != nil {
		d, err := time.ParseDuration(*body.Advance)
		if err != nil {
			return nil, badValue("advance", "%q is no duration; want one as Go writes it, such as 25m or 1h30m.", *body.Advance)
		}
		change.Advance = &d
		if w.Clock.Now().Add(d).Year() > lastYear || change.Set != nil && change.Set.Add(d).Year() > lastYear {
			return nil, badValue("advance", "%q leads past the year %d.", *body.Advance, lastYear)
		}
	}
	if s := body.Speed; s != nil && (*s <= 0 || *s > clock.MaxSpeed) {
		return nil, badValue("speed", "Speed %v: want more than 0 and at most %d.", *s, int(clock.MaxSpeed))
	}
	return w.Clock.Apply(change)
}
