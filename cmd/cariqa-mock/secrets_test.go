package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cariqamock/internal/printable"
	"cariqamock/mockserver"
)

// A planter makes secrets, each with a text of its own to look for.
type planter struct {
	t       *testing.T
	url     string
	planted []plant
	kinds   map[string]bool
	users   []string // ids of those that have stored secrets
}

type plant struct{ kind, place, needle string }

const secretsWorld = "mock.default.secrets"

// byForm are the kinds of secrets that their form shows. A is a text that is
// different for each.
var byForm = map[string]string{
	"JSON Web Token": "eyJhbGciOiJIUzI1NiJ9.$.$", "bearer": "Bearer $", "basic": "Basic $", "user in URL": "https://anna:$@example.org/x",
	"client secret": "seti_1Abc_secret_$", "secret key": "sk_test_$", "live key": "rk_live_$", "ephemeral key": "ek_test_$", "webhook secret": "whsec_$",
	"escaped": "%70assword%3D$", "place in a path": "/token: $", "password with a slash": "https://joe:ab/$@h.example/", "no scheme": "//joe:$@h.example/", "option": "--password $", "login": "-u joe:$",
	"private key": "-----BEGIN PRIVATE KEY-----$-----END PRIVATE KEY-----", "card number": "card", "card number in groups": "card",
}

// byName are names that mean a secret.
var byName = []string{
	"X-Secret", "X-Client-Secret", "X-Access-Key", "Ocp-Apim-Subscription-Key", "X-Signature", "X-Auth", "client_secret", "private_key", "key", "jwt", "pass", "password",
	"auth", "secret", "access_token", "refreshToken", "apiKey", "sig", "credentials", "cookie", "otp", "pwd", "totp", "pin_code", "security_code", "X-Session-Id", "SAMLResponse", "code_verifier",
}

// form returns a new secret that is found by its form.
func (p *planter) form(kind, place string) string {
	n := len(p.planted)
	needle := fmt.Sprintf("hUsh%04dx", n)
	switch kind {
	case "basic":
		needle = base64.StdEncoding.EncodeToString([]byte("anna:" + needle))
	case "card number":
		needle = card(n)
		p.note(kind, place, needle)
		return needle
	case "card number in groups":
		number := card(n)
		p.note(kind, place, number[4:8]+" "+number[8:12])
		return number[:4] + " " + number[4:8] + " " + number[8:12] + " " + number[12:]
	}
	p.note(kind, place, needle)
	return strings.ReplaceAll(byForm[kind], "$", needle)
}

// name returns a new secret that only its name shows.
func (p *planter) name(name, place string) string {
	needle := fmt.Sprintf("hUsh%04dx", len(p.planted))
	p.note("named "+name, place, needle)
	return needle
}

func (p *planter) note(kind, place, needle string) {
	p.planted = append(p.planted, plant{kind, place, needle})
	p.kinds[kind] = true
}

// card returns a card number with the right check digit.
func card(n int) string {
	digits := fmt.Sprintf("42424%05d73195", n*37%100000)
	for last := '0'; ; last++ {
		sum := 0
		for i, c := range digits + string(last) {
			d := int(c - '0')
			if i%2 == 0 {
				if d *= 2; d > 9 {
					d -= 9
				}
			}
			sum += d
		}
		if sum%10 == 0 {
			return digits + string(last)
		}
	}
}

// send makes a request of the world. Its answer does not matter.
func (p *planter) send(method, target, contentType, body string, header http.Header) {
	p.t.Helper()
	r, err := http.NewRequestWithContext(p.t.Context(), method, p.url+target, strings.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+secretsWorld)
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	for name, values := range header {
		r.Header[name] = values
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, res.Body); err != nil || res.StatusCode >= 500 {
		p.t.Errorf("%s %s: %d, %v", method, target, res.StatusCode, err)
	}
}

// plantAll calls look from time to time, before the journal forgets.
func (p *planter) plantAll(look func()) {
	const users, form = "/api/v1/users/", "application/x-www-form-urlencoded"
	for _, target := range []string{users, "/v1/setup_intents", "/v1/nothing"} {
		for kind := range byForm {
			in := func(place string) string { return p.form(kind, target+" "+place) }
			p.send("GET", target+"?page_size=1", "", "", http.Header{
				"X-Custom": {in("header")}, "User-Agent": {in("agent")}, "Referer": {"https://example.org/?q=" + url.QueryEscape(in("referer"))}, "X-Forwarded-For": {in("forwarded")},
				"Accept": {"application/json, " + in("accept")}, "Prefer": {"code=" + in("prefer")}, "X-Request-Id": {in("request id")},
			})
			p.send("GET", target+url.PathEscape(in("path"))+"/?search="+url.QueryEscape(in("query"))+"&"+url.QueryEscape(in("parameter"))+"=1", "", "", nil)
			p.send("POST", target, "application/json", asText(map[string]any{"note": in("field"), "email": in("email"), in("key"): 1, "list": []any{map[string]any{"deep": []any{in("deep")}}}, "json": asText(map[string]string{"a": in("JSON in JSON")})}), nil)
			p.send("POST", target, "application/json", `{"note": `+asText(in("broken"))+`, "x": `, nil)
			p.send("POST", target, form, url.Values{"note": {in("form")}, in("form name"): {"1"}, "data[a]": {in("nested form")}}.Encode(), nil)
			p.send("POST", target, "text/plain", "this is what it sent: "+in("text")+" and more", nil)
			p.send("POST", target, "multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\n"+in("part")+"\r\n--b\r\nContent-Disposition: form-data; name=\"a\"; filename=\""+in("file name")+"\"\r\n\r\n"+in("file")+"\r\n--b--\r\n", nil)
			p.send("POST", target, "text/"+strings.ReplaceAll(in("type"), "\n", ""), "x", nil)
		}
		look()
		for _, name := range byName {
			in := func(place string) string { return p.name(name, target+" "+place) }
			p.send("GET", target+"?page_size=1&"+name+"="+in("query")+"&data["+name+"]="+in("nested query"), "", "", http.Header{
				http.CanonicalHeaderKey(name): {in("header")}, "Referer": {"https://example.org/?a=b&" + name + "=" + in("referer")},
			})
			p.send("POST", target, "application/json", asText(map[string]any{name: in("field"), "a": []any{map[string]any{name: in("deep") + " " + in("deep words")}}, "b": map[string]any{name: map[string]any{"c": in("below")}}, "c": asText(map[string]string{name: in("JSON in JSON")})}), nil)
			p.send("POST", target, "application/json", `{"`+name+`": "`+in("broken")+` with more", "x": `, nil)
			p.send("POST", target, form, name+"="+in("form")+"&data["+name+"]="+in("nested form")+"&%zz", nil)
			p.send("POST", target, form, name+"="+in("whole form")+"&data["+name+"]="+in("nested whole form"), nil)
			p.send("POST", target, "text/plain", "it sent "+name+": "+in("text")+"\n"+name+"="+in("text too"), nil)
			p.send("POST", target, "multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\""+name+"\"\r\n\r\n"+in("part")+"\r\n--b\r\nContent-Disposition: form-data; name=\""+name+"\"; filename=\"x.txt\"\r\n\r\n"+in("file")+"\r\n--b--\r\n", nil)
		}
		look()
	}
	for _, header := range []string{"Token hUsh", "hUsh", "Bearer  hUsh", "Basic aFVzaDpoVXNo", "Digest username=\"anna\", response=\"hUsh\""} {
		p.note("authorization", header, strings.Fields(strings.ReplaceAll(header, "\"", " "))[len(strings.Fields(strings.ReplaceAll(header, "\"", " ")))-1])
		p.send("GET", "/v1/setup_intents/seti_1?client_secret="+p.form("client secret", "query of Stripe"), "", "", http.Header{"Authorization": {header}})
	}
	admin := "/__admin/worlds/" + secretsWorld
	for kind := range byForm {
		p.send("POST", admin+"/calls", "application/json", asText(map[string]any{"call": "POST /users/", "json": map[string]any{"note": p.form(kind, "admin call")}, "headers": map[string]string{"X-A": p.form(kind, "header of admin call")}}), nil)
		p.send("POST", admin+"/calls", "application/json", asText(map[string]any{"call": "GET /users/?search=" + url.QueryEscape(p.form(kind, "query of admin call"))}), nil)
		p.send("POST", admin+"/"+url.PathEscape(p.form(kind, "admin path")), "application/json", asText(map[string]any{p.form(kind, "admin body"): 1}), nil)
	}
}

// stored is the place of secrets that the world stores. The APIs return them as
// they were sent.
const stored = "stored "

// plantStored makes a world store secrets of a kind wherever it stores texts.
func (p *planter) plantStored(kind string) {
	in := func(place string) string { return p.form(kind, stored+place) }
	call := func(call string, body any) map[string]any {
		var got struct{ Body json.RawMessage }
		answer := p.get("POST", "/__admin/worlds/"+secretsWorld+"/calls", asText(map[string]any{"call": call, "json": body}))
		fields := map[string]any{}
		if json.Unmarshal([]byte(answer), &got) != nil || json.Unmarshal(got.Body, &fields) != nil {
			p.t.Fatalf("%s: %s", call, answer)
		}
		return fields
	}
	id := in("external id")
	user, _ := call("POST /users/", map[string]any{"custom_properties": map[string]any{"external_id": id}})["id"].(string)
	p.users = append(p.users, user)
	if text := asText(id); !strings.Contains(p.get("GET", "/__admin/worlds/"+secretsWorld+"/users?limit=1", ""), text) {
		p.t.Errorf("the admin API does not return %s", text)
	}
	call("PATCH /users/"+user+"/", map[string]any{"email": in("email") + "@example.org"}) // refused with spaces
	billing := map[string]any{}
	for _, name := range []string{"country", "city", "company_name", "vat_id", "line1", "postal_code", "first_name", "last_name"} {
		text := in(name)
		billing[name] = text[:min(len(text), 50)]
	}
	if got := call("PUT /users/"+user+"/billing-details/", billing); got["line1"] != billing["line1"] {
		p.t.Errorf("billing details are %v", got)
	}
	secret, _ := call("GET /users/"+user+"/setup-intents/", nil)["setup_intent_client_secret"].(string)
	intent, _, _ := strings.Cut(secret, "_secret_")
	p.note("client secret", "answer", secret)
	p.send("POST", "/v1/setup_intents/"+intent+"/confirm", "application/x-www-form-urlencoded", url.Values{
		"client_secret": {secret}, "payment_method_data[type]": {"card"}, "payment_method_data[card][number]": {"4242424242424242"},
		"payment_method_data[card][exp_month]": {"1"}, "payment_method_data[card][exp_year]": {"40"}, "payment_method_data[card][cvc]": {"123"},
		"payment_method_data[billing_details][name]": {in("card holder")},
	}.Encode(), http.Header{"Authorization": {"Bearer pk_test_x"}})
	if !strings.Contains(p.get("GET", "/__admin/worlds/"+secretsWorld+"/export", ""), "name: redacted-") {
		p.t.Error("no card has a secret as the name of its holder")
	}
	p.send("POST", "/__admin/worlds/"+secretsWorld+"/faults", "application/json", asText(map[string]any{"operation": "users_destroy", "user": in("fault"), "status": 424}), nil)
}

func asText(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// get returns an output of the admin API or the console.
func (p *planter) get(method, target, body string) string {
	p.t.Helper()
	r, err := http.NewRequestWithContext(p.t.Context(), method, p.url+target, strings.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		p.t.Fatalf("%s %s: %d %s, %v", method, target, res.StatusCode, text, err)
	}
	return string(text)
}

// outputs returns all that shows a world and its calls.
func (p *planter) outputs(server *mockserver.Server) map[string]string {
	admin, pages := "/__admin/worlds/"+secretsWorld, "/worlds/"+secretsWorld
	list := p.get("GET", admin+"/requests?limit=1000", "")
	out := map[string]string{
		"list": list, "find": p.get("POST", admin+"/requests/find", `{}`), "export": p.get("GET", admin+"/export", ""), "metrics": p.get("GET", "/__admin/metrics", ""),
		"worlds": p.get("GET", "/__admin/worlds", ""), "world": p.get("GET", admin, ""), "console": p.get("GET", "/", ""), "page of world": p.get("GET", pages, ""),
		"page of journal": p.get("GET", pages+"/journal", ""), "users": p.get("GET", admin+"/users", ""), "evidence": p.get("GET", "/__admin/evidence", ""),
		"differences": p.get("GET", "/__admin/differences", ""),
	}
	var entries struct {
		Requests []struct{ ID string }
	}
	if err := json.Unmarshal([]byte(list), &entries); err != nil || len(entries.Requests) < 50 {
		p.t.Fatalf("%d requests in the list, %v", len(entries.Requests), err)
	}
	for _, e := range entries.Requests {
		for _, suffix := range []string{"", "/curl", "/step", "/explain"} {
			if r, err := http.Get(p.url + admin + "/requests/" + e.ID + suffix); err == nil { // some have no step
				text, _ := io.ReadAll(r.Body)
				_ = r.Body.Close()
				out["request"+suffix+" "+e.ID] = string(text)
			}
		}
		out["page of request "+e.ID] = p.get("GET", pages+"/journal/"+e.ID, "")
	}
	for _, user := range p.users {
		out["page of user "+user] = p.get("GET", pages+"?user="+user, "")
	}
	if r, err := http.Post(p.url+admin+"/report", "application/json", nil); err == nil {
		text, _ := io.ReadAll(r.Body)
		_ = r.Body.Close()
		if r.StatusCode != http.StatusOK {
			p.t.Errorf("bug report: %d %.500s", r.StatusCode, text)
		}
		out["bug report"] = string(text)
	}
	dir := p.t.TempDir()
	var said bytes.Buffer
	(&program{stderr: &said}).keepWorlds(dir, server)
	out["--keep"] = said.String()
	if err := fs.WalkDir(os.DirFS(dir), ".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			text, _ := os.ReadFile(filepath.Join(dir, path))
			out["kept "+path] = string(text)
		}
		return err
	}); err != nil {
		p.t.Fatal(err)
	}
	if name := "kept " + strings.ReplaceAll(secretsWorld, ".", "-") + ".calls.txt"; strings.Count(out[name], "\n") < 50 {
		p.t.Fatalf("%s: %q, %s", name, out[name], said.String())
	}
	return out
}

// stream reads the events of the journal until the context ends.
func (p *planter) stream(ctx context.Context) (text func() string) {
	var all buffer
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, p.url+"/__admin/worlds/"+secretsWorld+"/requests/stream", nil)
	if err != nil {
		p.t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil || res.StatusCode != http.StatusOK {
		p.t.Fatal(res, err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		defer res.Body.Close()
		_, _ = io.Copy(&all, res.Body) // it ends with the context
	}()
	return func() string { <-ended; return all.String() }
}

// TestNoSecretIsShown plants secrets of all kinds in all places of requests and
// looks for them in all that shows requests.
func TestNoSecretIsShown(t *testing.T) {
	var logged buffer
	log, err := (&options{logLevel: "debug", logFormat: "text"}).logger(&logged)
	if err != nil {
		t.Fatal(err)
	}
	cfg := mockserver.DefaultConfig()
	cfg.Version, cfg.Loopback, cfg.Log = "test", true, log
	server, err := mockserver.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(server)
	defer srv.Close()
	p := &planter{t: t, url: srv.URL, kinds: map[string]bool{}}
	ctx, stop := context.WithTimeout(t.Context(), 10*time.Minute)
	defer stop()
	p.send("GET", "/api/v1/users/", "", "", nil)
	streamed := p.stream(ctx)
	for kind := range byForm {
		p.plantStored(kind)
	}
	shown, outputs := map[plant]string{}, 0
	look := func(out map[string]string) {
		for name, text := range out {
			outputs++
			for _, s := range p.planted {
				if name == "users" && strings.HasPrefix(s.place, stored) {
					continue
				}
				if i := strings.Index(text, s.needle); i >= 0 && shown[s] == "" {
					shown[s] = fmt.Sprintf("%s: %.200q", name, text[max(0, i-100):])
				}
			}
			if strings.HasPrefix(name, "page") && !printable.Clean(text) {
				t.Errorf("%s is not safe to show", name)
			}
		}
	}
	p.plantAll(func() { look(p.outputs(server)) })
	look(p.outputs(server))
	stop()
	look(map[string]string{"stream": streamed(), "log": logged.String()})
	if len(p.planted) < 100 || len(p.kinds) < 10 {
		t.Fatalf("%d secrets of %d kinds", len(p.planted), len(p.kinds))
	}
	t.Logf("%d secrets of %d kinds, %d outputs", len(p.planted), len(p.kinds), outputs)
	for s, where := range shown {
		t.Errorf("%s in %s is shown by %s", s.kind, s.place, where)
	}
}

// TestOrdinaryCallsStayReadable: nothing is removed but what is secret.
func TestOrdinaryCallsStayReadable(t *testing.T) {
	cfg := mockserver.DefaultConfig()
	cfg.Version, cfg.Loopback = "test", true
	server, err := mockserver.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(server)
	defer srv.Close()
	p := &planter{t: t, url: srv.URL, kinds: map[string]bool{}}
	const user = "/api/v1/users/9405cf8c-8375-4373-b4d3-b61f9a0c01eb/"
	header := http.Header{"Idempotency-Key": {"a-b-c"}, "Accept-Language": {"de"}, "X-World": {secretsWorld}, "X-Publishable-Key": {"pk_test_any"}}
	for _, call := range [][2]string{
		{"GET /api/v1/users/?page_size=1&page=1&search=anna@example.org", ""}, {"GET " + user + "payment-methods/", ""}, {"GET " + user + "charging-sessions/", ""},
		{"GET " + user + "billing-details/", ""}, {"POST /api/v1/users/", `{"email": "anna@example.org", "locale": "de", "custom_properties": {"external_id": "crm-4711 / key account 12"}}`},
		{"POST /api/v1/users/", `{"email": "anna", "locale": "token"}`}, {"POST /api/v1/users/", `{"locale": `}, {"DELETE " + user, ""},
		{"POST " + user + "charging/start/", `{"evse_id": "DE*PWA*EALP22541X01617*01", "payment_method_id": "pm_1"}`}, {"GET /api/v1/stations/around/?lat=52.5200123&lng=13.4049876&radius=1000", ""},
	} {
		method, target, _ := strings.Cut(call[0], " ")
		p.send(method, target, "application/json", call[1], header)
	}
	list := p.get("GET", "/__admin/worlds/"+secretsWorld+"/requests", "")
	readable := strings.ReplaceAll(list, `"Bearer [redacted]"`, "")
	if i := strings.Index(readable, "[redacted]"); i >= 0 {
		t.Errorf("the journal hides something of ordinary calls: %s", readable[max(0, i-200):])
	}
	for _, want := range []string{"a-b-c", "pk_test_any", "key account 12", "anna@example.org", "52.5200123", secretsWorld} {
		if !strings.Contains(list, want) {
			t.Errorf("the journal does not show %q", want)
		}
	}
}
