package admin_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const ownStation = `{"id":"mine","name":"Mine","address":null,"latitude":"52.520000","longitude":"13.400000","country":null,` +
	`"operator":{"name":"O","phone":null,"partner":true},"hours":[{"weekday":"SUNDAY","begin":"08:00","end":null}],` +
	`"tariff":{"currency":"chf","pre_authorization":"20.00","kwh":[{"net":"0.4200","tax":"8.1"}]},` +
	`"charge_points":[{"evse":"DE*OWN*E1","connector":"CHADEMO","power":50},{"evse":"DE*OWN*E2","connector":null,"power":null,"status":"OUTOFORDER","tariff":null}]}`

// TestStations adds a station, charges there, and takes the world along as a file.
func TestStations(t *testing.T) {
	a := start(t, "default")
	made := a.do("POST", "/worlds/{w}/stations", ownStation)
	if made.Status != 201 {
		t.Fatalf("%d %s", made.Status, made.Body)
	}
	for _, id := range []string{"mine", "DE*OWN*E1", "DE*OWN*E2"} {
		got := a.ok("GET", "/worlds/{w}/stations/"+id, "")
		if got["name"] != "Mine" || got["address"] != nil || got["operator"].(map[string]any)["id"] != "DE*OWN" {
			t.Errorf("%s: %v", id, got)
		}
	}
	list := a.ok("GET", "/worlds/{w}/stations", "")["stations"].([]any)
	if diff := cmp.Diff([]any{a.ok("GET", "/worlds/{w}/stations/mine", "")}, list); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	_, around := a.vendor("GET", "/stations/around/?latitude=52.52&longitude=13.4&distance=1", "")
	if around["count"] != 1.0 {
		t.Errorf("around: %v", around)
	}
	_, s := a.vendor("POST", "/users/"+user+"/charging/start/", `{"evse_id":"DE*OWN*E1","payment_method_id":"pm_1TD1LuHtgZxQ1KXxNj5sKkKM"}`)
	if s["user_facing_session_prices"].(map[string]any)["currency"] != "chf" {
		t.Fatalf("start: %v", s)
	}
	problem(t, "in use", a.do("DELETE", "/worlds/{w}/stations/mine", ""), 409, "")
	if file := a.do("GET", "/worlds/{w}/export", "").Body; !strings.Contains(file, "DE*OWN*E2") || !strings.Contains(file, "begin: \"08:00\"") {
		t.Errorf("not in the export:\n%s", file)
	}
	a.ok("POST", "/worlds/{w}/reset", "{}")
	if list := a.ok("GET", "/worlds/{w}/stations", "")["stations"].([]any); len(list) != 0 {
		t.Errorf("after the reset: %v", list)
	}
	a.do("POST", "/worlds/{w}/stations", ownStation)
	if got := a.do("DELETE", "/worlds/{w}/stations/DE*OWN*E2", ""); got.Status != 204 {
		t.Errorf("%d %s", got.Status, got.Body)
	}
	if _, v := a.vendor("GET", "/stations/details/?type=evse_id&id=DE*OWN*E1", ""); v["detail"] == nil {
		t.Errorf("removed, but %v", v)
	}
}

func TestStationRefusals(t *testing.T) {
	a := start(t, "default")
	a.ok("PUT", "/worlds/{w}/clock", `{"freeze":true}`)
	a.do("POST", "/worlds/{w}/stations", ownStation)
	before := a.do("GET", "/worlds/{w}/export", "").Body
	other := strings.NewReplacer(`"mine"`, `"other"`, "DE*OWN", "DE*OTH").Replace(ownStation)
	for name, c := range map[string]struct {
		old, new string
		status   int
		field    string
	}{
		"taken id":          {`"other"`, `"mine"`, 409, ""},
		"taken EVSE":        {"DE*OTH*E1", "DE*OWN*E1", 409, ""},
		"of the catalogue":  {"DE*OTH*E1", hers, 422, "charge_points[0].evse"},
		"station of theirs": {`"other"`, `"6241f0a7c3b58e19d4a70101"`, 422, "id"},
		"unknown key":       {`"name":"Mine"`, `"name":"Mine","shade":"red"`, 422, "shade"},
		"no name":           {`"name":"Mine",`, ``, 422, "name"},
		"bad connector":     {"CHADEMO", "CHADMEO", 422, "charge_points.0.connector"},
		"bad latitude":      {"52.520000", "95.0", 422, "latitude"},
		"half a place":      {`"latitude":"52.520000"`, `"latitude":null`, 422, "longitude"},
		"no power":          {`"power":50`, `"power":0`, 422, "charge_points[0].power"},
		"small hold":        {"20.00", "0.10", 422, "tariff.pre_authorization"},
		"bad zone":          {`"country":null`, `"zone":"Europe/Berlim"`, 422, "zone"},
		"text for a list":   {`[{"weekday":"SUNDAY","begin":"08:00","end":null}]`, `"always"`, 422, "hours"},
		"not JSON":          {`{"id"`, `{"id`, 400, ""},
	} {
		if !strings.Contains(other, c.old) {
			t.Fatal(name)
		}
		problem(t, name, a.do("POST", "/worlds/{w}/stations", strings.Replace(other, c.old, c.new, 1)), c.status, c.field)
	}
	problem(t, "nothing", a.do("POST", "/worlds/{w}/stations", ``), 422, "name")
	problem(t, "unknown", a.do("GET", "/worlds/{w}/stations/none", ""), 404, "")
	problem(t, "unknown", a.do("DELETE", "/worlds/{w}/stations/none", ""), 404, "")
	if diff := cmp.Diff(before, a.do("GET", "/worlds/{w}/export", "").Body); diff != "" {
		t.Errorf("refused, but the world changed\n%s", diff)
	}
}
