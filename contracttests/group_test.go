package contracttests

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestGroups groups failures that are written as "case operation place kind", with
// > and the operation of an answer that it is compared with, or < and the one that
// handed out its id.
func TestGroups(t *testing.T) {
	for name, tt := range map[string]struct {
		failures []string
		want     []string // operation, place, kind; cases + counted under it
	}{
		"none": {nil, nil},
		"one":  {[]string{"a users_list status status"}, []string{"users_list status status; a + 0"}},
		"the same in two cases": {
			[]string{"a users_list status status", "b users_list status status"}, []string{"users_list status status; a b + 1"},
		},
		"shape before the value": {
			[]string{"a users_list /count value", "b users_list /count shape"}, []string{"users_list body/count shape; b a + 1"},
		},
		"within the place": {
			[]string{"a users_list /results/*/email shape", "b users_list /results shape"}, []string{"users_list body/results/*/email shape; a b + 1"},
		},
		"another place": {
			[]string{"a users_list /count value", "b users_list /next value"}, []string{"users_list body/count value; a + 0", "users_list body/next value; b + 0"},
		},
		"another operation": {
			[]string{"a users_list status status", "b users_retrieve status status"}, []string{"users_list status status; a + 0", "users_retrieve status status; b + 0"},
		},
		"the same object": {
			[]string{"a users_charging_sessions_retrieve /rates value", "b users_charging_sessions_list /results/*/rates value"},
			[]string{"users_charging_sessions_retrieve body/rates value; a b + 1"},
		},
		"what follows in the case": {
			[]string{"a users_list /count shape", "a users_retrieve status status"}, []string{"users_list body/count shape; a + 1"},
		},
		"compared with it": {
			[]string{"a users_list /count value", "b users_retrieve /id comparison > users_list"}, []string{"users_list body/count value; a b + 1"},
		},
		"the status before what it declares": {
			[]string{"a users_list /count shape", "a users_list status status"}, []string{"users_list status status; a + 1"},
		},
		"what the list has, before its count": {
			[]string{"a users_list /results/*/email shape", "b users_list /count value"}, []string{"users_list body/results/*/email shape; a b + 1"},
		},
		"an id that is refused, and who handed it out": {
			[]string{"a users_retrieve status status < users_create", "b users_create /id value"}, []string{"users_retrieve status status; a b + 1"},
		},
		"an id that only some calls are refused for": {
			[]string{"a users_retrieve status status < users_create", "b users_create /id value", "c users_retrieve status status"},
			[]string{"users_retrieve status status; a c + 1", "users_create body/id value; b + 0"},
		},
		"most cases first": {
			[]string{"a users_list /count value", "b users_create /id value", "c users_create /id value"},
			[]string{"users_create body/id value; b c + 1", "users_list body/count value; a + 0"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			var run Run
			for _, text := range tt.failures {
				w := strings.Fields(text)
				if n := len(run.Results); n == 0 || run.Results[n-1].Case != w[0] {
					run.Results = append(run.Results, Result{Case: w[0], Status: Fail, Exchanges: []Exchange{{Operation: w[1]}}})
				}
				r := &run.Results[len(run.Results)-1]
				f := Failure{Operation: w[1], Place: strings.Replace(w[2], "/", "body /", 1), Kind: FailureKind(w[3]), About: []int{0}}
				if len(w) > 4 && w[4] == "<" {
					f.With = w[5]
				} else if len(w) > 4 {
					r.Exchanges = append(r.Exchanges, Exchange{Operation: w[5]})
					f.About = append(f.About, 1)
				}
				r.Failures = append(r.Failures, f)
			}
			var got []string
			for _, g := range run.Groups() {
				under := 0
				for _, u := range g.Under {
					under += u.Times
				}
				got = append(got, fmt.Sprintf("%s %s %s; %s + %d", g.Operation, strings.ReplaceAll(g.Place, " ", ""), g.Kind, strings.Join(g.Cases, " "), under))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
