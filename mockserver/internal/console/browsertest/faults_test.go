package browsertest_test

import (
	"fmt"
	"net/http"
	"testing"
)

// An outcome is what a page sees of a call.
type outcome struct {
	Status   int
	Type     string // of the error in the body
	Rejected string // why fetch failed
	Broken   string // why the body could not be read
	Hangs    bool
	Took     float64 // milliseconds
}

func (o outcome) String() string {
	return fmt.Sprintf("status %d, type %q, rejected %q, broken %q, hangs %t", o.Status, o.Type, o.Rejected, o.Broken, o.Hangs)
}

// fetching calls the vendor's API as an app does. hung calls are given up.
const fetching = `async (url, method, token) => {
	const call = async () => {
		let answer;
		try {
			answer = await fetch(url, {method, headers: {Authorization: "Bearer " + token}});
		} catch (e) {
			return {Rejected: String(e)};
		}
		try {
			const text = await answer.text();
			return {Status: answer.status, Type: text.startsWith("{") ? JSON.parse(text).error?.type : ""};
		} catch (e) {
			return {Status: answer.status, Broken: String(e)};
		}
	};
	const started = performance.now();
	const result = await Promise.race([call(), new Promise(then => setTimeout(() => then({Hangs: true}), 20000))]);
	return {...result, Took: performance.now() - started};
}`

func (b *tab) fetch(method, url, token string) outcome {
	b.t.Helper()
	return eval[outcome](b, "("+fetching+")("+quote(url)+", "+quote(method)+", "+quote(token)+")")
}

// An attempt is a call that a fault damages.
type attempt struct {
	name, method, path, operation string
	// effects returns how often the call has taken effect.
	effects func(m *mock, token string) int
}

var attempts = []attempt{
	{"GET", "GET", "/users/" + customer + "/payment-methods/", "users_payment_methods_list", nil},
	{"POST", "POST", "/users/", "users_create", func(m *mock, token string) int {
		var page struct{ Count int }
		m.ask(http.MethodGet, "/api/v1/users/", token, nil, &page)
		return page.Count - 1
	}},
	{"DELETE", "DELETE", "/users/" + customer + "/payment-methods/pm_abc123/", "users_payment_methods_destroy", func(m *mock, token string) int {
		var page struct{ Results []struct{ ID string } }
		m.ask(http.MethodGet, "/api/v1/users/"+customer+"/payment-methods/", token, nil, &page)
		for _, r := range page.Results {
			if r.ID == "pm_abc123" {
				return 0
			}
		}
		return 1
	}},
}

// One fault is one failed call with one effect. Browsers repeat a call, POST
// included, if its connection was used before and ends without an answer: the
// page would see success, or one click would take effect several times.
func TestFaults(t *testing.T) {
	t.Parallel()
	rejected := func(o outcome) bool { return o.Rejected != "" }
	faults := []struct {
		name  string
		fault step
		want  string
		as    func(o outcome) bool
		bare  bool // also for an answer without a body
		none  bool // the call has no effect
	}{
		{"drop", step{"drop": true, "times": 1}, "a rejection", rejected, true, false},
		{"drop always", step{"drop": true, "probability": 1}, "a rejection", rejected, true, false},
		{"truncate", step{"truncate": true, "times": 1}, "a status and a broken body", func(o outcome) bool { return o.Status >= 200 && o.Broken != "" }, false, false},
		{"delay", step{"delay": "300ms", "times": 1}, "a late answer", func(o outcome) bool { return o.Status/100 == 2 && o.Broken == "" && o.Took >= 300 }, true, false},
		{"status", step{"status": 424, "error": "charging_provider_error", "times": 1}, "that error", func(o outcome) bool { return o.Status == 424 && o.Type == "charging_provider_error" }, true, true},
	}
	for _, scheme := range []string{"http", "https"} {
		t.Run(scheme, func(t *testing.T) {
			t.Parallel()
			m, b := startMock(t, scheme), open(t)
			b.watch.tolerate("failed *", "424 *", "browser: *")
			b.visit(serve(t, ""))
			host := 0
			for _, f := range faults {
				for _, a := range attempts {
					for _, warm := range []bool{false, true} {
						if a.method == "DELETE" && !f.bare {
							continue
						}
						host++
						name := fmt.Sprintf("%s/%s/reused=%t", f.name, a.name, warm)
						c := damaged{b, m, a, fmt.Sprintf("mock.removable.f%d", host), m.at(fmt.Sprintf("f%d.localhost", host)) + "/api/v1"}
						got := c.meet(f.fault, warm)
						if !f.as(got) {
							t.Errorf("%s: the page sees %v, want %s", name, got, f.want)
						}
						effects := 1
						if f.none {
							effects = 0
						}
						c.once(name, effects)
					}
				}
			}
		})
	}
}

// A damaged call is made in a world of its own, and to a host name of its own:
// connections of other calls are not reused.
type damaged struct {
	*tab
	*mock
	attempt
	token, url string
}

// meet makes the call while its fault is queued. A warm page has connections
// that the browser reuses.
func (d damaged) meet(fault step, warm bool) outcome {
	d.tab.t.Helper()
	if warm {
		eval[[]outcome](d.tab, "Promise.all(Array.from({length: 6}, () => ("+fetching+")("+quote(d.url+"/users/")+`, "GET", `+quote(d.token)+")))")
		if o := d.fetch("GET", d.url+"/users/", d.token); o.Status != 200 {
			d.tab.t.Fatalf("a good call: %v", o)
		}
	}
	queued := step{"operation": d.operation}
	for name, value := range fault {
		queued[name] = value
	}
	d.ask(http.MethodPost, "/__admin/worlds/"+d.token+"/faults", "", queued, nil)
	return d.fetch(d.method, d.url+d.path, d.token)
}

// once checks that the server saw one call, and that it took effect as often as
// it should.
func (d damaged) once(name string, want int) {
	d.tab.t.Helper()
	world := "/__admin/worlds/" + d.token
	var calls struct{ Count int }
	d.ask(http.MethodPost, world+"/requests/count", "", step{"operation": d.operation}, &calls)
	if calls.Count != 1 {
		d.tab.t.Errorf("%s: the server saw %d calls, want 1", name, calls.Count)
	}
	d.ask(http.MethodDelete, world+"/faults", "", nil, nil)
	if d.effects == nil {
		return
	}
	if got := d.effects(d.mock, d.token); got != want {
		d.tab.t.Errorf("%s: took effect %d times, want %d", name, got, want)
	}
}
