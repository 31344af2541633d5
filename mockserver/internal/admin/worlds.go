package admin

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/gorilla/mux"

	"cariqamock/mockserver/internal/admin/adminapi"
	"cariqamock/mockserver/internal/clock"
	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/scenario"
	"cariqamock/mockserver/internal/text"
	"cariqamock/mockserver/internal/wire"
	"cariqamock/mockserver/internal/world"
)

func viewWorld(w *world.World) adminapi.World {
	users, sessions := w.State.Counts()
	return adminapi.World{
		ID: w.ID, Scenario: w.Scenario, CreatedAt: w.CreatedAt.UTC(), Now: w.Clock.Now(), Users: users, Sessions: sessions,
		Seq: w.Seq(), Store: w.Store(),
	}
}

// listWorlds searches by the words of the query, if it has any.
func (h *handler) listWorlds(r *http.Request) (result, error) {
	limit, after := pageQuery(r, pageOfMany)
	worlds, more, ok, err := h.cfg.Worlds.Page(r.URL.Query().Get("search"), after, limit)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, unknownAfter(after)
	}
	return showCut("worlds", views(worlds, viewWorld), more, func(w adminapi.World) string { return w.ID })
}

func (h *handler) getWorld(w *world.World, _ *http.Request) (result, error) {
	return show(viewWorld(w))
}

// dropWorld answers 204 for a world that does not exist as well.
func (h *handler) dropWorld(r *http.Request) (result, error) {
	return noContent, h.cfg.Worlds.Drop(mux.Vars(r)["world"])
}

func (h *handler) resetWorld(r *http.Request) (result, error) {
	var body struct {
		Scenario string `json:"scenario"`
	}
	if err := decode(r, &body); err != nil {
		return nil, err
	}
	w, err := h.cfg.Worlds.Reset(mux.Vars(r)["world"], body.Scenario)
	var unknown *world.TokenError
	if body.Scenario != "" && errors.As(err, &unknown) {
		return nil, adminapi.BadValue("scenario", "%s", unknown.Text)
	}
	if err != nil {
		return nil, err
	}
	return show(viewWorld(w))
}

func (h *handler) invariants(w *world.World, _ *http.Request) (result, error) {
	violations := w.State.Invariants()
	return show(adminapi.Invariants{OK: len(violations) == 0, Violations: list(violations)})
}

func (h *handler) getClock(w *world.World, _ *http.Request) (result, error) {
	return show(w.Clock.Read())
}

type clockBody struct {
	Freeze  *bool    `json:"freeze"`
	Set     *string  `json:"set"`
	Advance *string  `json:"advance"`
	Speed   *float64 `json:"speed"`
}

// what names a change of the clock in the history of its world.
func (b clockBody) what() string {
	out := "clock"
	if b.Set != nil {
		out += " set " + *b.Set
	}
	if b.Advance != nil {
		out += " advance " + *b.Advance
	}
	if b.Freeze != nil {
		out += map[bool]string{true: " freeze", false: " run"}[*b.Freeze]
	}
	if b.Speed != nil {
		out += fmt.Sprintf(" speed %g", *b.Speed)
	}
	return out
}

// putClock applies any of freeze, set, advance and speed, all or nothing.
func (h *handler) putClock(w *world.World, _ *http.Request, body clockBody) (result, error) {
	change := clock.Change{Freeze: body.Freeze, Speed: body.Speed}
	at := w.Clock.Now()
	if body.Set != nil {
		t, err := text.Time(*body.Set)
		if err != nil || t.UTC().Year() > clock.Last().Year() {
			return nil, adminapi.BadValue("set", "Invalid set %q: want a time up to the year %d, such as 2026-04-02T14:00:00Z or 2026-04-02.", *body.Set, clock.Last().Year())
		}
		change.Set, at = &t, t
	}
	if body.Advance != nil {
		d, err := text.Duration(*body.Advance)
		if err != nil {
			return nil, adminapi.BadValue("advance", "Invalid advance %q: want a duration with its unit, such as 25m, 1h30m or 2d.", *body.Advance)
		}
		if at.Add(d).After(clock.Last()) {
			return nil, adminapi.BadValue("advance", "Invalid advance %q: the clock ends with the year %d.", *body.Advance, clock.Last().Year())
		}
		change.Advance = &d
	}
	call, err := json.Marshal(world.Action{Call: "PUT " + prefix + worldPath + "/clock"})
	if err != nil {
		return nil, err
	}
	reading, err := w.For(connect.Cause{What: body.what(), Call: call}).MoveClock(change)
	if err != nil {
		return nil, err
	}
	return show(reading)
}

// export writes the world as a scenario file, named after the scenario that it
// started from. It is sent while it is written.
func (h *handler) export(w *world.World, _ *http.Request) (result, error) {
	name := scenario.Suffixed(w.Scenario, "-export") // a name of its own, so that it does not hide the scenario
	file, err := Export(w, name)
	if err != nil {
		return nil, adminapi.NewProblem(http.StatusConflict, "%s.", capitalize(err.Error()))
	}
	return func(out http.ResponseWriter) error {
		out.Header().Set("Content-Type", "application/yaml")
		out.Header().Set("Content-Disposition", `attachment; filename="`+name+`.yaml"`)
		wire.Extend(out)                             // the world may have been large
		if _, err := file.WriteTo(out); err != nil { // the client has left
			h.cfg.Log.Debug("export not read", "world", w.ID, "error", err)
		}
		return nil
	}, nil
}

// Export returns a world as a scenario file with a name. It fails with a
// *scenario.TooLargeError before it reads the world, if that is clear from how
// much the world has.
func Export(w *world.World, name string) (*scenario.Exported, error) {
	fits, err := scenario.Fits(w.State.Contents())
	if err != nil {
		return nil, err
	}
	reading := w.Clock.Read()
	file, err := scenario.Export(scenario.Snapshot{
		Name: name, Title: "Exported from a world of " + w.Scenario,
		State: w.State.Snapshot(), Frozen: reading.Frozen, Speed: reading.Speed,
		Faults: w.Faults.Remaining(), Revoked: w.Revoked,
	})
	if err == nil && !fits {
		_, err = file.WriteTo(io.Discard)
	}
	return file, err
}
