package admin

import (
	"net/http"

	"github.com/gorilla/mux"

	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/scenario"
	"cariqamock/mockserver/internal/world"
)

// listStations lists the stations that only the world has.
func (h *handler) listStations(w *world.World, r *http.Request) (result, error) {
	return showPage(r, "stations", pageOfAll, w.State.Stations(), func(s connect.Station) string { return s.Points[0].EVSE }, scenario.StationJSON)
}

func (h *handler) getStation(w *world.World, r *http.Request) (result, error) {
	s, err := w.State.Station(mux.Vars(r)["station"])
	if err != nil {
		return nil, err
	}
	return show(scenario.StationJSON(s))
}

// addStation adds a station, written as in a scenario file.
func (h *handler) addStation(w *world.World, _ *http.Request, body map[string]any) (result, error) {
	station, err := scenario.ReadStation(body, scenario.Known{Catalogue: h.cfg.Catalogue}, w.Clock.Now())
	if err != nil {
		return nil, err
	}
	if station, err = w.State.AddStation(station); err != nil {
		return nil, err
	}
	return created(scenario.StationJSON(station))
}

func (h *handler) removeStation(w *world.World, r *http.Request) (result, error) {
	if err := w.State.RemoveStation(mux.Vars(r)["station"]); err != nil {
		return nil, err
	}
	return noContent, nil
}
