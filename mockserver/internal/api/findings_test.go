package api_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"cariqamock/mockserver"
	"cariqamock/mockserver/internal/scenario"
	"cariqamock/mockserver/internal/scenario/library"
	"cariqamock/mockserver/internal/scenario/play"
	"cariqamock/mockserver/spec"
	"cariqamock/scenarios"
)

// A watcher is a transport that records which operations succeeded and reports
// every answer that departs from openapi.yaml.
type watcher struct {
	t    testing.TB
	next http.RoundTripper
	ops  []watchedOp

	mu   sync.Mutex
	done map[string]bool // operations that have succeeded
	seen map[string]bool // operations that have been called
}

type watchedOp struct {
	id, method string
	path       *regexp.Regexp
}

func watch(t testing.TB, next http.RoundTripper) *watcher {
	t.Helper()
	s, err := spec.Vendor()
	if err != nil {
		t.Fatal(err)
	}
	w := &watcher{t: t, next: next, done: map[string]bool{}, seen: map[string]bool{}}
	variable := regexp.MustCompile(`\{[^}]+\}`)
	for _, op := range s.Operations() {
		path := "^" + variable.ReplaceAllString(op.Path, "[^/]+") + "?$"
		w.ops = append(w.ops, watchedOp{op.ID, op.Method, regexp.MustCompile(path)})
	}
	return w
}

func (w *watcher) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := w.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	if found := res.Header.Get("X-Cariqa-Mock-Findings"); strings.Contains(found, "answer=") {
		w.t.Errorf("%s %s: %d with findings %s", r.Method, r.URL, res.StatusCode, found)
	}
	if res.StatusCode >= 500 && res.Header.Get("X-Cariqa-Mock-Rule") == "request/unexpected-error" {
		w.t.Errorf("%s %s: %d", r.Method, r.URL, res.StatusCode)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, op := range w.ops {
		if op.method == r.Method && op.path.MatchString(r.URL.Path) {
			w.seen[op.id] = true
			w.done[op.id] = w.done[op.id] || res.StatusCode < 300
		}
	}
	return res, nil
}

// TestNoFindings runs every scenario's own steps and walks over all
// operations: no answer of the fake departs from openapi.yaml.
func TestNoFindings(t *testing.T) {
	f := start(t)
	w := watch(t, f.transport())
	known := library.New(scenarios.FS(), scenario.Known{})
	names := known.Names()
	if len(names) < 8 {
		t.Errorf("only %d scenarios", len(names))
	}
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			w.t = t
			s, err := known.Get(name)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range play.Try(t.Context(), s, w, f.URL, f.Token(name)) {
				if r.Err != nil {
					t.Errorf("step %d, %s: %v", r.Step, r.What, r.Err)
				}
			}
			if token := f.Token(name); s.Revoked { // then every call is refused
				walker{t, f, w, token}.call("GET", "/users/", "")
			} else {
				walk(t, f, w, token)
			}
		})
	}
	for _, op := range w.ops {
		if !w.done[op.id] {
			t.Errorf("%s: called %v, but never with success", op.id, w.seen[op.id])
		}
	}
}

// TestNoFindingsInEitherGeneration pins the names of the secrets.
func TestNoFindingsInEitherGeneration(t *testing.T) {
	for _, g := range []mockserver.Generation{mockserver.Generation1, mockserver.GenerationBoth} {
		f := start(t, config(func(c *mockserver.Config) { c.Generation = g }))
		walk(t, f, watch(t, f.transport()), f.Token("debt"))
	}
}

// A walker makes calls whatever they are answered.
type walker struct {
	t     *testing.T
	f     *fake
	rt    http.RoundTripper
	token string
}

func walk(t *testing.T, f *fake, rt http.RoundTripper, token string) {
	t.Helper()
	w := walker{t, f, rt, token}
	w.reads(user)
	w.writes(user)
	f.WorldOf(token).Clock.Advance(10 * time.Minute) // open sessions are billed
	w.reads(user)
	w.removals(user)
	w.refusals()
	w.strangers()
}

func (w walker) call(method, path, body string) {
	w.t.Helper()
	r, err := http.NewRequest(method, w.f.URL+"/api/v1"+path, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+w.token)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	res, err := w.rt.RoundTrip(r)
	if err != nil {
		w.t.Fatal(err)
	}
	res.Body.Close()
}

func (w walker) reads(user string) {
	w.t.Helper()
	me := "/users/" + user + "/"
	for _, path := range []string{
		"/users/", "/users/?page_size=1&search=" + user, "/users/?page=7", me, me + "billing-details/", me + "charging-sessions/", me + "charging/debts/",
		me + "invoices/", me + "payment-methods/", me + "payment-methods/?page=2", me + "setup-intents/?pm_type=card", me + "setup-intents/?pm_type=x",
		"/stations/partners/", "/stations/around/?latitude=52.51&longitude=13.45&distance=5000&page_size=100",
		"/stations/around/?latitude=48.2&longitude=16.4&distance=500000&page_size=100&page=last", "/stations/around/?latitude=x",
		"/stations/tile/?x=8803&y=5374&z=14", "/stations/tile/?x=0&y=0&z=0", "/stations/tile/?x=34&x=33&y=21&y=20&z=6", "/stations/tile/?z=1",
		"/stations/details/?type=station_id&id=x", "/stations/details/?type=x",
	} {
		w.call("GET", path, "")
	}
	for _, evse := range append(magic(), evse, "DE*CIQ*EELDF6XWZU41P*2", "DEQRMEF7GRC21", "IT*PWY*EP0078*01*02", "AT*HTB*EOCPI1*1") {
		w.call("GET", "/stations/details/?type=evse_id&id="+url.QueryEscape(evse), "")
	}
}

// magic returns the charge points that are made for failures, without those
// that would wait for a frozen clock.
func magic() []string {
	return []string{
		"DE*MCK*E402*DECLINED", "DE*MCK*E402*SCA", "DE*MCK*E409*OUTOFORDER", "DE*MCK*E424*STATION", "DE*MCK*E424*START",
		"DE*MCK*E500", "DE*MCK*CHARGE*FAILS", "DE*MCK*CDR*ZERO", "DE*MCK*STOPS*ITSELF",
	}
}

func (w walker) writes(user string) {
	w.t.Helper()
	me := "/users/" + user + "/"
	w.call("POST", "/users/", `{"email":"a@b.de","locale":"de","custom_properties":{"external_id":"x"}}`)
	w.call("PATCH", me, `{"email":null}`)
	w.call("PATCH", me, `{"locale":"x"}`)
	w.call("PUT", me+"billing-details/", `{"line1":""}`)
	w.call("PUT", me+"billing-details/", `{"country":"it","city":"Roma","tax_id":"RSSMRA80A01H501U","account_type":"business","company_name":"C","vat_id":"IT1","line1":"V","postal_code":"1","first_name":"A","last_name":"B"}`)
	for _, evse := range append(magic(), "IT*PWY*EP0078*01*02", "NOBODY", evse) {
		w.start(user, evse, pm2)
	}
	w.start(user, evse, "pm_none")
	w.start(user, evse, pm1)
}

// start starts a session, reads it, rates it and stops it.
func (w walker) start(user, evse, method string) {
	w.t.Helper()
	me := "/users/" + user + "/"
	w.call("POST", me+"charging/start/", `{"evse_id":"`+evse+`","payment_method_id":"`+method+`"}`)
	own := &fake{Server: w.f.Server, t: w.t, token: w.token}
	list := own.body(get("/api/v1"+me+"charging-sessions/?page_size=1"), 200)
	results, _ := list["results"].([]any)
	for i := range results {
		id := text(w.t, results, i, "id")
		w.call("GET", me+"charging-sessions/"+id+"/", "")
		w.call("PATCH", me+"charging-sessions/"+id+"/", `{"rates":"3"}`)
		w.call("PATCH", me+"charging-sessions/"+id+"/", `{"rates":9}`)
		w.f.WorldOf(w.token).Clock.Advance(31 * time.Second)
		w.call("POST", me+"charging/stop/"+id+"/", "")
		w.call("POST", me+"charging/stop/"+id+"/", "")
	}
	w.f.WorldOf(w.token).Clock.Advance(2 * time.Minute)
}

func (w walker) removals(user string) {
	w.t.Helper()
	me := "/users/" + user + "/"
	for _, pm := range []string{pm1, pm2, "pm_abc123", "pm_none"} {
		w.call("DELETE", me+"payment-methods/"+pm+"/", "")
		w.call("POST", me+"payment-methods/"+pm+"/default/", "")
	}
	w.call("DELETE", me, "")
	w.call("GET", me, "")
}

// refusals makes calls that are refused before their operation.
func (w walker) refusals() {
	w.t.Helper()
	w.call("PUT", "/users/", "")
	w.call("POST", "/users/", "{")
	w.call("POST", "/users/", strings.Repeat(" ", 1<<20+1))
	w.call("GET", "/users/nobody/", "")
	bad := w
	bad.token = "revoked"
	bad.call("GET", "/users/", "")
}

// strangers creates a user that charges and is deleted.
func (w walker) strangers() {
	w.t.Helper()
	own := refClient{&fake{Server: w.f.Server, t: w.t, token: w.token}}
	id := text(w.t, own.ok("POST", "/users/", ""), "id")
	secret := text(w.t, own.ok("GET", "/users/"+id+"/setup-intents/", ""), firstSecret(own, id))
	method := text(w.t, own.confirm("setup_intents", secret, "pm_card_visa"), "payment_method")
	w.call("POST", "/users/"+id+"/payment-methods/"+method+"/default/", "")
	w.reads(id)
	w.start(id, evse, method)
	w.call("DELETE", "/users/"+id+"/payment-methods/"+method+"/", "")
	w.call("DELETE", "/users/"+id+"/", "")
}

// firstSecret returns the name under which a server answers with a secret.
func firstSecret(c refClient, id string) string {
	if c.ok("GET", "/users/"+id+"/setup-intents/", "")["setup_intent_client_secret"] != nil {
		return "setup_intent_client_secret"
	}
	return "client_secret"
}
