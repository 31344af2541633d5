package cases

import (
	"testing"

	contract "cariqamock/contracttests"
	"cariqamock/contracttests/internal/faketest"
	"cariqamock/mockserver"
)

func TestRefusalsNameRealRules(t *testing.T) {
	for id, r := range refusals() {
		if _, ok := mockserver.DefaultRules().ByID(id); !ok {
			t.Errorf("refusals.yaml has the rule %s, which does not exist", id)
		}
		if r.Status < 400 {
			t.Errorf("%s: %d is not the status of a refusal", id, r.Status)
		}
	}
}

func TestRefusedCalls(t *testing.T) {
	const badMail = `PATCH /users/{user}/ {"email":"x"}`
	for name, tt := range map[string]struct {
		calls refusedCalls
		want  contract.Status
	}{
		"refused":           {refusedCalls{Calls: map[string][]string{"request/invalid": {badMail}}, Unchanged: []string{"/users/{user}/"}}, contract.Pass},
		"no such object":    {refusedCalls{Calls: map[string][]string{"request/not-found": {"DELETE /users/{unknown}/"}}}, contract.Pass},
		"a form":            {refusedCalls{Calls: map[string][]string{"request/invalid": {"PATCH /users/{user}/ locale=fr"}}}, contract.Pass},
		"accepted":          {refusedCalls{Calls: map[string][]string{"request/invalid": {`PATCH /users/{user}/ {}`}}}, contract.Fail},
		"by another rule":   {refusedCalls{Calls: map[string][]string{"request/not-found": {badMail}}}, contract.Fail},
		"changed meanwhile": {refusedCalls{Calls: map[string][]string{"request/invalid": {badMail}}, Unchanged: []string{"/users/"}}, contract.Fail},
		"given is refused":  {refusedCalls{Given: []string{badMail}}, contract.Fail},
	} {
		c := contract.Case{ID: "test/" + name, Run: tt.calls.run}
		run := contract.Execute(t.Context(), faketest.Target(t, nil), []contract.Case{c}, contract.Options{NoRetry: true})
		if r := run.Results[0]; r.Status != tt.want {
			t.Errorf("%s: wanted %s, got %s: %q", name, tt.want, r.Status, r.Messages)
		}
	}
}
