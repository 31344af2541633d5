package contracttests_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cariqamock/contracttests"
	"cariqamock/contracttests/internal/faketest"
)

// TestWatch has two users, and writes that reach less or more than what they are
// about.
func TestWatch(t *testing.T) {
	const ann, bob = "11111111-0000-4000-8000-000000000001", "11111111-0000-4000-8000-000000000002"
	email := func(to string) map[string]any { return map[string]any{"user " + ann + " /email": to} }
	for name, tt := range map[string]struct {
		after map[string]string // emails by user, after the write; "" if deleted
		rows  []string          // what the search has then
		want  map[string]any
		fails []string
	}{
		"as wanted":            {map[string]string{ann: "b@x", bob: "a@x"}, []string{ann, bob}, email("b@x"), nil},
		"not done":             {map[string]string{ann: "a@x", bob: "a@x"}, []string{ann, bob}, email("b@x"), []string{"users_retrieve body /email comparison"}},
		"another one, too":     {map[string]string{ann: "b@x", bob: "b@x"}, []string{ann, bob}, email("b@x"), []string{"users_retrieve body /email comparison"}},
		"another one is gone":  {map[string]string{ann: "b@x", bob: ""}, []string{ann}, email("b@x"), []string{"users_list body /results/* comparison", "users_retrieve status status"}},
		"order changes":        {map[string]string{ann: "b@x", bob: "a@x"}, []string{bob, ann}, email("b@x"), []string{"users_list body /results/* comparison"}},
		"anything may change":  {map[string]string{ann: "b@x", bob: "a@x"}, []string{ann, bob}, map[string]any{"user " + ann + "*": nil}, nil},
		"a search forgets one": {map[string]string{ann: "b@x", bob: "a@x"}, []string{ann}, email("b@x"), []string{"users_list body /results/* comparison"}},
	} {
		t.Run(name, func(t *testing.T) {
			now, rows := map[string]string{ann: "a@x", bob: "a@x"}, []string{ann, bob}
			user := func(id string) string {
				return `{"id":"` + id + `","email":"` + now[id] + `","locale":"en","custom_properties":null}`
			}
			target := answering(func(r *http.Request) faketest.Reply {
				path := strings.TrimPrefix(r.URL.Path, "/api/v1/users/")
				id, rest, _ := strings.Cut(path, "/")
				switch {
				case r.Method == http.MethodPatch:
					now, rows = tt.after, tt.rows
					return faketest.Reply{Status: 200, Body: user(id)}
				case path == "":
					var list []string
					for _, each := range rows {
						list = append(list, user(each))
					}
					return faketest.Reply{Status: 200, Body: `{"count":` + string(rune('0'+len(list))) + `,"next":null,"previous":null,"results":[` + strings.Join(list, ",") + `]}`}
				case now[id] == "":
					return faketest.Reply{Status: 404, Body: `{"detail":"Not found."}`}
				case rest == "":
					return faketest.Reply{Status: 200, Body: user(id)}
				case rest == "billing-details/":
					return faketest.Reply{Status: 200, Body: `{"country":null,"city":null,"tax_id":null,"account_type":"personal","company_name":null,"vat_id":null,"line1":null,"postal_code":null,"first_name":null,"last_name":null}`}
				}
				return faketest.Reply{Status: 200, Body: noUsers}
			})
			run := contracttests.Execute(t.Context(), target, []contracttests.Case{simple("a/b", false, func(a *contracttests.API) {
				w := a.Watch("x", ann, bob)
				a.Patch("/users/"+ann+"/", map[string]any{"email": "b@x"})
				w.Changed(tt.want)
			})}, contracttests.Options{NoRetry: true})
			var fails []string
			for _, f := range run.Results[0].Failures {
				if text := f.Operation + " " + f.Place + " " + string(f.Kind); len(fails) == 0 || fails[len(fails)-1] != text {
					fails = append(fails, text)
				}
			}
			if diff := cmp.Diff(tt.fails, sorted(fails)); diff != "" {
				t.Errorf("failures (-want +got):\n%s\n%q", diff, run.Results[0].Messages)
			}
		})
	}
}

// TestComparisonsHaveTwoSides checks that a failed comparison names both calls, and
// where the id in the call comes from, although only the last one is compared.
func TestComparisonsHaveTwoSides(t *testing.T) {
	const id = "11111111-0000-4000-8000-000000000001"
	target := answering(func(r *http.Request) faketest.Reply {
		email := "listed@example.org"
		if strings.Contains(r.URL.Path, id) {
			return faketest.Reply{Status: 200, Body: `{"id":"` + id + `","email":"single@example.org","locale":"en","custom_properties":null}`}
		}
		return faketest.Reply{Status: 200, Body: `{"count":1,"next":null,"previous":null,"results":[{"id":"` + id + `","email":"` + email + `","locale":"en","custom_properties":null}]}`}
	})
	run := contracttests.Execute(t.Context(), target, []contracttests.Case{simple("a/b", false, func(a *contracttests.API) {
		listed := contracttests.Into[contracttests.Page[contracttests.User]](a, a.Get("/users/")).Results[0]
		a.Equal("the user", *listed.Email, *contracttests.Into[contracttests.User](a, a.Get("/users/"+listed.ID+"/")).Email)
	})}, contracttests.Options{NoRetry: true})
	f := run.Results[0].Failures[0]
	got := []any{f.Operation, f.Kind, f.Against, len(f.From)}
	if diff := cmp.Diff([]any{"users_retrieve", contracttests.KindComparison, []string{"users_list"}, 1}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func sorted(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}

// TestWatchOnce has a refused write change a user for good: the repeated case finds
// nothing changed, and all the same the contract is broken. What is not so when it is
// read again may have been an accident.
func TestWatchOnce(t *testing.T) {
	const id = "11111111-0000-4000-8000-000000000001"
	for lasts, want := range map[bool]contracttests.Status{true: contracttests.Fail, false: contracttests.Inconclusive} {
		email, reads := "a@x", 0
		target := answering(func(r *http.Request) faketest.Reply {
			user := `{"id":"` + id + `","email":"` + email + `","locale":"en","custom_properties":null}`
			switch path := strings.TrimPrefix(r.URL.Path, "/api/v1/users/"); {
			case r.Method == http.MethodPatch:
				email = "b@x"
				return faketest.Reply{Status: 403, Body: `{"detail":"Invalid token."}`}
			case path == "":
				return faketest.Reply{Status: 200, Body: `{"count":1,"next":null,"previous":null,"results":[` + user + `]}`}
			case path == id+"/":
				if reads++; reads == 2 && !lasts {
					email = "a@x"
				}
				return faketest.Reply{Status: 200, Body: user}
			case strings.HasSuffix(path, "billing-details/"):
				return faketest.Reply{Status: 200, Body: `{"country":null,"city":null,"tax_id":null,"account_type":"personal","company_name":null,"vat_id":null,"line1":null,"postal_code":null,"first_name":null,"last_name":null}`}
			}
			return faketest.Reply{Status: 200, Body: noUsers}
		})
		tries := 0
		run := contracttests.Execute(t.Context(), target, []contracttests.Case{simple("a/b", false, func(a *contracttests.API) {
			w := a.Watch("x", id)
			if tries++; tries == 1 {
				a.Patch("/users/"+id+"/", map[string]any{"email": "b@x"})
			}
			w.Changed(nil)
		})}, contracttests.Options{})
		if got := run.Results[0].Status; got != want || tries != 2 {
			t.Errorf("lasts %t: %s after %d tries, want %s: %q", lasts, got, tries, want, run.Results[0].Messages)
		}
	}
}
