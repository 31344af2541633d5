package admin_test

import (
	"net/http"
	"strings"

	"github.com/google/uuid"

	"cariqamock/mockserver/internal/stations"
	"cariqamock/mockserver/spec"
)

// A plan is what TestDescribedCalls needs to know about a call beyond its
// description.
type plan struct {
	scenario string                         // default if empty
	vars     func(*admin) map[string]string // of the path, except the world; called for each world
	failures []failure
}

// A failure is a way to fail that is specific to a call.
type failure struct {
	status int
	body   string                                  // the first example if empty
	before func(a *admin, path string) (to string) // prepares the world and returns the path to call
}

func (p plan) from() string {
	if p.scenario == "" {
		return "default"
	}
	return p.scenario
}

// path returns the path that the helpers take, with {w} for the world.
func (p plan) path(op spec.Operation, a *admin) string {
	path := strings.Replace(strings.TrimPrefix(op.Path, "/__admin"), "{world}", "{w}", 1)
	if p.vars == nil {
		return path
	}
	for name, value := range p.vars(a) {
		path = strings.Replace(path, "{"+name+"}", value, 1)
	}
	return path
}

func plans() map[string]plan {
	running := func(a *admin) map[string]string { return map[string]string{"session": a.begin()} }
	ended := func(a *admin) map[string]string {
		vars := running(a)
		a.ok("POST", "/worlds/{w}/sessions/"+vars["session"]+"/stop", "")
		return vars
	}
	first := func(ways ...string) func(*admin, string) string {
		return func(a *admin, path string) string {
			for _, way := range ways {
				what, body, _ := strings.Cut(way, " ")
				a.ok("POST", path[:strings.LastIndex(path, "/")+1]+what, body)
			}
			return path
		}
	}
	own := func(a *admin) map[string]string {
		a.do("POST", "/worlds/{w}/stations", strings.Replace(ownStation, `"mine"`, `"my-station"`, 1))
		return map[string]string{"station": "my-station"}
	}
	return map[string]plan{
		"health": {}, "version": {}, "options": {}, "description": {}, "metrics": {}, "rules": {}, "scenarios": {}, "worlds": {},
		"world": {}, "world_drop": {}, "clock": {}, "invariants": {},
		"world_export":   {scenario: "rich-user", failures: []failure{{409, "", inTheFuture}}},
		"requests_clear": {}, "requests_count": {}, "requests_stream": {}, "faults_clear": {},
		"world_reset":   {failures: []failure{{422, `{"scenario":"none"}`, nil}}},
		"world_history": {},
		"world_rewind": {failures: []failure{
			{409, `{"to":7}`, nil}, {409, `{"before":"req_none"}`, nil}, {422, `{"to":1,"before":"req_x"}`, nil}, {422, "{}", nil},
		}},
		"world_fork": {failures: []failure{
			{409, `{"as":"mock.default.other","at":7}`, nil}, {422, `{"as":"other"}`, nil},
		}},
		"world_report": {failures: []failure{
			{409, "", func(a *admin, path string) string { fill(a); return path }}, {422, `{"name":"A"}`, nil},
		}},
		"world_replay": {},
		"world_apply": {failures: []failure{
			{409, "users: [{id: " + user + "}]", nil}, {422, "users: 7", nil}, {422, "clock: {frozen: true}", nil}, {422, "{}", nil},
		}},
		"clock_move": {failures: []failure{
			{409, `{"advance":"-1m"}`, nil}, {422, `{"set":"2099-02-30T00:00:00Z"}`, nil}, {422, `{"advance":"1.2.3m"}`, nil},
		}},
		"removal": {
			scenario: "method-on-active-session",
			vars:     func(*admin) map[string]string { return map[string]string{"user": user, "pm": "pm_abc123"} },
			failures: []failure{{404, "", func(_ *admin, path string) string { return strings.Replace(path, "pm_abc123", "pm_none", 1) }}},
		},
		"points_known": {}, "points": {scenario: "busy-point"}, "users": {failures: []failure{
			{422, "", func(_ *admin, path string) string { return path + "?limit=1001" }},
		}},
		"user": {scenario: "rich-user", vars: whose, failures: []failure{{404, "", unknownUser}}},
		"debt_make": {vars: whose, failures: []failure{
			{404, "", unknownUser}, {422, `{"kwh":"0.001"}`, nil}, {422, `{"payment_method":"pm_none"}`, nil}, {409, "", poor},
		}},
		"scenario_add": {failures: []failure{
			{409, "name: debt\ntitle: T\n", nil}, {422, "name: mine\ntitle: T\nusers: 7\n", nil}, {422, "{}", nil},
		}},
		"stations":    {scenario: "sparse"},
		"station_add": {failures: []failure{{409, "", func(a *admin, path string) string { own(a); return path }}}},
		"station":     {vars: own, failures: []failure{{404, "", func(_ *admin, path string) string { return path + "9" }}}},
		"station_remove": {vars: own, failures: []failure{
			{404, "", func(_ *admin, path string) string { return path + "9" }},
			{409, "", func(a *admin, path string) string {
				a.vendor("POST", "/users/"+user+"/charging/start/", `{"evse_id":"DE*OWN*E1","payment_method_id":"pm_1TD1LuHtgZxQ1KXxNj5sKkKM"}`)
				return path
			}},
		}},
		"point":     {vars: where, failures: []failure{{404, "", func(_ *admin, path string) string { return path + "9" }}}},
		"point_set": {vars: where, failures: []failure{{404, "", func(_ *admin, path string) string { return path + "9" }}, {409, `{"busy":true}`, fillPoints}}},
		"session":   {vars: running},
		"request":   {vars: recorded}, "request_curl": {vars: recorded}, "evidence": {}, "differences": {},
		"request_step": {vars: recorded, failures: []failure{{409, "", unsayable}}},
		"call": {scenario: "removable", failures: []failure{
			{422, `{"call":"GET /{nobody}/"}`, nil}, {422, `{"call":"GET /__admin/health"}`, nil}, {422, `{"call":"GET /users/","headers":{"a b":"c"}}`, nil},
		}},
		"session_meter": {vars: running, failures: []failure{
			{409, "", first("stop", "cdr")}, {422, `{"kwh":"1"}`, first(`meter {"kwh":"2"}`)},
		}},
		"session_stop": {vars: running, failures: []failure{{409, "", first("stop")}}},
		"session_cdr":  {vars: ended, failures: []failure{{409, "", first("cdr")}}},
		"intent_authenticate": {scenario: "sca-required", vars: waiting, failures: []failure{
			{409, "", first("authenticate " + `{"outcome":"fail"}`)},
		}},
		"faults": {vars: faulty},
		"faults_add": {failures: []failure{
			{409, "", fillFaults}, {422, `{"operation":"none","drop":true}`, nil}, {422, `{"operation":"*"}`, nil},
			{422, `{"operation":"*","drop":true,"truncate":true}`, nil}, {422, `{"operation":"*","delay":"11m"}`, nil},
		}},
		"faults_remove": {vars: faulty, failures: []failure{{404, "", func(_ *admin, path string) string { return path + "0" }}}},
		"requests":      {vars: recorded, failures: []failure{{422, "", func(_ *admin, path string) string { return path + "?limit=0" }}}},
		"requests_find": {vars: recorded},
		"requests_scenario": {vars: recorded, failures: []failure{
			{409, "", func(a *admin, path string) string { unsayable(a, path); return path }},
			{422, `{"requests":["none"]}`, nil}, {422, `{"name":"debt"}`, nil},
		}},
		"requests_explain": {vars: recorded, failures: []failure{
			{404, "", func(_ *admin, path string) string { return strings.Replace(path, "req_", "none_", 1) }},
		}},
	}
}

func whose(*admin) map[string]string { return map[string]string{"user": user} }
func where(*admin) map[string]string { return map[string]string{"evse": hers} }

func unknownUser(_ *admin, path string) string { return strings.Replace(path, user, "nobody", 1) }

// poor returns the path for a user without payment methods.
func poor(a *admin, path string) string {
	_, v := a.vendor("POST", "/users/", "{}")
	return strings.Replace(path, user, v["id"].(string), 1)
}

// manyStations have more charge points than a world can override.
const manyStations = 1000

// fillPoints overrides as many charge points as a world can.
func fillPoints(a *admin, path string) string {
	all := stations.New(stations.Config{Count: manyStations})
	_, list := all.Around(stations.Around{Latitude: 50, Longitude: 10, Distance: 2e6, Limit: manyStations}, nil)
	last := ""
	for _, near := range list {
		for _, e := range near.Station().EVSEs {
			if e.ID == hers {
				continue
			}
			if got := a.do("PUT", "/worlds/{w}/charge-points/"+e.ID, `{"busy":false}`); got.Status == http.StatusConflict {
				return path
			}
			last = e.ID
		}
	}
	a.t.Fatalf("the world can still override %s", last)
	return ""
}

// inTheFuture moves the clock to a time that no scenario file can express.
func inTheFuture(a *admin, path string) string {
	a.ok("PUT", "/worlds/{w}/clock", `{"set":"2100-01-01T00:00:00Z"}`)
	return path
}

// unsayable returns the path of a request that no step can make.
func unsayable(a *admin, path string) string {
	_, v := a.vendor("POST", "/users/", "{")
	if v["error"] == nil {
		a.t.Errorf("got %v", v)
	}
	newest := a.ok("GET", "/worlds/{w}/requests", "")["requests"].([]any)[0].(map[string]any)
	return "/worlds/{w}/requests/" + newest["id"].(string) + "/step"
}

// faulty queues a fault of each kind.
func faulty(a *admin) map[string]string {
	id := ""
	for _, effect := range []string{`"status":500,"error":"unexpected_error"`, `"delay":"1s","skip":1`, `"drop":true,"probability":0.5`, `"truncate":true`, `"rate_limit":"30s"`} {
		id, _ = a.do("POST", "/worlds/{w}/faults", `{"operation":"*",`+effect+`}`).Fields["id"].(string)
	}
	return map[string]string{"fault": id}
}

func fillFaults(a *admin, path string) string {
	for a.do("POST", "/worlds/{w}/faults", `{"operation":"*","drop":true}`).Status == http.StatusCreated {
	}
	return path
}

// recorded makes calls that succeed and one that a rule refuses, and returns
// the id of that one.
func recorded(a *admin) map[string]string {
	a.vendor("GET", "/users/?page=last", "")
	a.vendor("PUT", "/users/"+user+"/billing-details/", `{"country":"de","nonsense":[1,null,{"a":"b"}]}`)
	a.begin()
	a.vendor("POST", "/users/"+user+"/charging/start/", `{"evse_id":"`+hers+`","payment_method_id":"pm_1TD1LuHtgZxQ1KXxNj5sKkKM"}`)
	newest := a.ok("GET", "/worlds/{w}/requests", "")["requests"].([]any)[0].(map[string]any)
	return map[string]string{"request": newest["id"].(string)}
}

// waiting starts a session and confirms its hold, which then waits for 3-D
// Secure.
func waiting(a *admin) map[string]string {
	_, v := a.vendor("POST", "/users/"+user+"/charging/start/", `{"evse_id":"`+hers+`","payment_method_id":"pm_1TD1LuHtgZxQ1KXxNj5sKkKM"}`)
	refusal, _ := v["error"].(map[string]any)
	secret, _ := refusal["payment_intent_client_secret"].(string)
	id, _, _ := strings.Cut(secret, "_secret_")
	form := strings.NewReader("client_secret=" + secret + "&payment_method=pm_1TD1LuHtgZxQ1KXxNj5sKkKM")
	r, err := http.NewRequest("POST", a.URL+"/v1/payment_intents/"+id+"/confirm", form)
	if err != nil {
		a.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer pk_test_mock")
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := a.Client().Do(r)
	if err != nil {
		a.t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		a.t.Fatalf("confirm: %s", res.Status)
	}
	return map[string]string{"intent": id}
}

// fill adds more to a world than a bug report may have.
func fill(a *admin) {
	a.t.Helper()
	for range 3 {
		var users []string
		for range 50 {
			users = append(users, `{"id":"`+uuid.NewString()+`","billing":{"company_name":"`+strings.Repeat("x", 10_000)+`"}}`)
		}
		a.ok("POST", "/worlds/{w}/apply", `{"users":[`+strings.Join(users, ",")+`]}`)
	}
}
