package scenario

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"cariqamock/mockserver/internal/journal"
)

// ErrNoStep is the error of a recorded call that no step can make.
var ErrNoStep = errors.New("no step of a scenario can make this call")

func noStep(why string) error { return fmt.Errorf("%w: %s", ErrNoStep, why) }

// WriteStep writes a recorded call as one item of a scenario's try steps, with
// the status that it got and the rule that refused. {user} stands for the
// user who was the first at the time. It fails with ErrNoStep.
func WriteStep(sent journal.Sent) ([]byte, error) {
	s, err := stepOf(sent)
	if err != nil {
		return nil, err
	}
	w := &writer{}
	if hidden := s.hidden(); len(hidden) > 0 {
		w.WriteString("# [redacted] and stars stand for what the journal does not show, in " + strings.Join(hidden, ", ") + ".\n" +
			"# A secret that an earlier step has saved under a name is written {name} here.\n")
	}
	w.items("", reflect.ValueOf([]Step{s}))
	// Whoever asks wants a step that can be read again, as the same call.
	file := "name: step\ntitle: A step\nusers: [{id: " + stepUser + "}]\ntry:\n" + w.String()
	again, err := Parse("step.yaml", []byte(file), Known{})
	if err != nil || !reflect.DeepEqual(again.Steps[0], s) {
		return nil, noStep("what it says cannot be written in YAML")
	}
	return w.Bytes(), nil
}

// stepUser is a user for the step to refer to while it is checked.
const stepUser = "9405cf8c-8375-4373-b4d3-b61f9a0c01eb"

func stepOf(sent journal.Sent) (Step, error) {
	user := sent.First
	s := Step{Want: &Want{Status: sent.Status, Rule: sent.Rule}}
	var err error
	if s.Call, err = callOf(sent, user); err != nil {
		return Step{}, err
	}
	if err := s.takeBody(sent, user); err != nil {
		return Step{}, err
	}
	header := func(name, value string) {
		if s.Headers == nil {
			s.Headers = map[string]string{}
		}
		s.Headers[name] = value
	}
	if media, _, _ := strings.Cut(sent.ContentType, ";"); s.JSON != nil && strings.TrimSpace(media) != "application/json" {
		header("Content-Type", sent.ContentType)
	}
	if sent.Prefer != "" {
		header("Prefer", sent.Prefer)
	}
	if sent.Status == http.StatusNotAcceptable {
		header("Accept", sent.Accept)
	}
	for _, v := range s.Headers {
		if refersTo(v) {
			return Step{}, noStep("a header has a name in braces, which a step would take for a variable")
		}
	}
	return s, nil
}

func callOf(sent journal.Sent, user string) (string, error) {
	path := sent.Path
	if !strings.HasPrefix(path, stripePrefix) {
		below, ok := strings.CutPrefix(path, apiPrefix+"/")
		if path = "/" + below; !ok || strings.HasPrefix(path, stripePrefix) || strings.HasPrefix(path, adminPrefix) {
			return "", noStep("it is neither of the vendor's API nor of Stripe's")
		}
	}
	switch {
	case !slices.Contains(methods(), sent.Method):
		return "", noStep("its method is " + sent.Method)
	case sent.Status < 100:
		return "", noStep("it got no answer")
	case sent.Status == http.StatusUnauthorized:
		return "", noStep("its key was missing or refused, and steps have a good one")
	case sent.Secret && strings.HasPrefix(path, stripePrefix):
		return "", noStep("it was made with a secret key, and steps have a publishable one")
	}
	target := journal.Sent{Path: path}.Target()
	if user != "" {
		target = strings.ReplaceAll(target, user, "{"+varUser+"}")
	}
	if sent.Query != "" {
		target += "?" + strings.NewReplacer("{", "%7B", "}", "%7D").Replace(sent.Query)
	}
	return sent.Method + " " + target, nil
}

// takeBody says the body as JSON or as a form.
func (s *Step) takeBody(sent journal.Sent, user string) error {
	switch {
	case sent.Cut:
		return noStep("the journal has kept only the beginning of its body")
	case sent.Binary:
		return noStep("its body is no text")
	case sent.Fields != nil:
		s.Form = map[string]any{}
		for name, values := range sent.Fields {
			if len(values) != 1 {
				return noStep("its form has " + Quote(name) + " more than once")
			}
			s.Form[name] = values[0]
		}
	case sent.Body != "":
		v, err := DecodeJSON([]byte(sent.Body))
		if err != nil || v == nil || !json.Valid([]byte(sent.Body)) {
			return noStep("its body is neither JSON nor a form")
		}
		s.JSON = v
	}
	var err error
	if s.JSON, err = withVariable(s.JSON, user); err != nil {
		return err
	}
	for name, v := range s.Form {
		if s.Form[name], err = withVariable(v, user); err != nil {
			return err
		}
	}
	return nil
}

// withVariable writes {user} for a user's id in the texts of a value.
func withVariable(v any, user string) (any, error) {
	return mapTexts(v, func(text string) (string, error) {
		if refersTo(text) {
			return "", noStep("its body has a name in braces, which a step would take for a variable")
		}
		if user == "" {
			return text, nil
		}
		return strings.ReplaceAll(text, user, "{"+varUser+"}"), nil
	})
}

// refersTo says whether a text has what expand would replace.
func refersTo(text string) bool {
	found := false
	_, _ = expand(text, func(string) (string, bool) { // it knows every name
		found = true
		return "", true
	})
	return found
}

// hidden lists where the step has what the journal does not show.
func (s Step) hidden() []string {
	var out []string
	if journal.Redacted(s.Call) {
		out = append(out, "call")
	}
	var walk func(path string, v any)
	walk = func(path string, v any) {
		switch v := v.(type) {
		case string:
			if journal.Redacted(v) {
				out = append(out, path)
			}
		case []any:
			for i, e := range v {
				walk(fmt.Sprintf("%s[%d]", path, i), e)
			}
		case map[string]any:
			for _, k := range slices.Sorted(maps.Keys(v)) {
				walk(join(path, k), v[k])
			}
		}
	}
	walk("json", s.JSON)
	walk("form", s.Form)
	for _, name := range slices.Sorted(maps.Keys(s.Headers)) {
		walk(join("headers", name), s.Headers[name])
	}
	for i := range out { // they have names that strangers choose
		out[i] = strings.TrimPrefix(strings.TrimSuffix(fmt.Sprintf("%q", out[i]), `"`), `"`)
	}
	return out
}
