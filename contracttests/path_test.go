package contracttests

import (
	"fmt"
	"net/http"
	"net/url"
	"path"
	"runtime"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"cariqamock/internal/property"
	"cariqamock/mockserver/spec"
)

// TestSegment: whatever an id is, it stays one segment, or is refused.
func TestSegment(t *testing.T) {
	for _, id := range []string{"", ".", "..", "a\n", strings.Repeat("a", maxID+1)} {
		if got, err := segment(id); err == nil {
			t.Errorf("segment(%q) = %q", id, got)
		}
	}
	part := rapid.SampledFrom([]string{"..", ".", "/", "?", "#", "%", "%2f", "a", "é", " ", "\\", ";", "\n", "\x00", "*", "//", "\u202e"})
	property.Check(t, func(t *rapid.T) {
		id := strings.Join(rapid.SliceOfN(part, 0, 6).Draw(t, "id"), "")
		got, err := segment(id)
		if err != nil {
			if plain := strings.Trim(id, "a*é"); id != "" && plain == "" {
				t.Fatalf("%q is refused", id)
			}
			return
		}
		u, err := url.Parse("http://h/users/" + got + "/x/")
		if err != nil || u.Path != "/users/"+id+"/x/" || u.RawQuery != "" || u.Fragment != "" || strings.Count(u.EscapedPath(), "/") != 4 || path.Clean(u.EscapedPath()) != "/users/"+got+"/x" {
			t.Fatalf("%q becomes %s: %+v, %v", id, got, u, err)
		}
	})
}

func TestUnusableID(t *testing.T) {
	for in, want := range map[string]string{
		`{"id":"a-b"}`: "", `{"id":"a/b"}`: "a/b", `[{"x":[{"id":""}]}]`: "", `{"results":[{"id":".."}]}`: "..", `{"id":3}`: "", `{"external_id":"a/b"}`: "",
		`{"id":"DE*X*E1"}`: "", `{"id":"a%2fb"}`: "a%2fb",
	} {
		var v any
		if err := Decode([]byte(in), &v); err != nil {
			t.Fatal(err)
		}
		id, found := unusableID(v)
		if wanted := want != "" || strings.Contains(in, `""`); id != want || found != wanted {
			t.Errorf("unusableID(%s) = %q, %t, want %q", in, id, found, want)
		}
	}
}

// TestWhatIsKept of answers is bounded, and says what is left out.
func TestWhatIsKept(t *testing.T) {
	body := func(n int) *Answer {
		return &Answer{Header: http.Header{"Content-Type": {"text/plain"}}, Body: []byte(strings.Repeat("x ", n/2))}
	}
	c := newClient(Target{}, &spec.Spec{}, 0)
	keep := func(a *Answer) (text string, cut int) {
		kept, note := c.keep(a)
		return string(kept) + note, len(a.Body) - len(kept)
	}
	if text, cut := keep(body(keptOfAnswer)); cut != 0 || len(text) != keptOfAnswer || c.room != keptOfRun-keptOfAnswer {
		t.Errorf("the longest answer: %d bytes are kept, %d are cut, there is room for %d", len(text), cut, c.room)
	}
	if text, cut := keep(body(keptOfAnswer + 2)); cut == 0 || !strings.HasSuffix(text, "this answer is too long to be kept") {
		t.Errorf("a longer answer: cut %d, %q", cut, text[max(0, len(text)-100):])
	}
	const each, room = 2 * keptStart, 20 * keptStart
	c.room = room
	sum := 0
	for range 3 * room / each {
		text, _ := keep(body(each))
		sum += len(text)
	}
	if most := 3 * room / each * (keptStart + 100); sum < room || sum > room+most {
		t.Errorf("%d bytes are kept, want %d to %d", sum, room, room+most)
	}
	text, cut := keep(body(100_000))
	if want := fmt.Sprintf("… and %d more bytes: the answers of this run are too long to be kept", 100_000-keptStart); cut != 100_000-keptStart || !strings.HasSuffix(text, want) {
		t.Errorf("cut %d, %q", cut, text[max(0, len(text)-100):])
	}
}

// TestKeptOfWitnessed: what is kept of answers that nothing refers to any more makes
// room for others.
func TestKeptOfWitnessed(t *testing.T) {
	vendor, err := spec.Vendor()
	if err != nil {
		t.Fatal(err)
	}
	w := NewWitness(Target{Base: "http://h/api/v1"}, vendor)
	see := func() *Exchange {
		c := Seen{Method: http.MethodGet, URL: "http://h/api/v1/stations/?page=1", Header: http.Header{}, Answer: &Answer{Status: http.StatusBadGateway, Header: http.Header{}, Body: make([]byte, keptOfAnswer)}}
		return w.End(w.Begin(c), c)
	}
	left := func() int {
		w.client.mu.Lock()
		defer w.client.mu.Unlock()
		return w.client.room
	}
	kept := see()
	for range 2 * keptOfRun / keptOfAnswer {
		see()
	}
	for range 1000 {
		if runtime.GC(); left() == keptOfRun-keptOfAnswer {
			break
		}
	}
	if got := left(); got != keptOfRun-keptOfAnswer {
		t.Errorf("there is room for %d bytes, want for all but the one that is still kept", got)
	}
	runtime.KeepAlive(kept)
}

// TestMatch: the operation of a call, by its method and path.
func TestMatch(t *testing.T) {
	s, err := spec.Vendor()
	if err != nil {
		t.Fatal(err)
	}
	all := routes(s)
	for call, want := range map[string]string{
		"GET /users/": "users_list", "GET /users": "users_list", "GET /users/?page=2": "users_list", "GET /users?search=/users/x/": "users_list",
		"POST /users/": "users_create", "PUT /users/": "", "get /users/": "",
		"GET /users/x/": "users_retrieve", "GET /users/x": "users_retrieve", "GET /users/a%2Fb/": "users_retrieve",
		"GET /users//": "", "GET //users/": "", "GET /users/x//": "", "GET //": "", "GET /": "", "GET ": "", "GET users/": "", "GET ?a=/users/": "",
		"GET /users/x/cars/": "", "GET /Users/x/": "", "GET /users//payment-methods/": "",
		"GET /users/x/payment-methods/": "users_payment_methods_list", "DELETE /users/x/payment-methods/pm": "users_payment_methods_destroy",
		"POST /users/x/payment-methods/pm/default/": "users_payment_methods_default_create", "POST /users/x/payment-methods//default/": "",
		"POST /users/x/payment-methods/pm/defaul": "", "GET /users/x/charging/debts/": "users_charging_debts_list",
		"GET http://elsewhere.example/api/v1/users/": "",
	} {
		method, target, _ := strings.Cut(call, " ")
		if got := match(all, method, target); got != want {
			t.Errorf("%s is %q, want %q", call, got, want)
		}
	}
}

// TestHeaderMeaning: what is insignificant in a header does not make it another.
func TestHeaderMeaning(t *testing.T) {
	for _, tt := range [][3]string{
		{"Allow", "POST, GET,HEAD", "GET, HEAD, POST"}, {"Allow", "", ""},
		{"Content-Type", "application/JSON; charset=utf-8", "application/json"}, {"Content-Type", "; no type", "; no type"},
		{"Location", "b, a", "b, a"},
	} {
		if got := HeaderMeaning(tt[0], tt[1]); got != tt[2] {
			t.Errorf("%s: %s means %q, want %q", tt[0], tt[1], got, tt[2])
		}
	}
}
