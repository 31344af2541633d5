package lockstep_test

import (
	"testing"

	"cariqamock/contracttests"
)

// TestCause checks that a finding names the write after which an answer is another one
// than before, whether it was about that or not.
func TestCause(t *testing.T) {
	const second = "/payment-methods/pm_second/"
	list, profile := taken{method: "GET", path: "/payment-methods/"}, taken{method: "GET", path: "/"}
	patch := taken{method: "PATCH", path: "/", body: german}
	bill := taken{method: "PUT", path: "/billing-details/", body: `{"country":"de","city":"Berlin","line1":"Weg 1","postal_code":"10115","first_name":"A","last_name":"B"}`}
	refused := taken{method: "DELETE", path: second}
	lying := func(c taken, lie func(int, string) (int, string)) taken { c.lie = lie; return c }
	wrong := with(`"locale":"de"`, `"locale":"fr"`)
	for name, tt := range map[string]struct {
		row    []taken
		causes []string // of the findings about the profile
	}{
		"the only write":           {[]taken{profile, patch, lying(profile, with(`"locale":"de"`, `"locale":"en"`))}, []string{"users_partial_update"}},
		"the last write":           {[]taken{profile, patch, bill, lying(profile, wrong)}, []string{"users_billing_details_update"}},
		"none since the last look": {[]taken{patch, bill, profile, list, lying(profile, wrong)}, []string{""}},
		"a refused write":          {[]taken{patch, profile, refused, lying(profile, wrong)}, []string{"users_payment_methods_destroy"}},
		"never looked before":      {[]taken{patch, lying(profile, wrong)}, []string{"users_partial_update"}},
	} {
		for i := range tt.row {
			tt.row[i].from, tt.row[i].to = 10*i, 10*i+5
		}
		_, run := found(t, take(t, "default", tt.row))
		var got []string
		for _, r := range run.Results {
			for _, f := range r.Failures {
				if f.Operation == "users_retrieve" && f.Kind == contracttests.KindValue {
					got = append(got, f.After)
					if (f.After == "") != (len(f.About) == 1) {
						t.Errorf("%s: about %d calls, after %q", name, len(f.About), f.After)
					}
				}
			}
		}
		if len(got) != len(tt.causes) || len(got) > 0 && got[0] != tt.causes[0] {
			t.Errorf("%s: after %q, want %q", name, got, tt.causes)
		}
	}
}
