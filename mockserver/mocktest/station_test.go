package mocktest_test

import (
	"fmt"
	"testing"

	"cariqamock/mockserver/mocktest"
)

// station returns one of the n-th charge point.
func station(n int) mocktest.Station {
	return mocktest.Station{
		"name": "Ladepark Nord", "address": nil, "latitude": "52.549000", "longitude": "13.356000", "operator": map[string]any{"name": "Nordpark"},
		"charge_points": []any{map[string]any{"evse": fmt.Sprintf("DE*NPK*E%d", n), "connector": "IEC_62196_T2_COMBO", "power": 150}},
	}
}

func TestStations(t *testing.T) {
	w := mocktest.Start(t).World("default")
	before := len(w.Stations())
	added := w.AddStation(station(1))
	if added["country"] != "DE" || added["address"] != nil || added.ID() == "" {
		t.Errorf("added: %v", added)
	}
	w.Do("GET", "/stations/details/?id=DE*NPK*E1&type=evse_id").Want(200)
	method := w.Do("GET", "/users/{user}/payment-methods/").Get("results.0.id")
	w.Do("POST", "/users/{user}/charging/start/", map[string]any{"evse_id": "DE*NPK*E1", "payment_method_id": method}).Want(201)
	for n := 2; n <= 60; n++ {
		w.AddStation(station(n))
	}
	all := w.Stations()
	if len(all) != before+60 || all[before].ID() != added.ID() {
		t.Errorf("%d stations, the first of them %v", len(all), all[before].ID())
	}
	w.RemoveStation("DE*NPK*E2")
	if got := len(w.Stations()); got != before+59 {
		t.Errorf("%d stations after one was removed", got)
	}
	w.Do("GET", "/stations/details/?id=DE*NPK*E2&type=evse_id").Want(404)
	nameless := station(61)
	nameless["id"] = nil
	if got := w.AddStation(nameless).ID(); got != "DE*NPK*E61" {
		t.Errorf("a station without an id is called %q", got)
	}
}
