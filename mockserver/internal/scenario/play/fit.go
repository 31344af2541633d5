package play

import (
	"context"
	"fmt"
	"net/http"
	"reflect"
	"strings"

	"cariqamock/mockserver/internal/jsonmatch"
	"cariqamock/mockserver/internal/scenario"
)

// A Fitted are steps that were made, and as much of their wants as holds.
type Fitted struct {
	Steps []scenario.Step
	// Wrong is why the step after these cannot be made so that its status and its
	// rule are those that it wants; nil if there is none.
	Wrong error
}

// Fit runs a scenario's steps as Try does, and goes on after an answer of which
// only the body is another one. Of calls of the admin API any success will do.
func Fit(ctx context.Context, s *scenario.Scenario, rt http.RoundTripper, base, token string) Fitted {
	r := &runner{rt: rt, base: strings.TrimSuffix(base, "/"), token: token, values: s.Values(token)}
	var out Fitted
	for _, step := range s.Steps {
		if step.Advance != nil {
			_, out.Wrong = r.step(ctx, step)
		} else {
			step, out.Wrong = r.fit(ctx, step)
		}
		if out.Wrong != nil {
			return out
		}
		out.Steps = append(out.Steps, step)
	}
	return out
}

// fit makes a call and returns it with what holds of its want.
func (r *runner) fit(ctx context.Context, s scenario.Step) (scenario.Step, error) {
	req, err := s.Request(ctx, r.base, r.token, r.values)
	if err != nil {
		return s, err
	}
	res, body, err := r.send(req) //nolint:bodyclose // send has read and closed it
	if err != nil {
		return s, err
	}
	want := *s.Want
	s.Want = &want
	if strings.HasPrefix(req.URL.Path, "/__admin/") && res.StatusCode/100 == 2 {
		want.Status = res.StatusCode
	}
	if err := r.judge(&scenario.Want{Status: want.Status, Rule: want.Rule}, res, body); err != nil {
		return s, err
	}
	if want.Body != nil {
		expected, err := r.values.Expand(want.Body)
		if err != nil {
			return s, fmt.Errorf("body: %w", err)
		}
		actual, err := jsonmatch.Decode(body)
		if want.Body, _ = common(want.Body, expected, actual); err != nil {
			want.Body = nil
		}
	}
	return s, r.save(s.Save, body)
}

// common returns the part of a value that an answer has, too. expected is the value
// with what its names stand for. ok is false if that is nothing.
func common(v, expected, actual any) (out any, ok bool) {
	switch v := v.(type) {
	case map[string]any:
		object, _ := actual.(map[string]any)
		kept := map[string]any{}
		for key := range v {
			if field, ok := object[key]; ok {
				if field, ok := common(v[key], expected.(map[string]any)[key], field); ok {
					kept[key] = field
				}
			}
		}
		return kept, object != nil
	case []any:
		list, _ := actual.([]any)
		if list == nil || len(list) != len(v) {
			return nil, false
		}
		kept := make([]any, len(v))
		for i := range v {
			if kept[i], ok = common(v[i], expected.([]any)[i], list[i]); !ok {
				return nil, false
			}
		}
		return kept, true
	}
	return v, reflect.TypeOf(expected) == reflect.TypeOf(actual) && jsonmatch.Subset("", expected, actual) == nil
}
