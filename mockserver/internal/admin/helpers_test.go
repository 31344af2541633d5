package admin_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"cariqamock/mockserver"
	"cariqamock/mockserver/mocktest"
)

const (
	user    = "9405cf8c-8375-4373-b4d3-b61f9a0c01eb"
	session = "3f0c6d5e-8f1b-4a57-9c1d-0e6b1a7c2d0" // plus a digit; sessions of the scenarios
	hers    = "DE*PWA*EALP22541X01617*01"
)

// An admin calls the admin API of one server, in one world.
type admin struct {
	*mocktest.Server
	t     *testing.T
	world string
}

func start(t *testing.T, scenario string, change ...func(*mockserver.Config)) *admin {
	t.Helper()
	var opts []mocktest.Option
	for _, c := range change {
		opts = append(opts, mocktest.With(c))
	}
	s := mocktest.Start(t, opts...)
	return &admin{s, t, s.Token(scenario)}
}

// in returns an admin of a fresh world.
func (a *admin) in(t *testing.T, scenario string) *admin {
	return &admin{a.Server, t, a.Token(scenario)}
}

// An answer is a response; Fields is its body, if that is an object.
type answer struct {
	Status      int
	ContentType string
	Allow       string
	Fields      map[string]any
	Body        string
	Header      http.Header
}

// do calls a path below /__admin, in which {w} stands for the world.
func (a *admin) do(method, path, body string, header ...string) answer {
	a.t.Helper()
	path = strings.ReplaceAll(path, "{w}", a.world)
	r, err := http.NewRequest(method, a.URL+"/__admin"+path, strings.NewReader(body))
	if err != nil {
		a.t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		if header[i] == "Host" {
			r.Host = header[i+1]
		}
		r.Header.Set(header[i], header[i+1])
	}
	res, err := a.Client().Transport.RoundTrip(r)
	if err != nil {
		a.t.Fatal(err)
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		a.t.Fatal(err)
	}
	out := answer{res.StatusCode, res.Header.Get("Content-Type"), res.Header.Get("Allow"), nil, string(data), res.Header}
	_ = json.Unmarshal(data, &out.Fields) // nil if it is not an object
	return out
}

// ok makes a call that must succeed.
func (a *admin) ok(method, path, body string) map[string]any {
	a.t.Helper()
	got := a.do(method, path, body)
	if got.Status != 200 || got.ContentType != "application/json" {
		a.t.Fatalf("%s %s: %d %s", method, path, got.Status, got.Body)
	}
	return got.Fields
}

// vendor calls the vendor's API in the world.
func (a *admin) vendor(method, path, body string) (int, map[string]any) {
	a.t.Helper()
	r, err := http.NewRequest(method, a.URL+"/api/v1"+path, strings.NewReader(body))
	if err != nil {
		a.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+a.world)
	r.Header.Set("Content-Type", "application/json")
	res, err := a.Client().Do(r)
	if err != nil {
		a.t.Fatal(err)
	}
	defer res.Body.Close()
	var v map[string]any
	_ = json.NewDecoder(res.Body).Decode(&v) // nil if there is no body
	return res.StatusCode, v
}

// begin starts a session and freezes the world.
func (a *admin) begin() (id string) {
	a.t.Helper()
	a.ok("PUT", "/worlds/{w}/clock", `{"freeze":true}`)
	status, v := a.vendor("POST", "/users/"+user+"/charging/start/", `{"evse_id":"`+hers+`","payment_method_id":"pm_1TD1LuHtgZxQ1KXxNj5sKkKM"}`)
	if status != 201 {
		a.t.Fatalf("start: %d %v", status, v)
	}
	return v["id"].(string)
}

// problem checks the shape of an error.
func problem(t *testing.T, what string, got answer, status int, field string) {
	t.Helper()
	f := got.Fields
	detail, _ := f["detail"].(string)
	named, _ := f["field"].(string)
	if got.Status != status || got.ContentType != "application/problem+json" || f["type"] != "about:blank" ||
		f["title"] != http.StatusText(status) || f["status"] != float64(status) || detail == "" || named != field {
		t.Errorf("%s: want %d of field %q, got %d %s %s", what, status, field, got.Status, got.ContentType, got.Body)
	}
}
