package scenario

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

const (
	ruleHeader = "X-Cariqa-Mock-Rule"
	maxAnswer  = 8 << 20
)

// A Result is what became of one step.
type Result struct {
	Step int    // from 1
	What string // the call as the file writes it, and what it got
	Err  error  // nil: as wanted
}

// Try runs a scenario's steps one after the other and stops at the first that
// fails. base is the server's origin and token a mock. token, which is also
// the id of its world; rt may add what an administrator's token needs.
func Try(ctx context.Context, s *Scenario, rt http.RoundTripper, base, token string) []Result {
	r := &runner{rt: rt, base: strings.TrimSuffix(base, "/"), token: token, saved: map[string]string{varWorld: token}}
	if len(s.file.Users) > 0 {
		r.saved[varUser] = string(s.file.Users[0].ID)
	}
	var results []Result
	for i, step := range s.Steps {
		what, err := r.step(ctx, step)
		results = append(results, Result{Step: i + 1, What: what, Err: err})
		if err != nil {
			break
		}
	}
	return results
}

type runner struct {
	rt          http.RoundTripper
	base, token string
	saved       map[string]string
}

// value gives what {name} stands for.
func (r *runner) value(name string) (string, bool) {
	secret, intent := strings.CutSuffix(name, intentSuffix)
	v, known := r.saved[secret]
	if intent {
		v, _, _ = strings.Cut(v, "_secret_")
	}
	return v, known
}

func (r *runner) step(ctx context.Context, s Step) (what string, err error) {
	if s.Advance != nil {
		return r.advance(ctx, s)
	}
	req, err := s.request(ctx, r.base, r.token, r.value)
	if err != nil {
		return s.Call, err
	}
	res, body, err := r.send(req)
	if err != nil {
		return s.Call, err
	}
	what = fmt.Sprintf("%s -> %d", s.Call, res.StatusCode)
	if rule := res.Header.Get(ruleHeader); rule != "" {
		what += " " + rule
	}
	if err := r.judge(s.Want, res, body); err != nil {
		return what, err
	}
	return what, r.save(s.Save, body)
}

func (r *runner) advance(ctx context.Context, s Step) (string, error) {
	what := "advance " + s.Advance.String()
	step := Step{
		Call: "PUT " + adminPrefix + "worlds/{world}/clock",
		JSON: map[string]any{"advance": s.Advance.String()},
	}
	req, err := step.request(ctx, r.base, r.token, r.value)
	if err != nil {
		return what, err
	}
	res, body, err := r.send(req)
	if err == nil {
		err = r.judge(&Want{Status: http.StatusOK}, res, body)
	}
	return what, err
}

func (r *runner) send(req *http.Request) (*http.Response, []byte, error) {
	res, err := r.rt.RoundTrip(req)
	if err != nil {
		return nil, nil, fmt.Errorf("no answer: %w", err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil {
		return nil, nil, fmt.Errorf("the answer broke off: %w", err)
	}
	return res, body, nil
}

func (r *runner) judge(want *Want, res *http.Response, body []byte) error {
	got := show(json.RawMessage(body))
	if !json.Valid(body) {
		got = show(string(body))
	}
	if res.StatusCode != want.Status {
		return fmt.Errorf("status: want %d, got %d: %s", want.Status, res.StatusCode, got)
	}
	if rule := res.Header.Get(ruleHeader); want.Rule != "" && rule != want.Rule {
		return fmt.Errorf("rule: want %s, got %s: %s", want.Rule, shorten(rule), got)
	}
	for _, key := range slices.Sorted(maps.Keys(want.Headers)) {
		if v := res.Header.Get(key); v != want.Headers[key] {
			return fmt.Errorf("header %s: want %q, got %q", key, want.Headers[key], v)
		}
	}
	if want.Body == nil {
		return nil
	}
	expected, err := expandAll(want.Body, r.value)
	if err != nil {
		return err
	}
	actual, err := decodeJSON(body)
	if err != nil {
		return fmt.Errorf("body: want %s, got %s", show(expected), got)
	}
	return subset("body", expected, actual)
}

func decodeJSON(body []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var v any
	err := d.Decode(&v)
	return v, err
}

func (r *runner) save(paths map[string]string, body []byte) error {
	if len(paths) == 0 {
		return nil
	}
	v, err := decodeJSON(body)
	if err != nil {
		return errors.New("save: the answer is no JSON")
	}
	for _, name := range slices.Sorted(maps.Keys(paths)) {
		found, err := pick(v, paths[name])
		if err != nil {
			return fmt.Errorf("save %s: %s: %w", name, paths[name], err)
		}
		r.saved[name] = found
	}
	return nil
}

// pick finds the text or number at a path such as results.0.id.
func pick(v any, path string) (string, error) {
	for key := range strings.SplitSeq(path, ".") {
		switch at := v.(type) {
		case map[string]any:
			next, has := at[key]
			if !has {
				return "", fmt.Errorf("no key %s in %s", key, show(at))
			}
			v = next
		case []any:
			i, err := strconv.Atoi(key)
			if err != nil || i < 0 || i >= len(at) {
				return "", fmt.Errorf("no element %s in a list of %d", key, len(at))
			}
			v = at[i]
		default:
			return "", fmt.Errorf("no %s in %s", key, show(v))
		}
	}
	switch v := v.(type) {
	case string:
		return v, nil
	case json.Number:
		return v.String(), nil
	}
	return "", fmt.Errorf("want a text or number, got %s", show(v))
}
