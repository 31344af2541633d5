package play_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"cariqamock/mockserver/internal/scenario"
	"cariqamock/mockserver/internal/scenario/play"

	"github.com/google/go-cmp/cmp"
)

const userID = "9405cf8c-8375-4373-b4d3-b61f9a0c01eb"

// parse returns a scenario of one user.
func parse(t *testing.T, name, proves, steps string) *scenario.Scenario {
	t.Helper()
	src := fmt.Sprintf("name: %s\ntitle: A title\nproves: [%s]\nusers: [{id: %s}]\ntry:\n%s", name, proves, userID, steps)
	s, err := scenario.Parse(name+".yaml", []byte(src), scenario.Known{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// calls is a server that records requests and answers from a table.
type calls struct {
	seen    []string
	answers map[string]string // "METHOD path" -> "status body"
}

func (c *calls) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	line := r.Method + " " + r.URL.RequestURI()
	c.seen = append(c.seen, strings.TrimSpace(fmt.Sprintf("%s [%s] %s %s", line, r.Header.Get("Authorization"), r.Header.Get("Content-Type"), body)))
	status, text, _ := strings.Cut(c.answers[line], " ")
	code := http.StatusNotFound
	_, _ = fmt.Sscan(status, &code)
	if code == http.StatusPaymentRequired {
		w.Header().Set("X-Cariqa-Mock-Rule", "remove-payment-method/debt")
	}
	w.WriteHeader(code)
	_, _ = io.WriteString(w, text)
}

func run(t *testing.T, steps string, answers map[string]string) (results []play.Result, seen []string) {
	t.Helper()
	s := parse(t, "m", "", steps)
	c := &calls{answers: answers}
	srv := httptest.NewServer(c)
	defer srv.Close()
	return play.Try(t.Context(), s, http.DefaultTransport, srv.URL, "mock.m"), c.seen
}

func TestTry(t *testing.T) {
	const users = "/api/v1/users/" + userID
	results, seen := run(t, `
- call: DELETE /users/{user}/payment-methods/pm_abc123/
  want: {status: 402, rule: remove-payment-method/debt, headers: {X-Cariqa-Mock-Rule: remove-payment-method/debt}, body: {error: {type: payment_error}}}
- {call: "GET /__admin/worlds/{world}/users/{user}/removal", want: {status: 200, body: {allowed: false, rules: [{id: a}, {}]}}}
- call: GET /users/{user}/charging/debts/?page=1
  want: {status: 200, body: {count: 1.0, next: null}}
  save: {debt: results.0.secret, amount: count}
- call: POST /v1/payment_intents/{debt.id}/confirm
  form: {client_secret: "{debt}", payment_method_data: {card: {exp_month: 12}, tags: [a, true, null]}}
  want: {status: 200, body: {secret: "{debt}"}}
- {advance: 1h30m}
- call: PATCH /users/{user}/
  json: {n: 1.50, s: "{amount} {no matter", deep: [{x: null}]}
  want: {status: 204}
`, map[string]string{
		"DELETE " + users + "/payment-methods/pm_abc123/":         `402 {"detail":"x","error":{"type":"payment_error","details":"d"}}`,
		"GET /__admin/worlds/mock.m/users/" + userID + "/removal": `200 {"allowed":false,"rules":[{"id":"a","n":1},{"id":"b"}]}`,
		"GET " + users + "/charging/debts/?page=1":                `200 {"count":1,"next":null,"results":[{"secret":"pi_1_secret_2"}]}`,
		"POST /v1/payment_intents/pi_1/confirm":                   `200 {"secret":"pi_1_secret_2"}`,
		"PUT /__admin/worlds/mock.m/clock":                        `200 {}`,
		"PATCH " + users + "/":                                    `204 `,
	})
	var what []string
	for _, r := range results {
		if r.Err != nil {
			t.Errorf("step %d: %v", r.Step, r.Err)
		}
		what = append(what, fmt.Sprintf("%d %s", r.Step, r.What))
	}
	wantWhat := []string{
		"1 DELETE /users/{user}/payment-methods/pm_abc123/ -> 402 remove-payment-method/debt",
		"2 GET /__admin/worlds/{world}/users/{user}/removal -> 200",
		"3 GET /users/{user}/charging/debts/?page=1 -> 200",
		"4 POST /v1/payment_intents/{debt.id}/confirm -> 200",
		"5 advance 1h30m",
		"6 PATCH /users/{user}/ -> 204",
	}
	if diff := cmp.Diff(wantWhat, what); diff != "" {
		t.Error(diff)
	}
	wantSeen := []string{
		"DELETE " + users + "/payment-methods/pm_abc123/ [Bearer mock.m]",
		"GET /__admin/worlds/mock.m/users/" + userID + "/removal []",
		"GET " + users + "/charging/debts/?page=1 [Bearer mock.m]",
		"POST /v1/payment_intents/pi_1/confirm [Bearer pk_test_mock] application/x-www-form-urlencoded client_secret=pi_1_secret_2&" +
			"payment_method_data%5Bcard%5D%5Bexp_month%5D=12&payment_method_data%5Btags%5D%5B0%5D=a&payment_method_data%5Btags%5D%5B1%5D=true&payment_method_data%5Btags%5D%5B2%5D=",
		`PUT /__admin/worlds/mock.m/clock [] application/json {"advance":"1h30m"}`,
		"PATCH " + users + `/ [Bearer mock.m] application/json {"deep":[{"x":null}],"n":1.50,"s":"1 {no matter"}`,
	}
	if diff := cmp.Diff(wantSeen, seen); diff != "" {
		t.Error(diff)
	}
}

// A call may have custom headers, and replace the usual ones.
func TestTryHeaders(t *testing.T) {
	results, seen := run(t, `
- {call: POST /users/, json: {}, headers: {Content-Type: "text/{user}", authorization: Basic x}, want: {status: 200}}
`, map[string]string{"POST /api/v1/users/": "200 {}"})
	if results[0].Err != nil {
		t.Error(results[0].Err)
	}
	if diff := cmp.Diff([]string{"POST /api/v1/users/ [Basic x] text/" + userID + " {}"}, seen); diff != "" {
		t.Error(diff)
	}
}

func TestTryDescribesTheDifference(t *testing.T) {
	const answer = `{"a":1,"list":[1,2],"text":"x","nothing":null,"deep":{"k":[{"v":true}]}}`
	for _, c := range []struct{ name, want, err string }{
		{"status", "{status: 201}", "status: want 201, got 200: " + answer},
		{"rule", "{status: 200, rule: remove-payment-method/debt}", `rule: want remove-payment-method/debt, got "": ` + answer},
		{"header", "{status: 200, headers: {X-A: b}}", `header X-A: want "b", got ""`},
		{"number", "{status: 200, body: {a: 2}}", "body.a: want 2, got 1"},
		{"text for number", "{status: 200, body: {a: \"1\"}}", `body.a: want "1", got 1`},
		{"number for text", "{status: 200, body: {text: 1}}", `body.text: want 1, got "x"`},
		{"null", "{status: 200, body: {a: null}}", "body.a: want null, got 1"},
		{"no key", "{status: 200, body: {nothing: null, b: 1}}", `body.b: want 1, got no such key (there are ["a","deep","list","nothing","text"])`},
		{"length", "{status: 200, body: {list: [1]}}", "body.list: want 1 elements, got 2: [1,2]"},
		{"element", "{status: 200, body: {list: [1, 3]}}", "body.list[1]: want 3, got 2"},
		{"no list", "{status: 200, body: {a: [1]}}", "body.a: want [1], got 1"},
		{"no object", "{status: 200, body: {list: {a: 1}}}", `body.list: want {"a":1}, got [1,2]`},
		{"deep", "{status: 200, body: {deep: {k: [{v: false}]}}}", "body.deep.k[0].v: want false, got true"},
		{"save", "{status: 200}, save: {x: deep.k.1.v}", "save x: deep.k.1.v: no element 1 in a list of 1"},
		{"save an object", "{status: 200}, save: {x: deep}", `save x: deep: want a text or number, got {"k":[{"v":true}]}`},
		{"save beyond", "{status: 200}, save: {x: text.y}", `save x: text.y: no y in "x"`},
		{"save no key", "{status: 200}, save: {x: deep.z}", `save x: deep.z: no key z in {"k":[{"v":true}]}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			results, seen := run(t, "- {call: GET /users/, want: "+c.want+"}\n- {advance: 1m}\n", map[string]string{"GET /api/v1/users/": "200 " + answer})
			if len(results) != 1 || len(seen) != 1 {
				t.Fatalf("%d results, %d calls; want to stop at the first", len(results), len(seen))
			}
			if results[0].Err == nil || results[0].Err.Error() != c.err {
				t.Errorf("got  %v\nwant %s", results[0].Err, c.err)
			}
		})
	}
}

func TestTryWithoutServer(t *testing.T) {
	s := parse(t, "m", "", "- {call: GET /users/, want: {status: 200}}\n- {advance: 1m}")
	results := play.Try(t.Context(), s, http.DefaultTransport, "http://127.0.0.1:1", "mock.debt")
	if len(results) != 1 || results[0].Err == nil {
		t.Errorf("got %v", results)
	}
}

func TestAdvanceThatFails(t *testing.T) {
	results, _ := run(t, "- {advance: 1m}\n", map[string]string{"PUT /__admin/worlds/mock.m/clock": `409 {"title":"no"}`})
	if results[0].What != "advance 1m" || results[0].Err == nil {
		t.Errorf("got %+v", results[0])
	}
}
