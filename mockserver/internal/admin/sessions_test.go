package admin_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// view is a session as the admin API shows it, without what differs in each.
func view(v map[string]any) map[string]any {
	out := map[string]any{}
	for key, value := range v {
		switch key {
		case "id", "user", "cdr_due":
		default:
			out[key] = value
		}
	}
	return out
}

// TestSessionByHand meters, stops and bills a session as an operator would.
func TestSessionByHand(t *testing.T) {
	a := start(t, "default")
	id := a.begin()
	path := "/worlds/{w}/sessions/" + id
	steps := []struct {
		what, body string
		want       map[string]any
	}{
		{"/meter", `{"kwh":"3.200"}`, map[string]any{"state": "active", "kwh": "3.200", "hold": "50.00", "cost": "1.73"}},
		{"/meter", `{"kwh":"3.2"}`, map[string]any{"state": "active", "kwh": "3.200", "hold": "50.00", "cost": "1.73"}},
		{"/stop", ``, map[string]any{"state": "cdr-pending", "kwh": "3.200", "hold": "50.00", "cost": "1.73"}},
		{"/meter", `{"kwh":"4"}`, map[string]any{"state": "cdr-pending", "kwh": "4.000", "hold": "50.00", "cost": "2.15"}},
		{"/cdr", `{"kwh":"20"}`, map[string]any{"state": "billed", "kwh": "20.000", "hold": "50.00", "cost": "10.78"}},
	}
	for _, s := range steps {
		got := a.ok("POST", path+s.what, s.body)
		if diff := cmp.Diff(s.want, view(got)); diff != "" || got["id"] != id || got["user"] != user {
			t.Errorf("%s %s (-want +got):\n%s", s.what, s.body, diff)
		}
	}
	if _, v := a.vendor("GET", "/users/"+user+"/invoices/", ""); v["count"] != 1.0 {
		t.Errorf("invoices: %v", v)
	}
}

func TestOutcomesOfTheFinalCharge(t *testing.T) {
	a := start(t, "default")
	for body, want := range map[string]struct {
		state string
		debts float64
	}{
		``: {"billed", 0}, `{}`: {"billed", 0}, `{"charge":"succeed"}`: {"billed", 0}, `{"charge":"fail"}`: {"debt", 1},
		`{"charge":"authenticate"}`: {"debt", 1}, `{"kwh":"0"}`: {"released", 0}, `{"kwh":"0.001"}`: {"released", 0}, `{"kwh":"0.92","charge":"fail"}`: {"debt", 1},
	} {
		w := a.in(t, "default")
		path := "/worlds/{w}/sessions/" + w.begin()
		stopped := w.ok("POST", path+"/stop", "{}")
		if due, _ := stopped["cdr_due"].(string); due == "" {
			t.Errorf("%s: no time of the CDR: %v", body, stopped)
		}
		if got := w.ok("POST", path+"/cdr", body); got["state"] != want.state {
			t.Errorf("%s: %v", body, got)
		}
		if _, v := w.vendor("GET", "/users/"+user+"/charging/debts/", ""); v["count"] != want.debts {
			t.Errorf("%s: debts %v", body, v)
		}
	}
}

func TestSessionRefusals(t *testing.T) {
	a := start(t, "default")
	id := a.begin()
	path := "/worlds/{w}/sessions/" + id
	a.ok("POST", path+"/meter", `{"kwh":"5"}`)
	refused := func(what, body string, status int, field string) {
		t.Helper()
		problem(t, what+" "+body, a.do("POST", path+what, body), status, field)
	}
	refused("/meter", ``, 422, "kwh")
	refused("/meter", `{}`, 422, "kwh")
	for _, kwh := range []string{`"4.999"`, `""`, `"x"`, `"-1"`, `"1.0001"`, `"100000"`, `"1e2"`, `"1e1000000000"`, `5`, `"NaN"`, `"0x5"`} {
		refused("/meter", `{"kwh":`+kwh+`}`, 422, "kwh")
	}
	refused("/meter", `{"kw":"5"}`, 422, "kw")
	refused("/meter", `{"kwh"`, 400, "")
	refused("/stop", `{"now":true}`, 422, "now")
	refused("/stop", `x`, 400, "")
	refused("/cdr", `{}`, 409, "") // still active
	a.ok("POST", path+"/stop", "")
	refused("/stop", ``, 409, "")
	refused("/cdr", `{"charge":"maybe"}`, 422, "charge")
	refused("/cdr", `{"charge":""}`, 422, "charge")
	refused("/cdr", `{"kwh":"x"}`, 422, "kwh")
	refused("/cdr", `{"charge":5}`, 422, "charge")
	for _, charge := range []string{"fail", "authenticate"} { // of nothing, or of less than Stripe's minimum
		for _, kwh := range []string{"0", "0.001", "0.910"} {
			refused("/cdr", `{"kwh":"`+kwh+`","charge":"`+charge+`"}`, 422, "charge")
		}
	}
	if got := a.ok("GET", path, "")["state"]; got != "cdr-pending" {
		t.Errorf("refused, but %v", got)
	}
	a.ok("POST", path+"/cdr", "")
	for _, what := range []string{"/cdr", "/stop"} {
		refused(what, ``, 409, "")
	}
	refused("/meter", `{"kwh":"50"}`, 409, "")
	for _, what := range []string{"/stop", "/cdr"} {
		problem(t, "unknown session", a.do("POST", "/worlds/{w}/sessions/none"+what, ""), 404, "")
	}
	problem(t, "unknown session", a.do("POST", "/worlds/{w}/sessions/none/meter", `{"kwh":"1"}`), 404, "")
	other := a.in(t, "default")
	problem(t, "session of another world", other.do("POST", path+"/stop", ""), 404, "")
}

// TestStartingSession: a session cannot be metered or stopped before its
// provider answers.
func TestStartingSession(t *testing.T) {
	a := start(t, "session-starting")
	for _, what := range []string{"/stop", "/cdr"} {
		got := a.do("POST", "/worlds/{w}/sessions/"+startingID(t, a)+what, "")
		problem(t, what, got, 409, "")
	}
}

// startingID returns the id of the starting session of the scenario.
func startingID(t *testing.T, a *admin) string {
	t.Helper()
	for _, last := range "123456789" {
		id := session + string(last)
		if a.do("POST", "/worlds/{w}/sessions/"+id+"/stop", "").Status != 404 {
			return id
		}
	}
	t.Fatal("no session is starting")
	return ""
}

func TestAuthenticate(t *testing.T) {
	a := start(t, "default")
	const path = "/worlds/{w}/intents/"
	problem(t, "unknown intent", a.do("POST", path+"pi_none/authenticate", `{"outcome":"succeed"}`), 404, "")
	for _, body := range []string{``, `{}`, `{"outcome":"maybe"}`, `{"outcome":1}`} {
		problem(t, body, a.do("POST", path+"pi_none/authenticate", body), 422, "outcome")
	}
}
