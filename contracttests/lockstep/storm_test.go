package lockstep_test

import (
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	"cariqamock/contracttests"
	"cariqamock/contracttests/internal/faketest"
	"cariqamock/mockserver"
	"cariqamock/scenarios"
)

// other is an honest fake whose ids, clock, CDR times and meter values are not
// those of the judge's.
func other(c *mockserver.Config) {
	c.Seed, c.CDRDelay = 4711, 7*time.Minute
	c.Wall = func() time.Time { return time.Now().Add(-41 * 24 * time.Hour) }
}

// TestStorm judges random calls in the world of every scenario, of two honest
// targets. Nothing may be found.
func TestStorm(t *testing.T) {
	names, err := fs.Glob(scenarios.FS(), "*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	calls := 60
	if testing.Short() {
		calls = 40
	}
	for who, change := range map[string]func(*mockserver.Config){"as-the-judge": nil, "other": other} {
		t.Run(who, func(t *testing.T) {
			t.Parallel()
			target := faketest.Target(t, change)
			judged := 0
			for i, file := range names {
				name := strings.TrimSuffix(file, ".yaml")
				j := judge(t, target)
				s := &storm{t: t, target: target, client: judging{target.Transport, j}, token: "mock." + name + ".storm", chance: rand.New(rand.NewPCG(1, uint64(i)))}
				for range calls {
					s.call()
				}
				if !t.Run(name, func(t *testing.T) { honest(t, j) }) {
					t.Logf("calls:\n%s", strings.Join(s.log, "\n"))
				}
				judged += j.Run().Count(contracttests.Pass)
			}
			if judged < 5*len(names) {
				t.Errorf("only %d operations and rules were judged in %d scenarios", judged, len(names))
			}
		})
	}
}

// honest checks that nothing was found. Scenarios may have faults, of which there
// may be many.
func honest(t *testing.T, j interface{ Run() contracttests.Run }) {
	t.Helper()
	got := j.Run()
	for _, g := range got.Groups() {
		if !strings.HasPrefix(g.Case, "run/") {
			t.Errorf("%s\n%s", g.Failure, strings.Join(b2(got, g), "\n"))
		}
	}
}

// A storm makes random calls, as an app and its user would.
type storm struct {
	t      *testing.T
	target contracttests.Target
	client http.RoundTripper
	token  string
	chance *rand.Rand
	log    []string
}

const (
	customer = "9405cf8c-8375-4373-b4d3-b61f9a0c01eb" // of every built-in scenario
	point    = "DE*PWA*EALP22541X01617*01"            // reports energy
)

func (s *storm) call() {
	api := func(method, path, body string) map[string]any { return s.do(method, "/users/"+customer+path, body) }
	method := func() string { return s.any(api("GET", "/payment-methods/", ""), "id") }
	session := func() string { return s.any(api("GET", "/charging-sessions/", ""), "id") }
	switch s.chance.IntN(16) {
	case 0:
		s.do("POST", "/users/", `{"custom_properties":{"external_id":"storm"}}`)
		s.do("GET", "/users/?page_size=5&search=storm", "")
	case 1:
		api("GET", fmt.Sprintf("/charging-sessions/?page=%d&page_size=%d", 1+s.chance.IntN(3), 1+s.chance.IntN(5)), "")
	case 2, 3:
		api("POST", "/charging/start/", fmt.Sprintf(`{"evse_id":%q,"payment_method_id":%q}`, point, method()))
	case 4, 5:
		api("POST", "/charging/stop/"+session()+"/", "")
	case 6:
		api("DELETE", "/payment-methods/"+method()+"/", "")
	case 7:
		api("POST", "/payment-methods/"+method()+"/default/", "")
	case 8:
		s.confirm("setup_intents", str(api("GET", "/setup-intents/", "")["setup_intent_client_secret"]))
	case 9:
		s.confirm("payment_intents", s.any(api("GET", "/charging/debts/", ""), "payment_intent_client_secret"))
	case 10:
		api("PATCH", "/charging-sessions/"+session()+"/", fmt.Sprintf(`{"rates":%d}`, s.chance.IntN(7)))
	case 11:
		s.send("PUT", s.target.Admin+"/__admin/worlds/"+s.token+"/clock", "application/json", fmt.Sprintf(`{"advance":"%ds"}`, 20+s.chance.IntN(900)))
	case 12:
		api("GET", "/invoices/", "")
	case 13:
		api("PUT", "/billing-details/", `{"country":"de","city":"Bonn","line1":"Am Hof 1","postal_code":"53113","first_name":"A","last_name":"B"}`)
		api("GET", "/billing-details/", "")
	case 14:
		api("PATCH", "/", `{"locale":"`+[]string{"de", "en", "xx"}[s.chance.IntN(3)]+`"}`)
		api("GET", "/", "")
	case 15:
		api("GET", "/charging-sessions/"+session()+"/", "")
	}
}

// any returns a field of any entry of a list, or a text that names nothing.
func (s *storm) any(page map[string]any, field string) string {
	list, _ := page["results"].([]any)
	if len(list) == 0 {
		return "none"
	}
	entry, _ := list[s.chance.IntN(len(list))].(map[string]any)
	return str(entry[field])
}

func str(v any) string { text, _ := v.(string); return text }

func (s *storm) confirm(intents, secret string) {
	id, _, ok := strings.Cut(secret, "_secret_")
	if !ok {
		return
	}
	s.send("POST", s.target.Admin+"/v1/"+intents+"/"+id+"/confirm", "application/x-www-form-urlencoded", "client_secret="+secret+"&payment_method=pm_card_visa&key=pk_test_storm")
}

func (s *storm) do(method, path, body string) map[string]any {
	return s.send(method, s.target.Base+path, "application/json", body)
}

// send sends a call and returns the object that is answered.
func (s *storm) send(method, address, kind, body string) map[string]any {
	r, err := http.NewRequestWithContext(s.t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	if !strings.Contains(address, "/v1/payment_intents/") && !strings.Contains(address, "/v1/setup_intents/") { // which have the publishable key
		r.Header.Set("Authorization", "Bearer "+s.token)
	}
	if body != "" {
		r.Header.Set("Content-Type", kind)
	}
	res, err := s.client.RoundTrip(r)
	if err != nil {
		s.t.Fatal(err)
	}
	text, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	s.log = append(s.log, fmt.Sprintf("%s %s %s: %d %.600s", method, r.URL.RequestURI(), body, res.StatusCode, text))
	var out map[string]any
	_ = json.Unmarshal(text, &out) // nil if it is no object
	return out
}
