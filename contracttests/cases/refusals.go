package cases

import (
	_ "embed"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"

	contract "cariqamock/contracttests"
)

//go:embed refusals.yaml
var refusalsYAML []byte

// A refusal is what a rule answers.
type refusal struct {
	Status          int
	Type            string
	Detail, Details string // "" if not published
	Secret          bool   // it has a payment intent's secret
}

var refusals = sync.OnceValue(func() map[string]refusal {
	out := map[string]refusal{}
	if err := yaml.UnmarshalWithOptions(refusalsYAML, &out, yaml.Strict()); err != nil {
		panic(err) // the file is part of the program, and a test reads it
	}
	return out
})

// refused fails and ends the case unless an answer is the refusal of a rule, with
// its status, error.type and texts, and without a needless client secret.
func refused(a *contract.API, answer *contract.Answer, rule string) contract.APIError {
	want, ok := refusals()[rule]
	if !ok {
		panic("refusals.yaml has no " + rule)
	}
	p := a.Refused(answer, want.Status, want.Type)
	a.RuleIs(answer, rule)
	if want.Detail != "" {
		a.Equal("detail", want.Detail, p.Detail)
	}
	if p.Error != nil {
		a.True(is("not blank", p.Error.Details), "error.details is blank: %s", answer)
		if want.Details != "" {
			a.Equal("error.details", want.Details, p.Error.Details)
		}
	}
	if !want.Secret {
		a.True(!strings.Contains(string(answer.Body), "client_secret"), "needless client secret: %s", answer)
	}
	return p
}

// notFound is refused for objects that do not exist or are another user's.
func notFound(a *contract.API, answers ...*contract.Answer) {
	for _, answer := range answers {
		refused(a, answer, "request/not-found")
	}
}

// invalid is refused for invalid input.
func invalid(a *contract.API, answer *contract.Answer) { refused(a, answer, "request/invalid") }

// refusedCalls is a case that needs no function: calls that rules refuse and
// that change nothing. In a call, such as PATCH /users/{user}/ {"locale":"fr"},
// {user} is a new user, and {unknown} each of several ids that do not exist.
type refusedCalls struct {
	Given     []string            // calls that succeed first
	Calls     map[string][]string // by rule
	Unchanged []string            // paths that read the same before and after
}

func (r refusedCalls) run(a *contract.API) {
	names := strings.NewReplacer("{nobody}", nobody, "{method}", usualMethod, "{unknown method}", unknownMethod,
		"{point}", contract.ProgressPoints()[0], "{251 letters}", filler(251))
	user := "" // not by sync.OnceValue, for which a case that ends there has panicked
	call := func(text string) *contract.Answer {
		if strings.Contains(text, "{user}") {
			if user == "" {
				user = a.NewUser().ID
			}
			text = strings.ReplaceAll(text, "{user}", user)
		}
		method, rest, _ := strings.Cut(names.Replace(text), " ")
		path, raw, _ := strings.Cut(rest, " ")
		var body *contract.Body
		switch {
		case raw == "":
		case strings.IndexAny(raw, `{["`) == 0:
			body = &contract.Body{Raw: raw}
		default:
			body = &contract.Body{Form: raw}
		}
		answer := a.Call(method, path, body)
		if path == "/users/" {
			adopt(a, answer)
		}
		return answer
	}
	read := func(path string) map[string]any {
		return contract.Into[map[string]any](a, a.Want(call("GET "+path), http.StatusOK))
	}
	for _, text := range r.Given {
		a.Want(call(text), http.StatusOK)
	}
	before := map[string]any{}
	for _, path := range r.Unchanged {
		before[path] = read(path)
	}
	for _, rule := range slices.Sorted(maps.Keys(r.Calls)) {
		for _, text := range r.Calls[rule] {
			for _, id := range []string{nobody, "USER_ID", "null"} {
				refused(a, call(strings.ReplaceAll(text, "{unknown}", id)), rule)
				if !strings.Contains(text, "{unknown}") {
					break
				}
			}
		}
	}
	for _, path := range r.Unchanged {
		a.Equal(path+" after refused calls", before[path], any(read(path)))
	}
}
