package lockstep_test

import "testing"

// TestTokens has the calls about one user have two tokens, as after a renewal. What one
// of them changes the other one sees, at the same time or later. With a fake, the users
// of two tokens are not the same ones.
func TestTokens(t *testing.T) {
	profile, patch := taken{method: "GET", path: "/"}, taken{method: "PATCH", path: "/", body: german}
	back := taken{method: "PATCH", path: "/", body: english}
	from := func(c taken, from, to int) taken { c.from, c.to = from, to; return c }
	lying := func(c taken, lie func(int, string) (int, string)) taken { c.lie = lie; return c }
	const wrong = "users_retrieve body /locale"
	for name, test := range map[string]struct {
		row     []taken
		renewed map[int]bool // which calls have the other token
		fake    bool
		want    string
	}{
		"a change under the other token": {[]taken{from(profile, 0, 5), from(patch, 10, 15), from(profile, 20, 25)}, map[int]bool{1: true}, false, ""},
		"every other call":               {[]taken{from(profile, 0, 5), from(patch, 10, 15), from(profile, 20, 25), from(back, 30, 35), from(profile, 40, 45)}, map[int]bool{1: true, 4: true}, false, ""},
		"a change at the same time":      {[]taken{from(profile, 0, 5), from(patch, 10, 30), from(profile, 12, 28), from(profile, 40, 45)}, map[int]bool{1: true}, false, ""},
		"the other token sees a lie":     {[]taken{from(profile, 0, 5), from(patch, 10, 15), from(lying(profile, with(`"locale":"de"`, `"locale":"en"`)), 20, 25)}, map[int]bool{2: true}, false, wrong},
		"two worlds of a fake":           {[]taken{from(profile, 0, 5), from(patch, 10, 15), from(lying(profile, with(`"locale":"de"`, `"locale":"en"`)), 20, 25)}, map[int]bool{2: true}, true, ""},
	} {
		t.Run(name, func(t *testing.T) {
			calls := take(t, "default", test.row)
			for i, c := range calls {
				if test.renewed[i] {
					c.Header.Set("Authorization", "Bearer renewed")
				}
				if !test.fake {
					c.Answered.Del("X-Cariqa-Mock")
				}
			}
			got, _ := found(t, calls)
			if test.want == "" && len(got) > 0 || test.want != "" && (len(got) != 1 || got[0] != test.want) {
				t.Errorf("found %q, want %q", got, test.want)
			}
		})
	}
}
