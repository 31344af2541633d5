// Package answers has the answers that all built-in scenarios get from the fake,
// for tests of what reads them.
package answers

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"

	"cariqamock/mockserver"
	"cariqamock/mockserver/internal/scenario"
	"cariqamock/mockserver/internal/scenario/library"
	"cariqamock/mockserver/internal/scenario/play"
	"cariqamock/mockserver/spec"
	"cariqamock/scenarios"
)

// An Answer is one of an operation of the vendor's API.
type Answer struct {
	Operation string // its operationId
	Status    int
	Body      string // JSON, or empty
}

// A tape is a transport that keeps the answers of all operations.
type tape struct {
	operations []spec.Operation
	answers    map[Answer]bool
}

func (r *tape) RoundTrip(req *http.Request) (*http.Response, error) {
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	res.Body = io.NopCloser(bytes.NewReader(body))
	at := slices.IndexFunc(r.operations, func(op spec.Operation) bool {
		return op.Method == req.Method && sameSegments(op.Path, req.URL.Path)
	})
	if at >= 0 && res.Header.Get("Preference-Applied") == "" {
		r.answers[Answer{r.operations[at].ID, res.StatusCode, string(body)}] = true
	}
	return res, err
}

func sameSegments(template, path string) bool {
	return slices.EqualFunc(strings.Split(template, "/"), strings.Split(path, "/"), func(a, b string) bool {
		return a == b || strings.HasPrefix(a, "{") && b != ""
	})
}

// All returns what the steps of every built-in scenario are answered, and what can
// be read in its world then.
func All() ([]Answer, error) {
	fake, err := mockserver.New(mockserver.DefaultConfig())
	if err != nil {
		return nil, err
	}
	base, stop, err := fake.ServeOnLoopback()
	if err != nil {
		return nil, err
	}
	defer stop()
	s, err := spec.Vendor()
	if err != nil {
		return nil, err
	}
	r := &tape{s.Operations(), map[Answer]bool{}}
	known := library.New(scenarios.FS(), scenario.Known{})
	for _, name := range known.Names() {
		sc, err := known.Get(name)
		if err != nil {
			return nil, err
		}
		token := "mock." + name
		for _, step := range play.Try(context.Background(), sc, r, base, token) {
			if step.Err != nil {
				return nil, fmt.Errorf("%s, step %d: %w", name, step.Step, step.Err)
			}
		}
		if err := read(r, base, token); err != nil {
			return nil, err
		}
	}
	return slices.SortedFunc(maps.Keys(r.answers), func(a, b Answer) int {
		return strings.Compare(fmt.Sprint(a), fmt.Sprint(b))
	}), nil
}

// read makes calls that only read, whatever they are answered.
func read(rt http.RoundTripper, base, token string) error {
	get := func(path string) (body struct{ Results []struct{ ID string } }, err error) {
		req, err := http.NewRequest(http.MethodGet, base+"/api/v1"+path, nil)
		if err != nil {
			return body, err
		}
		req.Header.Set("Authorization", "Bearer "+token)
		res, err := rt.RoundTrip(req)
		if err != nil {
			return body, err
		}
		defer res.Body.Close()
		_ = json.NewDecoder(res.Body).Decode(&body) // a bare array has no results
		return body, nil
	}
	paths := []string{
		"/users/?search=x", "/stations/partners/", "/stations/around/?latitude=52.51&longitude=13.45&distance=50000&page_size=100",
		"/stations/around/?latitude=50.1&longitude=8.7&distance=90000", "/stations/tile/?x=34&x=33&y=21&y=20&z=6",
	}
	users, err := get("/users/")
	if err != nil {
		return err
	}
	for _, user := range users.Results {
		me := "/users/" + user.ID
		for _, path := range []string{"/", "/billing-details/", "/charging/debts/", "/invoices/", "/payment-methods/", "/setup-intents/"} {
			paths = append(paths, me+path)
		}
		sessions, err := get(me + "/charging-sessions/?page_size=100")
		if err != nil {
			return err
		}
		for _, session := range sessions.Results {
			paths = append(paths, me+"/charging-sessions/"+session.ID+"/")
		}
	}
	for _, path := range paths {
		if _, err := get(path); err != nil {
			return err
		}
	}
	return nil
}
