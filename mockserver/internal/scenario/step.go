package scenario

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"cariqamock/mockserver/internal/jsonmatch"
	"cariqamock/mockserver/internal/wire"
)

// ErrNoStep is the error for a recorded call that no step can repeat.
var ErrNoStep = errors.New("no step of a scenario can make this call")

func noStep(why string) error { return fmt.Errorf("%w: %s", ErrNoStep, why) }

// A Recorded call is one that was made, with secrets redacted.
type Recorded struct {
	Method, Path, Query         string // the path and the query encoded, as sent
	ContentType, Accept, Prefer string
	SecretKey                   bool   // it was made with a secret key of Stripe
	User                        string // the id of the user who was the first at the time, or ""

	Body   string              // as text, unless it is a multipart form
	Fields map[string][]string // of a form; nil if the body is not a form
	Binary bool                // the body is not text
	Cut    bool                // the body is incomplete

	Status int    // of the answer; 0 if there was none
	Rule   string // that refused the call

	Redacted func(text string) bool // reports whether something was taken out of a text
}

// WriteStep writes a recorded call as one item of a scenario's try steps, with
// the status that it got and the rule that refused it. {user} stands for its
// User. The error is ErrNoStep.
func WriteStep(r Recorded) ([]byte, error) {
	s, err := r.step()
	if err != nil {
		return nil, err
	}
	w := &writer{}
	if redacted := s.redacted(r.Redacted); len(redacted) > 0 {
		w.WriteString("# [redacted] and stars stand for what the journal does not show, in " + strings.Join(redacted, ", ") + ".\n" +
			"# A secret that an earlier step has saved under a name is written {name} here.\n")
	}
	w.items("", reflect.ValueOf([]Step{s}))
	// A step that does not make the same call again is of no use.
	file := "name: step\ntitle: A step\nusers: [{id: " + stepUser + "}]\ntry:\n" + w.String()
	again, err := Parse("step.yaml", []byte(file), Known{})
	if err != nil || !reflect.DeepEqual(again.Steps[0], s) {
		return nil, noStep("its values cannot be written in YAML")
	}
	return w.Bytes(), nil
}

// stepUser is the user that a step can refer to while it is checked.
const stepUser = "9405cf8c-8375-4373-b4d3-b61f9a0c01eb"

func (r Recorded) step() (Step, error) {
	call, err := r.call()
	if err != nil {
		return Step{}, err
	}
	s := Step{Call: call, Want: &Want{Status: r.Status, Rule: r.Rule}}
	if s.JSON, s.Form, err = r.body(); err != nil {
		return Step{}, err
	}
	headers := map[string]string{}
	if media, _, _ := strings.Cut(r.ContentType, ";"); s.JSON != nil && strings.TrimSpace(media) != "application/json" {
		headers["Content-Type"] = r.ContentType
	}
	if r.Prefer != "" {
		headers["Prefer"] = r.Prefer
	}
	if r.Status == http.StatusNotAcceptable {
		headers["Accept"] = r.Accept
	}
	for _, v := range headers {
		if variable.MatchString(v) {
			return Step{}, noStep("a header has a name in braces, which a step would take for a variable")
		}
	}
	if len(headers) > 0 {
		s.Headers = headers
	}
	return s, nil
}

func (r Recorded) call() (string, error) {
	path := r.Path
	if !strings.HasPrefix(path, stripePrefix) {
		below, ok := strings.CutPrefix(path, apiPrefix+"/")
		if path = "/" + below; !ok || strings.HasPrefix(path, stripePrefix) || strings.HasPrefix(path, adminPrefix) {
			return "", noStep("it is neither of the vendor's API nor of Stripe's")
		}
	}
	switch {
	case !slices.Contains(wire.Methods, r.Method):
		return "", noStep("its method is " + r.Method)
	case r.Status < 100:
		return "", noStep("it got no answer")
	case r.Status == http.StatusUnauthorized:
		return "", noStep("its key was missing or refused, and steps have a valid one")
	case r.SecretKey && strings.HasPrefix(path, stripePrefix):
		return "", noStep("it was made with a secret key, and steps have a publishable one")
	}
	if r.User != "" {
		path = strings.ReplaceAll(path, r.User, "{"+varUser+"}")
	}
	if r.Query != "" {
		path += "?" + strings.NewReplacer("{", "%7B", "}", "%7D").Replace(r.Query)
	}
	return r.Method + " " + path, nil
}

// body returns the body as JSON or as a form.
func (r Recorded) body() (body any, form map[string]any, err error) {
	switch {
	case r.Cut:
		return nil, nil, noStep("the journal has only the beginning of its body")
	case r.Binary:
		return nil, nil, noStep("its body is not text")
	case r.Fields != nil:
		form = map[string]any{}
		for name, values := range r.Fields {
			if len(values) != 1 {
				return nil, nil, noStep("its form has " + Quote(name) + " more than once")
			}
			if form[name], err = withVariable(values[0], r.User); err != nil {
				return nil, nil, err
			}
		}
		return nil, form, nil
	case r.Body != "":
		v, err := jsonmatch.Decode([]byte(r.Body))
		if err != nil || v == nil || !json.Valid([]byte(r.Body)) {
			return nil, nil, noStep("its body is neither JSON nor a form")
		}
		body, err = withVariable(v, r.User)
		return body, nil, err
	}
	return nil, nil, nil
}

// withVariable writes {user} for a user's id in the texts of a value.
func withVariable(v any, user string) (any, error) {
	return mapTexts(v, func(text string) (string, error) {
		if variable.MatchString(text) {
			return "", noStep("its body has a name in braces, which a step would take for a variable")
		}
		if user == "" {
			return text, nil
		}
		return strings.ReplaceAll(text, user, "{"+varUser+"}"), nil
	})
}

// redacted lists the places of the step from which something was taken out.
func (s Step) redacted(was func(text string) bool) []string {
	var out []string
	s.eachText(func(path, text string) {
		if was(text) {
			quoted := strconv.Quote(path) // clients choose the names in it
			out = append(out, quoted[1:len(quoted)-1])
		}
	})
	return out
}
