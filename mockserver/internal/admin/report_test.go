package admin_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// report returns the bug report of the world.
func (a *admin) report() string {
	a.t.Helper()
	got := a.do("POST", "/worlds/{w}/report", "")
	if got.Status != 200 || got.ContentType != "application/yaml" {
		a.t.Fatalf("report: %d %s", got.Status, got.Body)
	}
	return got.Body
}

// TestReportOpensElsewhere: a tester's refused removal is refused on another
// server, with the same explanation.
func TestReportOpensElsewhere(t *testing.T) {
	const remove = "/users/" + user + "/payment-methods/pm_abc123/"
	for name, c := range map[string]struct {
		scenario string
		before   func(*clicker)
		has      []string
	}{
		"a debt of the scenario": {"debt", func(*clicker) {}, []string{"after change 1, and 1 calls"}},
		"a session that the tester started": {"removable", func(c *clicker) {
			c.click("POST", "/users/"+user+"/charging/start/", `{"evse_id":"`+hers+`","payment_method_id":"pm_abc123"}`)
			c.click("GET", "/users/"+user+"/charging-sessions/", "")
		}, []string{"charging/start/", "status: 201"}},
		"a debt that the admin API made": {"removable", func(c *clicker) {
			c.do("POST", "/worlds/{w}/users/"+user+"/debts", `{"kwh":"10.000"}`)
		}, []string{"POST /__admin/worlds/{world}/users/" + user + "/debts"}},
		"a session that the station ended, after a clock move": {"removable", func(c *clicker) {
			id := c.click("POST", "/users/"+user+"/charging/start/", `{"evse_id":"`+hers+`","payment_method_id":"pm_abc123"}`)["id"].(string)
			c.ok("PUT", "/worlds/{w}/clock", `{"advance":"25s"}`)
			c.do("POST", "/worlds/{w}/sessions/"+id+"/stop", "")
		}, []string{"advance: ", "/sessions/{made_1}/stop"}},
		"a default method": {"removable", func(c *clicker) { c.click("POST", remove+"default/", "") }, []string{"default/"}},
		"a new card": {"removable", func(c *clicker) {
			secret := c.click("GET", "/users/"+user+"/setup-intents/", "")["setup_intent_client_secret"].(string)
			intent, _, _ := strings.Cut(secret, "_secret_")
			form := url.Values{
				"client_secret": {secret}, "payment_method_data[type]": {"card"}, "payment_method_data[card][number]": {"4242424242424242"},
				"payment_method_data[card][cvc]": {"987"}, "payment_method_data[card][exp_month]": {"12"}, "payment_method_data[card][exp_year]": {"2040"},
			}
			c.click("POST", "/v1/setup_intents/"+intent+"/confirm", form.Encode())
			c.click("POST", remove+"default/", "")
		}, []string{"/confirm"}},
		"back to before": {"removable", func(c *clicker) {
			c.click("POST", remove+"default/", "")
			c.click("POST", "/users/", `{"email":"undone@example.org"}`)
			c.ok("POST", "/worlds/{w}/rewind", `{"to":2}`)
			c.click("GET", "/users/", "")
		}, []string{"undone by going back", "default/"}},
		"a fault": {"removable", func(c *clicker) {
			c.do("POST", "/worlds/{w}/faults", `{"operation":"users_payment_methods_destroy","skip":1,"status":402,"error":"payment_error"}`)
			c.click("DELETE", "/users/"+user+"/payment-methods/pm_none/", "")
		}, []string{"/faults", "skip: 1"}},
	} {
		t.Run(name, func(t *testing.T) {
			tester := &clicker{admin: start(t, c.scenario)}
			tester.ok("GET", "/worlds/{w}", "")
			c.before(tester)
			tester.click("DELETE", remove, "")
			want := tester.ok("GET", "/worlds/{w}/requests/"+tester.made[len(tester.made)-1]+"/explain", "")
			if want["rule"] == "" {
				t.Fatal("the removal was not refused")
			}
			file := tester.report()
			for _, text := range append(c.has, "name: "+c.scenario+"-report\n", "frozen: true") {
				if !strings.Contains(file, text) {
					t.Errorf("no %q in\n%s", text, file)
				}
			}
			noSecrets(t, file)
			passes(t, file, c.scenario+"-report")

			colleague := &clicker{admin: start(t, "default")}
			if got := colleague.do("POST", "/scenarios", file); got.Status != http.StatusCreated {
				t.Fatal(got.Body)
			}
			colleague.world = "mock." + c.scenario + "-report.look"
			if got := colleague.ok("POST", "/worlds/{w}/replay", ""); got["made"] != got["steps"] || got["wrong"] != nil {
				t.Fatalf("replay: %v\n%s", got, file)
			}
			last := first(t, colleague.ok("GET", "/worlds/{w}/requests?limit=1", ""), "requests")["id"].(string)
			seen := colleague.ok("GET", "/worlds/{w}/requests/"+last+"/explain", "")
			colleague.click("DELETE", remove, "")
			again := colleague.ok("GET", "/worlds/{w}/requests/"+colleague.made[0]+"/explain", "")
			if name == "a fault" { // it is used up
				again = seen
			}
			for what, got := range map[string]map[string]any{"the tester's call": seen, "the same call": again} {
				if diff := cmp.Diff(lasting(want), lasting(got)); diff != "" {
					t.Errorf("%s: -tester +colleague\n%s\n%s", what, diff, file)
				}
			}
			if again := colleague.report(); strings.Contains(again, "-report-report") {
				t.Errorf("the report of a report:\n%s", again)
			}
		})
	}
}

// lasting returns what another world explains in the same way: ids differ there.
func lasting(e map[string]any) map[string]any {
	facts, _ := e["facts"].([]any)
	return map[string]any{"rule": e["rule"], "sentence": e["sentence"], "remedy": e["remedy"], "facts": len(facts)}
}

// noSecrets looks for what no report may show.
func noSecrets(t *testing.T, file string) {
	t.Helper()
	for _, secret := range []string{"4242424242424242", `"987"`, "_secret_1", "_secret_2"} {
		if strings.Contains(file, secret) {
			t.Errorf("%q shows in\n%s", secret, file)
		}
	}
}
