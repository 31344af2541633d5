package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cariqamock/mockserver"
)

// shape returns what is wrong with the shape of a refusal's body, or "" if it is
// one of the vendor's two.
func shape(status int, contentType, body string) string {
	if contentType != "application/json" {
		return "Content-Type " + contentType
	}
	var v map[string]any
	if err := json.Unmarshal([]byte(body), &v); err != nil {
		return err.Error()
	}
	if _, isText := v["detail"].(string); !isText {
		return "no detail"
	}
	typed := slices.Contains([]int{400, 402, 409, 423, 424, 500}, status)
	if !typed {
		if len(v) != 1 {
			return "more than a detail"
		}
		return ""
	}
	e, _ := v["error"].(map[string]any)
	kind, _ := e["type"].(string)
	details, _ := e["details"].(string)
	known := []string{
		"validation_error", "payment_method_error", "payment_error", "temporary_locked", "already_charging", "already_stopped",
		"station_availability_issue", "billing_data_required", "charging_provider_error", "unexpected_error", "pre_authorization_failed",
	}
	if len(v) != 2 || !slices.Contains(known, kind) || details == "" {
		return "no error"
	}
	return ""
}

// everything returns all that clients can read of a world.
func (f *fake) everything() map[string]string {
	f.t.Helper()
	out := map[string]string{}
	for _, r := range everyRead() {
		if !strings.Contains(r.path, "setup-intents") { // each of them creates a new one
			out[r.path] = f.do(r).Body
		}
	}
	world := f.do(get("/__admin/worlds/"+f.token, "Authorization", "-"))
	out["world"] = world.Body
	return out
}

// badRequests are requests that must all be refused.
func badRequests(session string) map[string]request {
	out := map[string]request{}
	writes := map[string]request{
		"create": send("POST", users, ""), "update": send("PATCH", me+"/", ""), "billing": send("PUT", me+"/billing-details/", ""),
		"rate": send("PATCH", me+"/charging-sessions/"+session+"/", ""), "start": send("POST", me+"/charging/start/", ""),
	}
	bodies := map[string]string{
		"broken": `{"a":`, "two values": `{} {}`, "a word": `hello`, "single quotes": `{'a':1}`, "trailing comma": `{"a":1,}`, "comment": `{}//`,
		"NaN": `{"rates":NaN}`, "not UTF-8": "{\"a\":\"\xff\xfe\"}", "NUL": "{\x00}", "byte order mark": "\ufeff{}", "deep": strings.Repeat("[", 100000),
		"deep and closed": strings.Repeat(`{"a":`, 20000) + "1" + strings.Repeat("}", 20000), "list": `[{}]`, "text": `"x"`, "true": `true`, "null": `null`,
		"oversized": `{"a":"` + strings.Repeat("x", 1<<20) + `"}`,
	}
	for op, w := range writes {
		for kind, body := range bodies {
			r := w
			r.body = body
			out[op+", "+kind] = r
		}
		r := w
		r.body, r.header = "x", []string{"Content-Type", "text/plain"}
		out[op+", other type"] = r
	}
	fields := map[string]string{
		"email": "update", "locale": "update", "custom_properties": "update", "country": "billing", "city": "billing", "tax_id": "billing",
		"account_type": "billing", "company_name": "billing", "vat_id": "billing", "line1": "billing", "postal_code": "billing",
		"first_name": "billing", "last_name": "billing", "rates": "rate", "evse_id": "start", "payment_method_id": "start",
	}
	for field, op := range fields {
		for _, value := range []string{`[]`, `[1]`, `{"a":1}`, `true`, `"\u0000"`, `"a\u0000b"`} {
			if field == "custom_properties" && value == `{"a":1}` {
				continue // an unknown field within is ignored
			}
			r := writes[op]
			// A valid field beside the invalid one must not be applied either.
			r.body = `{"` + field + `":` + value + `,"evse_id_":"x","line1_":"x"}`
			out[op+", "+field+" "+value] = r
		}
	}
	long := strings.Repeat("x", 300)
	for _, c := range [][2]string{
		{"update", `{"email":null,"locale":"xx"}`}, {"update", `{"locale":"en","custom_properties":{"external_id":"` + long + `"}}`},
		{"update", `{"email":"` + long + long + `@b.de"}`}, {"update", `{"locale":1e400}`}, {"update", `{"locale":123456789012345678901234567890}`},
		{"billing", `{"line1":"x","postal_code":"y","country":"` + long + `"}`}, {"billing", `{"line1":"x","postal_code":"y","account_type":"x"}`},
		{"rate", `{"rates":1e1000000}`}, {"rate", `{"rates":99999999999999999999}`}, {"rate", `{"rates":0.5}`},
		{"start", `{"evse_id":"` + evse + `"}`}, {"start", `{"evse_id":"` + long + `","payment_method_id":"` + long + `"}`},
	} {
		r := writes[c[0]]
		r.body = c[1]
		out[c[0]+", "+c[1][:min(len(c[1]), 40)]] = r
	}
	return out
}

// badPaths are requests for things that do not exist or belong to another user.
func badPaths(stranger, session string) []request {
	var out []request
	for _, id := range []string{"nobody", "%00", "%ff", "..%2f", strings.Repeat("x", 4000), "9405CF8C-8375-4373-B4D3-B61F9A0C01EB", "{user}"} {
		out = append(out, get(users+id+"/"), call("DELETE", users+id+"/"), send("PATCH", users+id+"/", `{"locale":"en"}`),
			get(me+"/charging-sessions/"+id+"/"), call("POST", me+"/charging/stop/"+id+"/"), call("DELETE", me+"/payment-methods/"+id+"/"),
			call("POST", me+"/payment-methods/"+id+"/default/"), send("PATCH", me+"/charging-sessions/"+id+"/", `{"rates":1}`))
	}
	theirs := users + stranger
	return append(out,
		get(theirs+"/charging-sessions/"+session+"/"), call("POST", theirs+"/charging/stop/"+session+"/"),
		send("PATCH", theirs+"/charging-sessions/"+session+"/", `{"rates":1}`),
		call("DELETE", theirs+"/payment-methods/pm_abc123/"), call("POST", theirs+"/payment-methods/pm_abc123/default/"),
		send("POST", theirs+"/charging/start/", `{"evse_id":"`+evse+`","payment_method_id":"pm_abc123"}`),
		call("DELETE", me+"/payment-methods/pm_abc123/"), // a session is active
	)
}

// TestBadInputChangesNothing compares what clients can read before and after
// all bad requests.
func TestBadInputChangesNothing(t *testing.T) {
	f := start(t).in(t, "active-session")
	stranger := text(t, f.body(send("POST", users, `{"custom_properties":{"external_id":"stranger"}}`), 201), "id")
	session := text(t, f.body(get(me+"/charging-sessions/"), 200), "results", 0, "id")
	before := f.everything()
	check := func(name string, r request) {
		a := f.do(r)
		if a.Status < 400 || a.Status >= 500 || a.Header["X-Cariqa-Mock-Rule"] == "" {
			t.Errorf("%s: got %d %s, rule %q", name, a.Status, a.Body, a.Header["X-Cariqa-Mock-Rule"])
		} else if bad := shape(a.Status, a.Header["Content-Type"], a.Body); bad != "" {
			t.Errorf("%s: %d %s: %s", name, a.Status, a.Body, bad)
		}
		if strings.Contains(a.Header["X-Cariqa-Mock-Findings"], "answer") {
			t.Errorf("%s: findings %s", name, a.Header["X-Cariqa-Mock-Findings"])
		}
	}
	for name, r := range badRequests(session) {
		check(name, r)
	}
	for _, r := range badPaths(stranger, session) {
		check(r.method+" "+r.path[:min(len(r.path), 200)], r)
	}
	for _, token := range []string{"-", "Bearer revoked", "Bearer mock.none.x", "Basic eDp5", "Bearer"} {
		check("token "+token, call("DELETE", me+"/payment-methods/pm_abc123/", "Authorization", token))
	}
	if diff := cmp.Diff(before, f.everything()); diff != "" {
		t.Errorf("the world has changed:\n%s", diff)
	}
}

// TestOversized checks that a 413 leaves the connection usable or closed, never
// hanging.
func TestOversized(t *testing.T) {
	f := start(t)
	fits := `{"nobody":"` + strings.Repeat("x", 1<<20-13) + `"}`
	f.body(send("PATCH", me+"/", fits), 200)
	got := f.do(send("PATCH", me+"/", fits+" "))
	same(t, got, reply(413, `{"detail":"Request body exceeds the limit of 1048576 bytes."}`, ruled(allowUser, "request/too-large")...))
	f.body(get(me+"/"), 200)
}

// TestAbsurdPlaces asks for coordinates and tiles that are on no map.
func TestAbsurdPlaces(t *testing.T) {
	f := start(t)
	for _, query := range []string{
		"around/?latitude=90&longitude=180", "around/?latitude=-90&longitude=-180&distance=20037508", "around/?latitude=91&longitude=0",
		"around/?latitude=1e308&longitude=-1e308", "around/?latitude=0&longitude=540", "around/?latitude=52&longitude=13&distance=-1",
		"around/?latitude=52&longitude=13&distance=0", "around/?latitude=52&longitude=13&distance=9223372036854775807", "around/?latitude=-0&longitude=5e-324",
		"tile/?x=0&y=0&z=0", "tile/?x=-1&y=-1&z=5", "tile/?x=99999999&y=1&z=3", "tile/?x=1&y=1&z=-1", "tile/?x=1&y=1&z=63", "tile/?x=1&y=1&z=9223372036854775807",
		"tile/?x=4194303&y=4194303&z=22", "tile/?x=1&x=2&y=1&z=2", "tile/?x=9223372036854775807&y=-9223372036854775808&z=64",
		"tile/?x=1&y=1&z=3&max_price=-1", "tile/?x=1&y=1&z=3&max_price=1e300",
	} {
		a := f.do(get("/api/v1/stations/" + query))
		switch a.Status {
		case 200:
		case 400, 404:
			if bad := shape(a.Status, a.Header["Content-Type"], a.Body); bad != "" {
				t.Errorf("%s: %s: %s", query, a.Body, bad)
			}
		default:
			t.Errorf("%s: got %d %s", query, a.Status, a.Body)
		}
		if strings.Contains(a.Header["X-Cariqa-Mock-Findings"], "answer") {
			t.Errorf("%s: findings %s", query, a.Header["X-Cariqa-Mock-Findings"])
		}
	}
}

// FuzzRequest sends anything anywhere: no 500, no panic, and refusals in the
// vendor's shape.
func FuzzRequest(f *testing.F) {
	h, err := mockserver.New(mockserver.DefaultConfig())
	if err != nil {
		f.Fatal(err)
	}
	for _, r := range badRequests("3f0c6d5e-8f1b-4a57-9c1d-0e6b1a7c2d03") {
		if len(r.body) < 200 {
			path, query, _ := strings.Cut(r.path, "?")
			f.Add(r.method, path, query, r.header[1], []byte(r.body))
		}
	}
	for _, r := range everyRead() {
		path, query, _ := strings.Cut(r.path, "?")
		f.Add("GET", path, query, "", []byte(nil))
	}
	f.Add("PATCH", me+"/", "", "multipart/form-data; boundary=b", []byte("--b\r\nContent-Disposition: form-data; name=\"locale\"\r\n\r\nen\r\n--b--"))
	f.Add("PUT", me+"/billing-details/", "", "application/x-www-form-urlencoded", []byte("line1=a&postal_code=%zz"))
	f.Add("DELETE", me+"/payment-methods/pm_abc123", "", "", []byte(nil))
	f.Add("OPTIONS", "/api/v1/users/", "format=json", "", []byte(nil))
	var n int
	f.Fuzz(func(t *testing.T, method, path, query, contentType string, body []byte) {
		r, err := http.NewRequestWithContext(t.Context(), "GET", "http://fake.test/", strings.NewReader(string(body)))
		if err != nil {
			t.Fatal(err)
		}
		r.Method, r.URL.Path, r.URL.RawQuery = method, "/api/"+strings.TrimPrefix(path, "/api/"), query
		if n++; n%1000 == 0 { // worlds grow
			n = 0
			h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("POST", "/__admin/worlds/mock.active-session.fuzz/reset", nil))
		}
		r.Header = http.Header{"Authorization": {"Bearer mock.active-session.fuzz"}, "Content-Type": {contentType}}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		got := fmt.Sprintf("%d %s", w.Code, w.Body)
		if w.Code >= 500 && w.Header().Get("X-Cariqa-Mock-Rule") == "request/unexpected-error" {
			t.Fatal(got)
		}
		if w.Code >= 400 {
			if bad := shape(w.Code, w.Header().Get("Content-Type"), w.Body.String()); bad != "" {
				t.Fatalf("%s: %s", got, bad)
			}
		}
		if strings.Contains(w.Header().Get("X-Cariqa-Mock-Findings"), "answer=") {
			t.Fatalf("%s: findings %s", got, w.Header().Get("X-Cariqa-Mock-Findings"))
		}
	})
}
