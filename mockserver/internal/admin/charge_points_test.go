package admin_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestKnownPoints(t *testing.T) {
	list := start(t, "default").ok("GET", "/charge-points", "")["charge_points"].([]any)
	kinds := map[string]int{}
	for _, p := range list {
		p := p.(map[string]any)
		kinds[p["kind"].(string)]++
		for _, key := range []string{"evse", "station", "behavior", "outcome"} {
			if p[key] == "" {
				t.Errorf("%v has no %s", p["evse"], key)
			}
		}
	}
	if diff := cmp.Diff(map[string]int{"magic": 11, "virtual": 9}, kinds); diff != "" {
		t.Error(diff)
	}
}

// shown returns the status of a charge point in the vendor's API.
func (a *admin) shown(evse string) string {
	a.t.Helper()
	_, v := a.vendor("GET", "/stations/details/?type=evse_id&id="+evse, "")
	for _, e := range v["evses"].([]any) {
		if e := e.(map[string]any); e["evse_id"] == evse {
			return e["status"].(string)
		}
	}
	a.t.Fatalf("%s not found at its station: %v", evse, v)
	return ""
}

func TestSetPoint(t *testing.T) {
	a := start(t, "default")
	path := "/worlds/{w}/charge-points/" + hers
	override := func(status, busy any) map[string]any { return map[string]any{"status": status, "busy": busy} }
	for _, c := range []struct {
		body, status string
		override     map[string]any
	}{
		{`{"status":"OUTOFORDER"}`, "OUTOFORDER", override("OUTOFORDER", nil)},
		{`{"busy":true}`, "CHARGING", override(nil, true)},
		{`{"status":"RESERVED","busy":false}`, "RESERVED", override("RESERVED", false)},
		{`{"status":null}`, "AVAILABLE", override(nil, nil)},
		{`{"status":"AVAILABLE","busy":null}`, "AVAILABLE", override("AVAILABLE", nil)},
		{``, "AVAILABLE", override(nil, nil)},
	} {
		got := a.ok("PUT", path, c.body)
		want := map[string]any{
			"evse": hers, "station": "Parkwerk Frankfurter Tor", "kind": "virtual", "behavior": got["behavior"],
			"status": c.status, "override": c.override, "session": nil,
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s, -want +got\n%s", c.body, diff)
		}
		if diff := cmp.Diff(got, a.ok("GET", path, "")); diff != "" {
			t.Errorf("%s, -put +get\n%s", c.body, diff)
		}
		if got := a.shown(hers); got != c.status {
			t.Errorf("%s: the API shows %s", c.body, got)
		}
	}
	a.ok("PUT", path, `{"status":"OUTOFORDER"}`)
	status, v := a.vendor("POST", "/users/"+user+"/charging/start/", `{"evse_id":"`+hers+`","payment_method_id":"pm_1TD1LuHtgZxQ1KXxNj5sKkKM"}`)
	if status != 409 {
		t.Errorf("start: %d %v", status, v)
	}
	if file := a.do("GET", "/worlds/{w}/export", "").Body; !strings.Contains(file, "OUTOFORDER") {
		t.Errorf("not in the export:\n%s", file)
	}
	for body, field := range map[string]string{
		`{"status":"BROKEN"}`: "status", `{"status":5}`: "status", `{"status":""}`: "status", `{"busy":"yes"}`: "busy", `{"open":true}`: "open",
	} {
		problem(t, body, a.do("PUT", path, body), 422, field)
	}
	if got := a.shown(hers); got != "OUTOFORDER" {
		t.Errorf("a refused change shows: %s", got)
	}
	problem(t, "unknown", a.do("GET", path+"9", ""), 404, "")
	problem(t, "unknown", a.do("PUT", path+"9", `{"busy":true}`), 404, "")
	if other := a.in(t, "default"); other.shown(hers) != "AVAILABLE" {
		t.Error("another world is affected")
	}
}

// TestPointsOfAWorld lists charge points with known behavior by kind, and the
// others that the world overrides or uses.
func TestPointsOfAWorld(t *testing.T) {
	a := start(t, "default")
	const exclusive = "AT*VIE*E2334770022*2"
	a.ok("PUT", "/worlds/{w}/clock", `{"freeze":true}`)
	_, v := a.vendor("GET", "/stations/around/?latitude=52.51&longitude=13.40&distance=90000", "")
	synthetic := ""
	for _, s := range v["results"].([]any) {
		if e := s.(map[string]any)["evses"].([]any)[0].(map[string]any); synthetic == "" && !strings.Contains(s.(map[string]any)["name"].(string), "Trouble") {
			if id := e["evse_id"].(string); a.ok("GET", "/worlds/{w}/charge-points/"+id, "")["kind"] == "synthetic" {
				synthetic = id
			}
		}
	}
	a.ok("PUT", "/worlds/{w}/charge-points/"+synthetic, `{"status":"PLANNED"}`)
	_, started := a.vendor("POST", "/users/"+user+"/charging/start/", `{"evse_id":"`+exclusive+`","payment_method_id":"pm_1TD1LuHtgZxQ1KXxNj5sKkKM"}`)
	var kinds []string
	last := ""
	for _, p := range a.ok("GET", "/worlds/{w}/charge-points", "")["charge_points"].([]any) {
		p := p.(map[string]any)
		kind, id := p["kind"].(string), p["evse"].(string)
		if len(kinds) == 0 || kinds[len(kinds)-1] != kind {
			kinds, last = append(kinds, kind), ""
		}
		if id <= last {
			t.Errorf("%s after %s", id, last)
		}
		last = id
		switch id {
		case exclusive:
			if p["status"] != "CHARGING" || p["session"] != started["id"] {
				t.Errorf("in use: %v, session %v", p, started["id"])
			}
		case synthetic:
			if p["status"] != "PLANNED" || p["behavior"] != "" || p["session"] != nil {
				t.Errorf("changed: %v", p)
			}
		}
	}
	if diff := cmp.Diff([]string{"magic", "virtual", "synthetic"}, kinds); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}
