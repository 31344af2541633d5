package compare

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cariqamock/contracttests"
)

func TestWriteText(t *testing.T) {
	x := &contracttests.Exchange{Method: "GET", URL: "http://h/api/v1/users/?a=1&b=<2>", Status: 200, Answer: `{"a":"<b>"}`}
	c := Comparison{
		A: contracttests.Run{Target: "fake", Base: "http://h/api/v1", Build: "v1"},
		B: contracttests.Run{Target: "dev", Base: "https://d/api/v1", Dead: "it is down", Leftovers: []string{"user 1", "user 2"}},
		Disagreements: []Disagreement{
			{Verdict: FakeWrong, Operation: "users_list", Place: "body /a", Text: "A & B", Because: "it is so", Case: "users/list", Count: 3, A: x, B: x},
			{Verdict: SpecSilent, Place: "case users/x", Text: "t", Case: "users/x", Count: 1},
		},
		Cases: 2, Exchanges: 1, Alone: []string{"users/y: A has no clock"},
	}
	for name, tt := range map[string]struct {
		comparison Comparison
		want       string
	}{
		"all": {c, `A  fake  http://h/api/v1  cariqa-mock v1
B  dev  https://d/api/v1
  cannot be used: it is down
  left behind: user 1
  left behind: user 2

fake wrong  users_list  body /a
  A & B
  because: it is so
  seen 3 times, first in users/list
  A: GET http://h/api/v1/users/?a=1&b=<2> -> 200 {"a":"<b>"}
  B: GET http://h/api/v1/users/?a=1&b=<2> -> 200 {"a":"<b>"}

spec silent  case users/x
  t
  seen once in users/x

2 disagreements: 1 fake wrong, 1 spec silent
compared 1 exchange of 2 cases; 1 not applicable on one side
`},
		"none": {Comparison{A: c.A, B: c.A, Cases: 1, Exchanges: 2}, `A  fake  http://h/api/v1  cariqa-mock v1
B  fake  http://h/api/v1  cariqa-mock v1

0 disagreements
compared 2 exchanges of 1 case; 0 not applicable on one side
`},
	} {
		var b strings.Builder
		if err := tt.comparison.WriteText(&b); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tt.want, b.String()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	if err := c.WriteText(full{}); err == nil {
		t.Error("a full disk is no error")
	}
}

// full is a disk without room.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left") }
