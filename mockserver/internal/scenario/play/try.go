// Package play runs the try steps of scenarios, and counts which documented
// answers they produce.
package play

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"

	"cariqamock/mockserver/internal/jsonmatch"
	"cariqamock/mockserver/internal/scenario"
)

const (
	ruleHeader = "X-Cariqa-Mock-Rule"
	maxBody    = 8 << 20
)

// A Result is the outcome of one step.
type Result struct {
	Step int    // from 1
	What string // the call as the file has it, and its status
	Err  error  // nil if the answer was the one wanted
}

// Try runs a scenario's steps in order and stops at the first that fails.
// base is the server's origin. token is a mock. token, which is also the id of
// its world. rt may add what an admin token needs.
func Try(ctx context.Context, s *scenario.Scenario, rt http.RoundTripper, base, token string) []Result {
	results, _ := run(ctx, s, rt, base, token)
	return results
}

// run also returns the answers to all calls.
func run(ctx context.Context, s *scenario.Scenario, rt http.RoundTripper, base, token string) ([]Result, []answer) {
	r := &runner{rt: rt, base: strings.TrimSuffix(base, "/"), token: token, values: s.Values(token)}
	var results []Result
	for i, step := range s.Steps {
		what, err := r.step(ctx, step)
		results = append(results, Result{Step: i + 1, What: what, Err: err})
		if err != nil {
			break
		}
	}
	return results, r.answers
}

type runner struct {
	rt          http.RoundTripper
	base, token string
	values      scenario.Values
	answers     []answer
}

// An answer is the answer to a call.
type answer struct {
	method, path string // of the call
	status       int
	rule         string
	body         []byte
}

func (r *runner) step(ctx context.Context, s scenario.Step) (what string, err error) {
	if s.Advance == nil {
		return r.call(ctx, s)
	}
	_, err = r.call(ctx, scenario.Step{
		Call: "PUT /__admin/worlds/{world}/clock",
		JSON: map[string]any{"advance": s.Advance.String()},
		Want: &scenario.Want{Status: http.StatusOK},
	})
	return "advance " + s.Advance.String(), err
}

func (r *runner) call(ctx context.Context, s scenario.Step) (what string, err error) {
	req, err := s.Request(ctx, r.base, r.token, r.values)
	if err != nil {
		return s.Call, err
	}
	res, body, err := r.send(req) //nolint:bodyclose // send has read and closed it
	if err != nil {
		return s.Call, err
	}
	rule := res.Header.Get(ruleHeader)
	r.answers = append(r.answers, answer{req.Method, req.URL.EscapedPath(), res.StatusCode, rule, body})
	what = fmt.Sprintf("%s -> %d", s.Call, res.StatusCode)
	if rule != "" {
		what += " " + rule
	}
	if err := r.judge(s.Want, res, body); err != nil {
		return what, err
	}
	return what, r.save(s.Save, body)
}

func (r *runner) send(req *http.Request) (*http.Response, []byte, error) {
	res, err := r.rt.RoundTrip(req)
	if err != nil {
		return nil, nil, fmt.Errorf("no answer: %w", err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxBody))
	if err != nil {
		return nil, nil, fmt.Errorf("the answer broke off: %w", err)
	}
	return res, body, nil
}

func (r *runner) judge(want *scenario.Want, res *http.Response, body []byte) error {
	got := jsonmatch.Show(json.RawMessage(body))
	if !json.Valid(body) {
		got = jsonmatch.Show(string(body))
	}
	if res.StatusCode != want.Status {
		return fmt.Errorf("status: want %d, got %d: %s", want.Status, res.StatusCode, got)
	}
	if rule := res.Header.Get(ruleHeader); want.Rule != "" && rule != want.Rule {
		return fmt.Errorf("rule: want %s, got %s: %s", want.Rule, scenario.Quote(rule), got)
	}
	for _, key := range slices.Sorted(maps.Keys(want.Headers)) {
		if v := res.Header.Get(key); v != want.Headers[key] {
			return fmt.Errorf("header %s: want %q, got %q", key, want.Headers[key], v)
		}
	}
	if want.Body == nil {
		return nil
	}
	expected, err := r.values.Expand(want.Body)
	if err != nil {
		return err
	}
	actual, err := jsonmatch.Decode(body)
	if err != nil {
		return fmt.Errorf("body: want %s, got %s", jsonmatch.Show(expected), got)
	}
	return jsonmatch.Subset("body", expected, actual)
}

func (r *runner) save(paths map[string]string, body []byte) error {
	if len(paths) == 0 {
		return nil
	}
	v, err := jsonmatch.Decode(body)
	if err != nil {
		return errors.New("save: the answer is not JSON")
	}
	for _, name := range slices.Sorted(maps.Keys(paths)) {
		found, err := pick(v, paths[name])
		if err != nil {
			return fmt.Errorf("save %s: %s: %w", name, paths[name], err)
		}
		r.values[name] = found
	}
	return nil
}

// pick returns the text or number at a path such as results.0.id.
func pick(v any, path string) (string, error) {
	v, err := jsonmatch.At(v, path)
	if err != nil {
		return "", err
	}
	switch v := v.(type) {
	case string:
		return v, nil
	case json.Number:
		return v.String(), nil
	}
	return "", fmt.Errorf("want a text or number, got %s", jsonmatch.Show(v))
}
