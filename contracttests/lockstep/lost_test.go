package lockstep_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

// TestLost has writes without a whole answer, which the target has taken: what they
// may have changed is taken from the next look, and judged from then on.
func TestLost(t *testing.T) {
	const second = "/payment-methods/pm_abc123/"
	list, profile, details := taken{method: "GET", path: "/payment-methods/"}, taken{method: "GET", path: "/"}, taken{method: "GET", path: "/billing-details/"}
	sessions := taken{method: "GET", path: "/charging-sessions/"}
	lying := func(c taken, lie func(int, string) (int, string)) taken { c.lie = lie; return c }
	there := to(http.StatusOK, `{"id":"`+customer+`","email":null,"locale":"en","custom_properties":null}`)
	for _, test := range []struct {
		world  string
		lost   taken
		before []taken
		after  []taken // the last one lies
		want   string
	}{
		{"removable", taken{method: "PATCH", path: "/", body: german}, []taken{profile}, []taken{profile, lying(profile, with(`"locale":"de"`, `"locale":"fr"`))}, "users_retrieve body /locale"},
		{"removable", taken{method: "PUT", path: "/billing-details/", body: `{"country":"de","city":"Bonn","line1":"Am Hof 1","postal_code":"53113","first_name":"A","last_name":"B"}`}, []taken{details}, []taken{details, lying(details, with(`Bonn`, `Ulm`))}, "users_billing_details_retrieve body /city"},
		{"removable", taken{method: "DELETE", path: second}, []taken{list}, []taken{list, lying(list, with(`"count":1`, `"count":2`))}, "users_payment_methods_list body /count"},
		{"removable", taken{method: "POST", path: second + "default/"}, []taken{list}, []taken{list, lying(list, with(`"default":true`, `"default":false`))}, "users_payment_methods_list body /results/*/default"},
		{"removable", taken{method: "DELETE", path: "/"}, []taken{profile}, []taken{profile, list, lying(profile, there)}, "users_retrieve status"},
		{"rich-user", taken{method: "PATCH", path: "/charging-sessions/3f0c6d5e-8f1b-4a57-9c1d-0e6b1a7c2d30/", body: `{"rates":2}`}, []taken{sessions}, []taken{sessions, lying(sessions, with(`"rates":2`, `"rates":5`))}, "users_charging_sessions_list body /results/*/rates"},
	} {
		for _, how := range []string{"none", "cut"} {
			t.Run(test.lost.method+strings.ReplaceAll(test.lost.path, "/", "-")+how, func(t *testing.T) {
				row := append(append(slices.Clone(test.before), test.lost), test.after...)
				for i := range row {
					row[i].from, row[i].to = 10*i, 10*i+5
				}
				calls := take(t, test.world, row)
				lost := calls[len(test.before)]
				if lost.Status/100 != 2 {
					t.Fatalf("the fake answers %d", lost.Status)
				}
				if lost.Answer = nil; how == "none" {
					lost.Status = 0
				}
				lost.Cut = how == "cut"
				if got, _ := found(t, calls[:len(calls)-1]); len(got) > 0 {
					t.Errorf("found %q of an honest target", got)
				}
				if got, _ := found(t, calls); len(got) != 1 || got[0] != test.want {
					t.Errorf("found %q, want %q", got, test.want)
				}
			})
		}
	}
}
