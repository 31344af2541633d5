package journal

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func request(id, method, path, contentType, body string) Exchange {
	return Exchange{
		ID: id, Method: method, URL: &url.URL{Path: path}, Status: 200,
		Request: Message{Header: http.Header{"Content-Type": {contentType}}, Body: []byte(body)},
	}
}

// recorded is a journal with one call of each sort.
func recorded() *Journal {
	start := request("start", "POST", "/api/v1/users/u1/charging/start/", jsonType, `{"evse_id":"DE*PWA*1*01","max":5.0,"tags":["a",{"b":1,"c":2}],"note":null}`)
	start.Operation, start.User, start.Rule, start.Status = "users_charging_start_create", "u1", "start-charging/already-charging", 409
	remove := request("remove", "DELETE", "/api/v1/users/u1/payment-methods/pm_abc123/", "", "")
	remove.Operation, remove.User, remove.Status = "users_payment_methods_destroy", "u1", 204
	method := request("method", "POST", "/v1/payment_methods", formType, "type=card&card[number]="+card+"&card[cvc]=123")
	point := request("point", "GET", "/api/v1/stations/DE*PWA*1*01/", "", "")
	point.User = card
	j := New()
	for _, x := range []Exchange{start, remove, method, point} {
		j.Record(x)
	}
	return j
}

func TestFind(t *testing.T) {
	j := recorded()
	for filter, want := range map[string]string{
		`{}`:                  "point method remove start",
		`{"body":null}`:       "point method remove start",
		`{"method":"POST"}`:   "method start",
		`{"method":"delete"}`: "remove",
		`{"status":409}`:      "start",
		`{"user":"u1"}`:       "remove start",
		`{"user":"u1","method":"POST","status":409}`:                "start",
		`{"user":"u1","status":200}`:                                "",
		`{"user":"4242424242424242"}`:                               "point",
		`{"operation":"users_payment_methods_destroy"}`:             "remove",
		`{"operation":"users"}`:                                     "",
		`{"rule":"start-charging/already-charging"}`:                "start",
		`{"path":"/api/v1/users/u1/payment-methods/pm_abc123/"}`:    "remove",
		`{"path":"/api/v1/users/u1/payment-methods/pm_abc123"}`:     "",
		`{"path":"/api/v1/users/*/payment-methods/pm_*/"}`:          "remove",
		`{"path":"/api/v1/users/*/"}`:                               "",
		`{"path":"*"}`:                                              "",
		`{"path":"/v1/payment?methods"}`:                            "",
		`{"path":"/v1/payment[_]methods"}`:                          "",
		`{"path":"/v1/payment.methods"}`:                            "",
		`{"path":"/api/v1/stations/DE*PWA*1*01/"}`:                  "point",
		`{"body":{"evse_id":"DE*PWA*1*01"}}`:                        "start",
		`{"body":{}}`:                                               "method start",
		`{"body":{"max":5,"note":null}}`:                            "start",
		`{"body":{"max":"5"}}`:                                      "",
		`{"body":{"max":5.1}}`:                                      "",
		`{"body":{"missing":null}}`:                                 "",
		`{"body":{"tags":["a",{"c":2e0}]}}`:                         "start",
		`{"body":{"tags":["a"]}}`:                                   "",
		`{"body":{"tags":{}}}`:                                      "",
		`{"body":[]}`:                                               "",
		`{"body":{"type":"card"}}`:                                  "method",
		`{"body":{"card[number]":"4242424242424242"}}`:              "method",
		`{"body":{"card[number]":"4000000000000002"}}`:              "",
		`{"body":{"card[cvc]":"any"}}`:                              "method",
		`{"path":"/v1/*","body":{"card[number]":"[424242*","x":1}}`: "",
		`{"text":"pm_abc"}`:                                         "remove",
		`{"text":"Already-CHARGING  u1"}`:                           "start",
		`{"text":"dE*pwa*1*01"}`:                                    "point start",
		`{"text":"post payment"}`:                                   "method",
		`{"text":"remove"}`:                                         "remove",
		`{"text":"4242 4242 4242 4242"}`:                            "point method",
		`{"text":"4000000000000002"}`:                               "",
		`{"text":"123"}`:                                            "remove", // not the card's security code
		`{"text":" "}`:                                              "point method remove start",
		`{"text":"u1 nothing"}`:                                     "",
		`{"text":"u1","status":204}`:                                "remove",
	} {
		var f Filter
		dec := json.NewDecoder(strings.NewReader(filter))
		dec.DisallowUnknownFields()
		if err := dec.Decode(&f); err != nil {
			t.Fatalf("%s: %v", filter, err)
		}
		var got []string
		for _, e := range j.Find(f) {
			got = append(got, e.ID)
		}
		if diff := cmp.Diff(want, strings.Join(got, " ")); diff != "" {
			t.Errorf("Find(%s) differs (-want +got):\n%s", filter, diff)
		}
		if n := j.Count(f); n != len(got) {
			t.Errorf("Count(%s) = %d, want %d", filter, n, len(got))
		}
	}
}

func TestFindGoValues(t *testing.T) {
	j := recorded()
	for name, c := range map[string]struct {
		filter Filter
		want   int
	}{
		"a Go number": {Filter{Body: map[string]int{"max": 5}}, 1},
		"a struct": {Filter{Body: struct {
			Type string `json:"type"`
		}{"card"}}, 1},
		"not JSON":         {Filter{Body: make(chan int)}, 0},
		"broken raw JSON":  {Filter{Body: json.RawMessage(`{`)}, 0},
		"path not UTF-8":   {Filter{Path: "\xff"}, 0},
		"none of the user": {Filter{User: "u2"}, 0},
	} {
		if got := j.Count(c.filter); got != c.want {
			t.Errorf("%s: Count = %d, want %d", name, got, c.want)
		}
	}
}

func TestFilterKnowsItsFields(t *testing.T) {
	dec := json.NewDecoder(strings.NewReader(`{"operatoin":"x"}`))
	dec.DisallowUnknownFields()
	if err := dec.Decode(new(Filter)); err == nil {
		t.Error("a misspelled field is accepted")
	}
}
