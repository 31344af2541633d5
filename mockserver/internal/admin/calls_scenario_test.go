package admin_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// A clicker makes calls in a world and notes their ids.
type clicker struct {
	*admin
	made []string
}

// click makes a call of the vendor's API or of Stripe's and returns its answer.
func (c *clicker) click(method, path, body string) map[string]any {
	c.t.Helper()
	media, key := "application/json", c.world
	if strings.HasPrefix(path, "/v1/") {
		media, key = "application/x-www-form-urlencoded", "pk_test_any"
	} else {
		path = "/api/v1" + path
	}
	r, err := http.NewRequest(method, c.URL+path, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+key)
	if body != "" {
		r.Header.Set("Content-Type", media)
	}
	res, err := c.Client().Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer res.Body.Close()
	c.made = append(c.made, res.Header.Get("X-Request-Id"))
	var v map[string]any
	_ = json.NewDecoder(res.Body).Decode(&v) // nil without a body
	return v
}

func (c *clicker) scenario(name string, requests ...string) answer {
	c.t.Helper()
	fields := map[string]any{"requests": requests}
	if name != "" {
		fields["name"] = name
	}
	body, err := json.Marshal(fields)
	if err != nil {
		c.t.Fatal(err)
	}
	return c.do("POST", "/worlds/{w}/requests/scenario", string(body))
}

// Calls of all kinds pass again from the start of their scenario.
func TestCallsScenario(t *testing.T) {
	a := start(t, "default")
	tests := map[string]struct {
		scenario string
		clicks   func(*clicker)
		has      []string
	}{
		"a refusal that time clears": {"cdr-pending", func(c *clicker) {
			c.click("DELETE", "/users/"+user+"/payment-methods/pm_abc123/", "")
			c.ok("PUT", "/worlds/{w}/clock", `{"advance":"10m"}`)
			c.click("DELETE", "/users/"+user+"/payment-methods/pm_abc123/", "")
		}, []string{"advance: 10m", "rule: remove-payment-method/cdr-pending", "status: 204"}},
		"a new user's card": {"default", func(c *clicker) {
			id := c.click("POST", "/users/", `{"email":"new@example.org"}`)["id"].(string)
			secret := c.click("GET", "/users/"+id+"/setup-intents/", "")["setup_intent_client_secret"].(string)
			intent, _, _ := strings.Cut(secret, "_secret_")
			form := url.Values{"client_secret": {secret}, "payment_method": {"pm_card_visa"}}
			pm := c.click("POST", "/v1/setup_intents/"+intent+"/confirm", form.Encode())["payment_method"].(string)
			c.click("GET", "/v1/setup_intents/"+intent+"?"+url.Values{"client_secret": {secret}}.Encode(), "")
			c.click("DELETE", "/users/"+id+"/payment-methods/"+pm+"/", "")
			c.click("PATCH", "/users/"+user+"/", `{"locale":"de","custom_properties":{"external_id":"`+id+`"}}`)
		}, []string{"{made_1}", ".id}/confirm", "PATCH /users/{user}/", "save:"}},
		"a session": {"default", func(c *clicker) {
			c.ok("PUT", "/worlds/{w}/clock", `{"freeze":true}`)
			id := c.click("POST", "/users/"+user+"/charging/start/", `{"evse_id":"`+hers+`","payment_method_id":"pm_1TD1LuHtgZxQ1KXxNj5sKkKM"}`)["id"].(string)
			c.ok("PUT", "/worlds/{w}/clock", `{"advance":"5m"}`)
			c.click("POST", "/users/"+user+"/charging/stop/"+id+"/", "")
			c.click("DELETE", "/users/"+user+"/payment-methods/pm_1TD1LuHtgZxQ1KXxNj5sKkKM/", "")
		}, []string{"/charging/stop/{made_1}/"}},
	}
	for name, c := range tests {
		t.Run(name, func(t *testing.T) {
			w := &clicker{admin: a.in(t, c.scenario)}
			w.ok("GET", "/worlds/{w}", "")
			c.clicks(w)
			slices.Reverse(w.made) // the order of a list does not matter
			got := w.scenario("clicked", w.made...)
			if got.Status != 200 || got.ContentType != "application/yaml" || !strings.Contains(got.Header.Get("Content-Disposition"), `"clicked.yaml"`) {
				t.Fatalf("%d %s %v", got.Status, got.Body, got.Header)
			}
			for _, text := range append(c.has, "name: clicked", "Calls made in a world of "+c.scenario) {
				if !strings.Contains(got.Body, text) {
					t.Errorf("no %q in\n%s", text, got.Body)
				}
			}
			passes(t, got.Body, "clicked")
		})
	}
}

// Calls that cannot be made again are refused with a reason, and change nothing.
func TestCallsScenarioRefused(t *testing.T) {
	a := start(t, "default")
	w := &clicker{admin: a.in(t, "default")}
	id := w.click("POST", "/users/", `{}`)["id"].(string)
	w.click("GET", "/users/"+id+"/", "")
	w.click("POST", "/users/", `{"a":`)
	ids := w.made
	for name, c := range map[string]struct {
		got    answer
		status int
		field  string
		text   string
	}{
		"without the call that made its user": {w.scenario("", ids[1]), 409, "", "Add the earlier calls"},
		"a malformed body":                    {w.scenario("", ids[0], ids[2]), 409, "", ids[2]},
		"an unknown request":                  {w.scenario("", ids[0], "req_none"), 422, "requests", "req_none"},
		"an empty journal":                    {a.in(t, "default").do("POST", "/worlds/{w}/requests/scenario", "{}"), 422, "requests", "has 0 requests"},
		"no request":                          {w.do("POST", "/worlds/{w}/requests/scenario", `{"requests":[]}`), 422, "requests", ""},
		"a name of a scenario":                {w.scenario("debt", ids[0]), 422, "name", "built-in"},
		"an odd name":                         {w.scenario("../x", ids[0]), 422, "name", ""},
	} {
		problem(t, name, c.got, c.status, c.field)
		if !strings.Contains(c.got.Body, c.text) {
			t.Errorf("%s: no %q in %s", name, c.text, c.got.Body)
		}
	}
	if n := w.ok("POST", "/worlds/{w}/requests/count", "{}")["count"]; n != 3.0 {
		t.Errorf("%v requests, want 3: the check runs in the same world", n)
	}
}

// Each request has its wall time and duration, whatever the world's clock does.
func TestWallTime(t *testing.T) {
	a := start(t, "cdr-pending")
	w := &clicker{admin: a}
	w.do("POST", "/worlds/{w}/faults", `{"operation":"users_list","delay":"30ms"}`)
	w.click("GET", "/users/", "")
	w.click("POST", "/v1/setup_intents/seti_unknown/confirm", "x=y")
	e := w.ok("GET", "/worlds/{w}/requests/"+w.made[0], "")
	if e["time"] == e["wall"] || e["duration_ms"].(float64) < 30 {
		t.Errorf("time %v, wall %v, %v ms", e["time"], e["wall"], e["duration_ms"])
	}
}
