package mocktest

import (
	"net/http"
	"net/url"
)

// A Station is one that only a world has, with the keys of a scenario file:
// Station{"name": "Nord", …}. A key with nil is what the vendor's data lacks; the
// admin API's description has all keys.
type Station map[string]any

// ID returns the station's id, or its first EVSE id if it has none; either names
// it.
func (s Station) ID() string {
	if id, ok := s["id"].(string); ok {
		return id
	}
	points, _ := s["charge_points"].([]any)
	if len(points) == 0 {
		return ""
	}
	point, _ := points[0].(map[string]any)
	evse, _ := point["evse"].(string)
	return evse
}

// AddStation adds a station to the world and returns it with what was left out.
// It is on the map at once and can be charged at. It fails the test if a value is
// impossible or an id is taken.
func (w *World) AddStation(station Station) Station {
	w.s.t.Helper()
	var added Station
	w.admin("AddStation(...)", http.MethodPost, "/stations", station, &added)
	return added
}

// Stations returns the stations that only the world has: those of its scenario,
// then those that were added.
func (w *World) Stations() []Station {
	w.s.t.Helper()
	var all []Station
	for after := ""; ; {
		var page struct {
			Stations []Station
			Next     string
		}
		w.admin("Stations()", http.MethodGet, "/stations"+after, nil, &page)
		all = append(all, page.Stations...)
		if page.Next == "" {
			return all
		}
		after = "?after=" + url.QueryEscape(page.Next)
	}
}

// RemoveStation removes a station that only the world has, given by its id or one
// of its EVSE ids. It fails the test while a session refers to it.
func (w *World) RemoveStation(id string) {
	w.s.t.Helper()
	w.admin(verb[any]("RemoveStation", nil, id), http.MethodDelete, "/stations/"+url.PathEscape(id), nil, nil)
}
