package admin_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cariqamock/mockserver/mocktest"
)

// TestStreamBeginsAtOnce reads the first line of a stream on which no call
// comes: browsers take it for open then, not at the first call.
func TestStreamBeginsAtOnce(t *testing.T) {
	s := mocktest.Start(t)
	ctx, leave := context.WithCancel(t.Context())
	defer leave()
	for _, method := range []string{http.MethodHead, http.MethodGet} {
		r, err := http.NewRequestWithContext(ctx, method, s.URL+"/__admin/worlds/mock.default.stream/requests/stream", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		res, err := s.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		if res.Header.Get("X-Accel-Buffering") != "no" || res.Header.Get("Content-Type") != "text/event-stream" {
			t.Errorf("%s: %v", method, res.Header)
		}
		line, err := bufio.NewReader(res.Body).ReadString('\n')
		if method == http.MethodGet && (line != ": listening\n" || err != nil) {
			t.Errorf("the stream begins with %q, %v", line, err)
		}
	}
}

// events reads n events of a stream: their names and ids, or their data where
// they have no id.
func events(t *testing.T, url, last string, n int) []string {
	t.Helper()
	ctx, leave := context.WithCancel(t.Context())
	defer leave()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	if last != "" {
		r.Header.Set("Last-Event-ID", last)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var out []string
	lines := bufio.NewScanner(res.Body)
	lines.Buffer(nil, 1<<20)
	for event := ""; len(out) < n && lines.Scan(); {
		name, value, _ := strings.Cut(lines.Text(), ": ")
		switch {
		case name == "event":
			event = value
		case name == "id", name == "data" && event == "missing":
			out = append(out, event+" "+value)
		}
	}
	return out
}

// TestStreamResumes comes back after calls that were made in between.
func TestStreamResumes(t *testing.T) {
	s := mocktest.Start(t)
	const world = "mock.default.resume"
	stream := s.URL + "/__admin/worlds/" + world + "/requests/stream"
	for range 4 {
		res, err := s.Client().Do(authorized(t, s.URL+"/api/v1/users/", world))
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
	}
	res, err := s.Client().Get(s.URL + "/__admin/worlds/" + world + "/requests")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var list struct{ Requests []struct{ ID string } }
	if err := json.NewDecoder(res.Body).Decode(&list); err != nil || len(list.Requests) != 4 {
		t.Fatal(err, list)
	}
	id := func(age int) string { return list.Requests[len(list.Requests)-1-age].ID } // newest first
	if diff := cmp.Diff([]string{"request " + id(2), "request " + id(3)}, events(t, stream, id(1), 2)); diff != "" {
		t.Errorf("after the second (-want +got):\n%s", diff)
	}
	want := []string{"missing {}", "request " + id(0), "request " + id(1), "request " + id(2), "request " + id(3)}
	if diff := cmp.Diff(want, events(t, stream, "req_gone", 5)); diff != "" {
		t.Errorf("after one that is not kept (-want +got):\n%s", diff)
	}
}

func authorized(t *testing.T, url, token string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	return r
}
