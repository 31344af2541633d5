package admin_test

import (
	"net/http"
	"strings"
	"testing"
)

// TestNumbers: JSON has numbers that no float and no integer can hold, and whole
// numbers with a fraction or an exponent.
func TestNumbers(t *testing.T) {
	for _, c := range []struct{ method, path, body, field, shown string }{
		{"PUT", "/clock", `{"speed":2.0}`, "", ""},
		{"PUT", "/clock", `{"speed":1e400}`, "speed", "1e400"},
		{"PUT", "/clock", `{"speed":-1e400}`, "speed", "-1e400"},
		{"PUT", "/clock", `{"speed":1e-400}`, "speed", "1e-400"},
		{"PUT", "/clock", `{"speed":99999999999999999999}`, "speed", "99999999999999999999"},
		{"PUT", "/clock", `{"advance":1e400}`, "advance", "1e400"},
		{"PUT", "/clock", `{"freeze":1e400}`, "freeze", "1e400"},
		{"PUT", "/clock", `{"bogus":1e400}`, "bogus", ""},
		{"POST", "/faults", `{"operation":"users_list","status":500.0}`, "", ""},
		{"POST", "/faults", `{"operation":"users_list", "times": 1e0,  "status":5e2,"skip":0.0}`, "", ""},
		{"POST", "/faults", `{"operation":"users_list","status":500.5}`, "status", "500.5"},
		{"POST", "/faults", `{"operation":"users_list","status":1e400}`, "status", "1e400"},
		{"POST", "/faults", `{"operation":"users_list","status":500,"times":1e18}`, "times", "1e18"},
		{"POST", "/faults", `{"operation":"users_list","status":500,"probability":1e400}`, "probability", "1e400"},
		{"POST", "/faults", `{"operation":"users_list","status":500,"times":[1e400]}`, "times", "[1e400]"},
		// Each of these is another reading of the body, of which there are not any number.
		{"POST", "/faults", `{"operation":"users_list","status":500` + strings.Repeat(`,"times":1.0`, 40) + `}`, "times", ""},
		{"POST", "/calls", `{"call":"GET /users/","headers":{"X-A":1e400}}`, "headers.X-A", "1e400"},
	} {
		a := start(t, "default")
		got := a.do(c.method, "/worlds/{w}"+c.path, c.body)
		status, problem := got.Status, got.Fields
		detail, _ := problem["detail"].(string)
		switch {
		case c.field == "" && status >= http.StatusBadRequest:
			t.Errorf("%s: %d %s", c.body, status, detail)
		case c.field != "" && (status != http.StatusUnprocessableEntity || problem["field"] != c.field || !strings.Contains(detail, c.shown+":") && c.shown != ""):
			t.Errorf("%s: %d %v", c.body, status, problem)
		}
	}
	a := start(t, "default")
	a.ok("POST", "/worlds/{w}/calls", `{"call":"PATCH /users/`+user+`/","json":{"custom_properties":{"external_id":5.0}}}`)
	if _, u := a.vendor("GET", "/users/"+user+"/", ""); u["custom_properties"].(map[string]any)["external_id"] != "5.0" {
		t.Errorf("the number of the call is %v", u["custom_properties"])
	}
}
