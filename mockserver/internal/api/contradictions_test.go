package api_test

import (
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cariqamock/mockserver"
)

// TestContradictions has a row for each point on which the vendor's public
// sources contradict each other, with what the fake does.
func TestContradictions(t *testing.T) {
	f := start(t)
	const stations = "/api/v1/stations/"
	begin := func(evse, method string) request {
		return send("POST", me+"/charging/start/", `{"evse_id":"`+evse+`","payment_method_id":"`+method+`"}`)
	}
	cases := []struct {
		topic, decision, scenario string
		check                     func(*testing.T, *fake)
	}{
		{"setup intent key", "both names, equal", "default", func(t *testing.T, f *fake) {
			v := f.body(get(me+"/setup-intents/"), 200)
			if v["client_secret"] != v["setup_intent_client_secret"] || v["client_secret"] == nil || len(v) != 2 {
				t.Error(v)
			}
		}},
		{"debt secret key", "both names, equal", "debt", func(t *testing.T, f *fake) {
			d := at(t, f.body(get(me+"/charging/debts/"), 200), "results", 0).(map[string]any)
			if d["client_secret"] != d["payment_intent_client_secret"] || d["client_secret"] == nil {
				t.Error(d)
			}
		}},
		{"transport of start failures", "402, 404, 409, 424, 500 with an error object", "default", func(t *testing.T, f *fake) {
			for evse, status := range map[string]int{
				"DE*MCK*E402*DECLINED": 402, "NOBODY": 404, "DE*MCK*E409*OUTOFORDER": 409, "DE*MCK*E424*START": 424, "DE*MCK*E500": 500,
			} {
				v := f.body(begin(evse, pm1), status)
				if _, flat := v["status"]; flat || (status != 404) != (v["error"] != nil) {
					t.Errorf("%s: %v", evse, v)
				}
			}
		}},
		{"status while in debt", "402 without a status field", "debt", func(t *testing.T, f *fake) {
			for _, r := range []request{begin(evse, pm2), call("DELETE", me+"/payment-methods/pm_abc123/"), call("DELETE", me+"/")} {
				v := f.body(r, 402)
				if keys(v) != "detail error" || text(t, v, "error", "type") != "payment_error" {
					t.Errorf("%s: %v", r.path, v)
				}
			}
		}},
		{"links of session costs", "invoice_download only", "cdr-pending", func(t *testing.T, f *fake) {
			f.WorldOf(f.token).Clock.Advance(10 * time.Minute)
			v := at(t, f.body(get(me+"/charging-sessions/"), 200), "results", 0, "session_cost").(map[string]any)
			if _, has := v["invoice_view"]; has || v["invoice_download"] == nil {
				t.Error(v)
			}
		}},
		{"envelope of invoices", "pages, no view_link", "cdr-pending", func(t *testing.T, f *fake) {
			f.WorldOf(f.token).Clock.Advance(10 * time.Minute)
			v := f.body(get(me+"/invoices/?page_size=10&page=1"), 200)
			item := at(t, v, "results", 0).(map[string]any)
			if keys(v) != "count next previous results" || keys(item) != "charging_session_id currency date link refund total" {
				t.Error(v)
			}
		}},
		{"name of the VAT number", "vat_id; vat_number is ignored", "default", func(t *testing.T, f *fake) {
			v := f.body(send("PUT", me+"/billing-details/", `{"line1":"W","postal_code":"1","vat_number":"A","vat_id":"B"}`), 200)
			if v["vat_id"] != "B" || strings.Contains(keys(v), "vat_number") {
				t.Error(v)
			}
			f.body(send("PUT", me+"/billing-details/", `{"vat_number":"A"}`), 400)
		}},
		{"tax_id", "present", "default", func(t *testing.T, f *fake) {
			if _, has := f.body(get(me+"/billing-details/"), 200)["tax_id"]; !has {
				t.Error("no tax_id")
			}
		}},
		{"stop that the provider fails", "424", "default", func(t *testing.T, f *fake) {
			s := f.body(begin("DE*MCK*E424*STOP", pm1), 201)
			v := f.body(call("POST", me+"/charging/stop/"+text(t, s, "id")+"/"), 424)
			if text(t, v, "error", "type") != "charging_provider_error" || f.body(get(me+"/charging-sessions/"+text(t, s, "id")+"/"), 200)["is_active"] != true {
				t.Error(v)
			}
		}},
		{"expiration_date", "MM/YYYY", "default", func(t *testing.T, f *fake) {
			if got := text(t, f.body(get(me+"/payment-methods/"), 200), "results", 0, "card", "expiration_date"); got != "12/2027" {
				t.Error(got)
			}
		}},
		{"pm_type", "card only", "default", func(t *testing.T, f *fake) {
			for kind, status := range map[string]int{"card": 200, "": 200, "paypal": 400, "apple_pay": 400} {
				f.body(get(me+"/setup-intents/?pm_type="+kind), status)
			}
		}},
		{"type of rates", "text or integer in, integer out", "default", func(t *testing.T, f *fake) {
			s := f.body(begin(evse, pm1), 201)
			for _, body := range []string{`{"rates":"5"}`, `{"rates":5}`} {
				if v := f.body(send("PATCH", me+"/charging-sessions/"+text(t, s, "id")+"/", body), 200); v["rates"] != 5.0 {
					t.Errorf("%s: %v", body, v["rates"])
				}
			}
		}},
		{"401", "missing or malformed 401, invalid 403", "default", func(t *testing.T, f *fake) {
			f.body(get(users, "Authorization", "-"), 401)
			f.body(get(users, "Authorization", "Bearer revoked"), 403)
		}},
		{"400 of start", "validation_error", "default", func(t *testing.T, f *fake) {
			if v := f.body(send("POST", me+"/charging/start/", `{}`), 400); text(t, v, "error", "type") != "validation_error" {
				t.Error(v)
			}
		}},
		{"answer of user creation", "custom_properties", "default", func(t *testing.T, f *fake) {
			v := f.body(send("POST", users, `{"custom_properties":{"external_id":"a"}}`), 201)
			if keys(v) != "custom_properties email id locale" {
				t.Error(v)
			}
		}},
		{"fresh line1 and postal_code", "null", "default", func(t *testing.T, f *fake) {
			u := f.body(send("POST", users, ""), 201)
			v := f.body(get(users+text(t, u, "id")+"/billing-details/"), 200)
			if v["line1"] != nil || v["postal_code"] != nil || v["account_type"] != "personal" {
				t.Error(v)
			}
		}},
		{"blank billing texts", "accepted where null is", "default", func(t *testing.T, f *fake) {
			f.body(send("PUT", me+"/billing-details/", `{"line1":"W","postal_code":"1","company_name":"","vat_id":"","tax_id":"","country":"","city":"","first_name":"","last_name":""}`), 200)
			f.body(send("PUT", me+"/billing-details/", `{"line1":"","postal_code":"1"}`), 400)
		}},
		{"trailing slash", "301; a removal is answered", "removable", func(t *testing.T, f *fake) {
			if a := f.do(get("/api/v1/users")); a.Status != 301 {
				t.Error(a)
			}
			f.body(call("DELETE", me+"/payment-methods/pm_abc123?"), 204)
		}},
		{"ids", "UUIDs; others are unknown", "default", func(t *testing.T, f *fake) {
			u := f.body(send("POST", users, ""), 201)
			if len(text(t, u, "id")) != 36 {
				t.Error(u)
			}
			f.body(get(users+"123/"), 404)
		}},
		{"case of currencies", "lower", "debt", func(t *testing.T, f *fake) {
			if got := text(t, f.body(get(me+"/charging/debts/"), 200), "results", 0, "currency"); got != "eur" {
				t.Error(got)
			}
		}},
		{"filters of around", "unknown ones are ignored", "default", func(t *testing.T, f *fake) {
			const path = stations + "around/?latitude=52.51&longitude=13.45&distance=500"
			want := f.body(get(path), 200)["count"]
			for _, more := range []string{"&max_price=", "&max_price=0.01", "&power_groups=turbo"} {
				if got := f.body(get(path+more), 200)["count"]; got != want {
					t.Errorf("%s: %v stations of %v", more, got, want)
				}
			}
		}},
		{"case of countries", "any, kept as sent", "default", func(t *testing.T, f *fake) {
			for _, country := range []string{"DE", "de", "De"} {
				body := `{"country":"` + country + `","city":"B","line1":"W","postal_code":"1","first_name":"A","last_name":"B"}`
				if v := f.body(send("PUT", me+"/billing-details/", body), 200); v["country"] != country {
					t.Error(v)
				}
			}
			for country, status := range map[string]int{"IT": 409, "it": 409, "DE": 201} { // no tax_id
				w := f.in(t, "default")
				body := `{"country":"` + country + `","city":"B","line1":"W","postal_code":"1","first_name":"A","last_name":"B"}`
				w.body(send("PUT", me+"/billing-details/", body), 200)
				w.body(begin("IT*PWY*EP0078*01*02", pm1), status)
			}
		}},
		{"default method at start", "makes no difference", "default", func(t *testing.T, f *fake) {
			f.body(send("POST", me+"/charging/start/", `{"evse_id":"`+evse+`"}`), 400)
			f.body(begin(evse, pm1), 201)
		}},
		{"detail of stop errors", "Charging Error", "default", func(t *testing.T, f *fake) {
			s := f.body(begin(evse, pm1), 201)
			stop := call("POST", me+"/charging/stop/"+text(t, s, "id")+"/")
			f.body(stop, 204)
			if v := f.body(stop, 409); v["detail"] != "Charging Error" {
				t.Error(v)
			}
		}},
		{"detail alone", "on 401, 403 and 404, never on 400", "default", func(t *testing.T, f *fake) {
			for status, r := range map[int]request{401: get(users, "Authorization", "-"), 403: get(users, "Authorization", "Bearer revoked"), 404: get(users + "x/")} {
				if v := f.body(r, status); keys(v) != "detail" {
					t.Errorf("%d: %v", status, v)
				}
			}
			if v := f.body(send("POST", users, `{"locale":"x"}`), 400); keys(v) != "detail error" || keys(v["error"].(map[string]any)) != "details type" {
				t.Error(v)
			}
		}},
		{"costs that do not apply", "0.00 after the CDR, null before; prices null", "default", func(t *testing.T, f *fake) {
			f.WorldOf(f.token).Clock.Freeze()
			s := f.body(begin(evse, pm1), 201)
			path := me + "/charging-sessions/" + text(t, s, "id") + "/"
			if at(t, s, "session_cost", "time_cost") != nil || at(t, s, "user_facing_session_prices", "time_price") != nil {
				t.Error(s)
			}
			f.body(call("POST", me+"/charging/stop/"+text(t, s, "id")+"/"), 204)
			f.WorldOf(f.token).Clock.Advance(time.Hour)
			if got := at(t, f.body(get(path), 200), "session_cost", "time_cost"); got != "0.00" {
				t.Error(got)
			}
		}},
	}
	for _, c := range cases {
		t.Run(c.topic, func(t *testing.T) {
			t.Log(c.decision)
			c.check(t, f.in(t, c.scenario))
		})
	}
}

func keys(v map[string]any) string { return strings.Join(slices.Sorted(maps.Keys(v)), " ") }

// TestGenerations compares all answers of the generations: they differ in the
// names of two secrets and in nothing else.
func TestGenerations(t *testing.T) {
	const seti, pi = "setup_intent_client_secret", "payment_intent_client_secret"
	names := map[mockserver.Generation][]string{
		mockserver.Generation1:    {"GET /setup-intents/ " + seti, "GET /charging/debts/ " + pi},
		mockserver.Generation0:    {"GET /setup-intents/ client_secret", "GET /charging/debts/ client_secret"},
		mockserver.GenerationBoth: {"GET /setup-intents/ client_secret", "GET /setup-intents/ " + seti, "GET /charging/debts/ client_secret", "GET /charging/debts/ " + pi},
	}
	answers := map[mockserver.Generation]string{}
	for g, want := range names {
		f := start(t, config(func(c *mockserver.Config) {
			c.Generation = g
			c.Wall = func() time.Time { return time.Date(2027, 1, 1, 12, 0, 0, 0, time.UTC) }
		})).in(t, "debt")
		f.token = "mock.debt.same"
		var secrets []string
		var rest strings.Builder
		for _, r := range everyRead() {
			a := f.do(r)
			var v any
			if err := json.Unmarshal([]byte(a.Body), &v); err != nil {
				t.Fatal(err)
			}
			where := r.method + " " + strings.TrimPrefix(r.path, me) + " "
			for _, name := range []string{"client_secret", seti, pi} {
				if drop(v, name) {
					secrets = append(secrets, where+name)
				}
			}
			left, err := json.Marshal(v)
			if err != nil {
				t.Fatal(err)
			}
			rest.WriteString(where + strings.ReplaceAll(string(left), f.URL, "") + "\n")
		}
		slices.Sort(want)
		slices.Sort(secrets)
		if diff := cmp.Diff(want, secrets); diff != "" {
			t.Errorf("%s: secrets (-want +got):\n%s", g, diff)
		}
		answers[g] = rest.String()
		// The secret of a hold has the same name in both.
		s := f.in(t, "default")
		v := s.body(send("POST", me+"/charging/start/", `{"evse_id":"DE*MCK*E402*SCA","payment_method_id":"`+pm1+`"}`), 402)
		text(t, v, "error", pi)
	}
	for g, got := range answers {
		if diff := cmp.Diff(answers[mockserver.GenerationBoth], got); diff != "" {
			t.Errorf("%s differs in more than the names:\n%s", g, diff)
		}
	}
	cfg := mockserver.DefaultConfig()
	cfg.Generation = "2"
	if _, err := mockserver.New(cfg); err == nil {
		t.Error("an unknown generation is accepted")
	}
}

// drop removes a field at any depth.
func drop(v any, name string) bool {
	found := false
	switch v := v.(type) {
	case map[string]any:
		_, found = v[name]
		delete(v, name)
		for _, e := range v {
			found = drop(e, name) || found
		}
	case []any:
		for _, e := range v {
			found = drop(e, name) || found
		}
	}
	return found
}

// everyRead lists a call to each operation that only reads.
func everyRead() []request {
	var out []request
	for _, path := range []string{
		users, me + "/", me + "/billing-details/", me + "/charging-sessions/", me + "/charging/debts/", me + "/invoices/",
		me + "/payment-methods/", me + "/setup-intents/", "/api/v1/stations/partners/",
		"/api/v1/stations/around/?latitude=52.51&longitude=13.45&distance=3000", "/api/v1/stations/tile/?x=8803&y=5374&z=14",
		"/api/v1/stations/details/?type=evse_id&id=" + url.QueryEscape(evse),
	} {
		out = append(out, get(path))
	}
	return out
}
