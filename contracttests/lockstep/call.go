package lockstep

import (
	"cmp"
	"net/http"
	"net/url"
	"strings"
	"time"

	"cariqamock/contracttests"
)

// A Call is a request and the target's answer to it.
type Call struct {
	Method string
	URL    string
	Header http.Header
	Body   []byte

	Status   int // 0: there was no answer
	Answered http.Header
	Answer   []byte
	Cut      bool // there is more of the answer, or of the request
	Left     bool // without an answer: the app may have ended the call, not the target

	Began, Ended time.Time // zero if unknown
	Answering    time.Time // when the answer began to come, from when on an app can go on; zero if unknown
	As           string    // whose call it is; empty means that the header Authorization says it

	began int
	ended int                     // how many calls had ended, with it
	seen  *contracttests.Exchange // nil until it has been answered
}

// as returns whose data a call is about.
func (c *Call) as() string { return cmp.Or(c.As, c.Header.Get("Authorization")) }

// target is the target's answer to a call, decoded.
type target struct {
	status int
	header http.Header
	body   any // nil if it is not JSON
}

func (c *Call) target() target {
	t := target{status: c.Status, header: c.Answered}
	if len(c.Answer) > 0 && contracttests.Decode(c.Answer, &t.body) != nil {
		t.body = nil
	}
	return t
}

func (t target) object() map[string]any { o, _ := t.body.(map[string]any); return o }

func (t target) ok() bool { return t.status >= 200 && t.status < 300 }

func (t target) results() []map[string]any {
	list, _ := t.object()["results"].([]any)
	var out []map[string]any
	for _, each := range list {
		if o, ok := each.(map[string]any); ok {
			out = append(out, o)
		}
	}
	return out
}

func (t target) errorType() string { return str(at(t.body, "error/type")) }

func (t target) secret() string { return str(at(t.body, "error/payment_intent_client_secret")) }

// words returns the texts of a refusal for people.
func (t target) words() string {
	return strings.Trim(str(at(t.body, "detail"))+": "+str(at(t.body, "error/details")), ": ")
}

// query returns the parameters of a call.
func (c *Call) query() url.Values { _, query := c.place(); return query }

// place is what the path of a call names.
type place struct{ user, collection, id string }

func (c *Call) place() (p place, query url.Values) {
	u, err := url.Parse(c.URL)
	if err != nil {
		return p, nil
	}
	_, path, _ := strings.Cut(u.Path, "/api/v1/users/")
	parts := append(strings.Split(strings.Trim(path, "/"), "/"), "", "", "", "")
	p = place{parts[0], parts[1], parts[2]}
	if parts[1] == "charging" { // …/charging/stop/ID/
		p.id = parts[3]
	}
	return p, u.Query()
}

// at returns the value at a path such as error/type, or nil.
func at(v any, path string) any {
	for name := range strings.SplitSeq(path, "/") {
		o, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = o[name]
	}
	return v
}

func str(v any) string { s, _ := v.(string); return s }

func moment(v any) (time.Time, bool) {
	t, err := time.Parse(time.RFC3339Nano, str(v))
	return t, err == nil
}
