package mockserver_test

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"cariqamock/mockserver"
)

// native is testdata/native.yaml, which describes its keys.
type native struct {
	Parsers map[string]*nativeParser
	Clients map[string]struct {
		Source, Intent string
		Session        []string
		Headers        map[string]string
	}
	Calls map[string]nativeCall
	Flows []struct {
		Name, After    string
		Clients, Kinds []string
		Values         map[string]string
		Calls          []nativeCall
	}
}

type nativeParser struct {
	Source, Under, Like string
	Required            map[string]string
}

type nativeCall struct {
	Use, Call, Source, Page string
	Status                  int
	Answers, Parsers        []string // answers adds to those of the used call, parsers replaces them
	Form, Want, Keep, Ends  map[string]string
}

func readNative(t *testing.T) native {
	t.Helper()
	data, err := os.ReadFile("testdata/native.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var n native
	if err := yaml.UnmarshalWithOptions(data, &n, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
	return n
}

// TestNativeCalls replays the calls of PaymentSheet against a server, from the
// vendor's secret to the vendor's list of payment methods.
func TestNativeCalls(t *testing.T) {
	n := readNative(t)
	s, err := mockserver.New(mockserver.DefaultConfig())
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(s)
	defer server.Close()
	for _, flow := range n.Flows {
		for _, client := range flow.Clients {
			for _, kind := range flow.Kinds {
				name := strings.ReplaceAll(flow.Name+"/"+client+"/"+kind, " ", "_")
				t.Run(name, func(t *testing.T) {
					p := phone{t: t, n: n, url: server.URL, client: client, token: "mock.debt." + strings.ReplaceAll(name, "/", "-")[:min(60, len(name))] + kind + client[:3]}
					p.token = strings.Map(func(r rune) rune {
						if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || strings.ContainsRune("0123456789-.", r) {
							return r
						}
						return '-'
					}, p.token)
					p.open(kind, flow.Values)
					for _, call := range flow.Calls {
						p.do(call)
					}
					p.closed(flow.After)
				})
			}
		}
	}
}

// A phone runs one flow in a world of its own.
type phone struct {
	t                  *testing.T
	n                  native
	url, client, token string
	user               string
	values             map[string]string
}

// vendor makes a call of the vendor's API.
func (p *phone) vendor(path string) map[string]any {
	p.t.Helper()
	return p.send(http.MethodGet, "/api/v1/users/"+path, nil, map[string]string{"Authorization": "Bearer " + p.token}, http.StatusOK)
}

func (p *phone) send(method, path string, form url.Values, headers map[string]string, status int) map[string]any {
	p.t.Helper()
	var body io.Reader = http.NoBody
	if form != nil && method == http.MethodGet {
		path += "?" + form.Encode()
	} else if form != nil {
		body = strings.NewReader(form.Encode())
	}
	r, err := http.NewRequestWithContext(p.t.Context(), method, p.url+path, body)
	if err != nil {
		p.t.Fatal(err)
	}
	for k, v := range headers {
		r.Header.Set(k, v)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	defer answer.Body.Close()
	data, err := io.ReadAll(answer.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	var out map[string]any
	if err := json.Unmarshal(data, &out); err != nil || answer.StatusCode != status {
		p.t.Fatalf("%s %s: %d, want %d: %s", method, path, answer.StatusCode, status, data)
	}
	if got := answer.Header.Get("Stripe-Version"); got != r.Header.Get("Stripe-Version") {
		p.t.Errorf("%s %s has Stripe-Version %q", method, path, got)
	}
	return out
}

// open fetches a secret from the vendor's API, as the app does.
func (p *phone) open(kind string, values map[string]string) {
	p.user = p.vendor("")["results"].([]any)[0].(map[string]any)["id"].(string)
	var secret any
	if kind == "setup_intent" {
		secret = p.vendor(p.user + "/setup-intents/")["setup_intent_client_secret"]
	} else {
		debts := p.vendor(p.user + "/charging/debts/")["results"].([]any)
		secret = debts[0].(map[string]any)["payment_intent_client_secret"]
	}
	methods := p.vendor(p.user + "/payment-methods/")["results"].([]any)
	id, _, _ := strings.Cut(secret.(string), "_secret_")
	_, bare, _ := strings.Cut(id, "_")
	p.values = map[string]string{
		"kind": kind, "kinds": kind + "s", "id": id, "secret": secret.(string), "source": "src_" + bare,
		"error": strings.TrimSuffix(kind, "_intent") + "_error", "saved": methods[0].(map[string]any)["id"].(string), "methods": string(rune('0' + len(methods))),
	}
	for k, v := range values {
		p.values[k] = p.fill(v)
	}
}

func (p *phone) fill(text string) string {
	for k, v := range p.values {
		text = strings.ReplaceAll(text, "{"+k+"}", v)
	}
	return text
}

// do makes one call and checks its answer.
func (p *phone) do(call nativeCall) {
	p.t.Helper()
	if call.Page != "" {
		p.page(call)
		return
	}
	used := p.n.Calls[call.Use]
	if call.Use != "" && used.Call == "" {
		p.t.Fatalf("no call %q", call.Use)
	}
	form := url.Values{}
	for _, fields := range []map[string]string{used.Form, call.Form} {
		for k, v := range fields {
			form.Set(p.fill(k), p.fill(v))
		}
	}
	if call.Call == "" {
		call.Call = used.Call
	}
	method, path, _ := strings.Cut(p.fill(call.Call), " ")
	headers := maps.Clone(p.n.Clients[p.client].Headers)
	if method == http.MethodGet {
		delete(headers, "Content-Type")
	}
	if call.Status == 0 {
		call.Status = http.StatusOK
	}
	answer := p.send(method, path, form, headers, call.Status)
	parsers := call.Parsers
	if parsers == nil {
		parsers = slices.Concat(used.Answers, call.Answers)
	}
	for _, parser := range parsers {
		p.parse(method+" "+path, parser, answer)
	}
	for at, want := range call.Want {
		if got, _ := field(answer, p.fill(at)); got != p.fill(want) {
			p.t.Errorf("%s %s: %s is %v, want %s", method, path, p.fill(at), got, p.fill(want))
		}
	}
	for name, at := range call.Keep {
		v, _ := field(answer, at)
		p.values[name], _ = v.(string)
	}
	for name, end := range call.Ends {
		if u, err := url.Parse(p.values[name]); err != nil || !strings.HasSuffix(u.Path, p.fill(end)) {
			p.t.Errorf("%s is %s, want a path that ends with %s", name, p.values[name], p.fill(end))
		}
	}
}

// parse checks what a parser of the client requires.
func (p *phone) parse(call, name string, answer map[string]any) {
	p.t.Helper()
	switch name {
	case "session":
		for _, parser := range p.n.Clients[p.client].Session {
			p.parse(call, p.fill(parser), answer)
		}
		return
	case "intent":
		p.parse(call, p.n.Clients[p.client].Intent+" "+p.values["kind"], answer)
		return
	}
	parser := p.n.Parsers[name]
	if parser == nil || parser.Source == "" {
		p.t.Fatalf("no parser %q with a source", name)
	}
	required, prefix := parser.Required, ""
	if parser.Like != "" {
		required, prefix = p.n.Parsers[parser.Like].Required, parser.Under+"."
	}
	for at, want := range required {
		at = prefix + p.fill(at)
		got, found := field(answer, at)
		if !found || !is(got, p.fill(want)) {
			p.t.Errorf("%s for the parser %s (%s): %s is %v, want %s", call, name, parser.Source, at, got, p.fill(want))
		}
	}
}

// field returns what an answer has at a dotted path.
func field(answer map[string]any, path string) (any, bool) {
	var v any = answer
	for _, name := range strings.Split(path, ".") {
		object, ok := v.(map[string]any)
		if !ok {
			return nil, false
		}
		if v, ok = object[name]; !ok {
			return nil, false
		}
	}
	return v, true
}

// is reports whether a value has the type or is the text that a parser requires.
func is(v any, want string) bool {
	switch want {
	case "string":
		s, ok := v.(string)
		return ok && s != ""
	case "integer":
		n, ok := v.(float64)
		return ok && n == float64(int64(n))
	case "boolean":
		_, ok := v.(bool)
		return ok
	case "object":
		_, ok := v.(map[string]any)
		return ok
	case "strings":
		list, ok := v.([]any)
		return ok && !slices.ContainsFunc(list, func(e any) bool { _, ok := e.(string); return !ok })
	}
	text, ok := strings.CutPrefix(want, "=")
	return ok && v == text
}

// page decides on the bank's page as the card holder, in a browser.
func (p *phone) page(call nativeCall) {
	p.t.Helper()
	browser := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	shown, err := browser.Get(p.values["page"])
	if err != nil {
		p.t.Fatal(err)
	}
	defer shown.Body.Close()
	decided, err := browser.PostForm(p.values["page"], url.Values{"client_secret": {p.values["secret"]}, "outcome": {call.Page}})
	if err != nil {
		p.t.Fatal(err)
	}
	defer decided.Body.Close()
	if got := decided.Header.Get("Location"); shown.StatusCode != 200 || got != p.fill(call.Want["location"]) {
		p.t.Errorf("the page %s: %d, then %d to %s, want %s", p.values["page"], shown.StatusCode, decided.StatusCode, got, p.fill(call.Want["location"]))
	}
}

// closed checks what the vendor's API shows in the end.
func (p *phone) closed(status string) {
	p.t.Helper()
	got := p.send(http.MethodGet, "/v1/"+p.values["kinds"]+"/"+p.values["id"], nil, map[string]string{"Authorization": "Bearer sk_test_1"}, 200)
	if got["status"] != status {
		p.t.Errorf("the intent is %v, want %s", got["status"], status)
	}
	methods := len(p.vendor(p.user + "/payment-methods/")["results"].([]any)) - int(p.values["methods"][0]-'0')
	debts := p.vendor(p.user + "/charging/debts/")["count"]
	added, unpaid := 0, float64(1)
	if status == "succeeded" && p.values["kind"] == "setup_intent" {
		added = 1
	}
	if status == "succeeded" && p.values["kind"] == "payment_intent" {
		unpaid = 0
	}
	if methods != added || debts != unpaid {
		t := p.t
		t.Errorf("%d payment methods were added, want %d; %v debts are left, want %v", methods, added, debts, unpaid)
	}
}

// TestNativeSources makes sure that each fact has a source and that each parser
// and call is used.
func TestNativeSources(t *testing.T) {
	n := readNative(t)
	for name, parser := range n.Parsers {
		if parser.Source == "" || len(parser.Required) == 0 && n.Parsers[parser.Like] == nil {
			t.Errorf("parser %s has no source or requires nothing", name)
		}
	}
	for name, client := range n.Clients {
		if client.Source == "" || client.Headers["Stripe-Version"] == "" {
			t.Errorf("client %s has no source or no version", name)
		}
	}
	for _, flow := range n.Flows {
		for _, call := range flow.Calls {
			if call.Use == "" && call.Page == "" && call.Source == "" {
				t.Errorf("%s: %s has no source", flow.Name, call.Call)
			}
		}
	}
}
