package lockstep_test

import (
	"bytes"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"cariqamock/contracttests"
	"cariqamock/contracttests/lockstep"
)

// TestWhole has calls go wrong now and then, as the suite looks at its own: seldom is
// news, often fails the calls as a whole where a source promises better. Each is one
// line, with counts by operation.
func TestWhole(t *testing.T) {
	lie := func(c *lockstep.Call) {
		other := map[bool]string{false: `"locale":"en"`, true: `"locale":"de"`}[bytes.Contains(c.Answer, []byte(`"locale":"en"`))]
		c.Answer = regexp.MustCompile(`"locale":"\w+"`).ReplaceAll(c.Answer, []byte(other))
	}
	for _, test := range []struct {
		name    string
		wrong   func(*lockstep.Call)
		text    string // of the line
		title   string // of the news
		fails   string // the result, at three times; "" if it is never more than news
		accused bool   // the lie is named as well, at once
		between string // what is called between two equal calls
	}{
		{"a lie", lie, "users_retrieve %d times", "what fails once fails again", "run/flaky", true, ""},
		{"a lie, and then a change", lie, "", "what fails once fails again", "", true, "PATCH"},
		{"an internal error that is not documented", func(c *lockstep.Call) { c.Status, c.Answer = 500, nil }, "wanted no status that openapi.yaml does not declare, got 500: users_retrieve %d times", "no answer is an undocumented server error", "run/server-errors", true, ""},
		{"no whole answer", func(c *lockstep.Call) { c.Status, c.Answer = 0, nil }, "users_retrieve %d times", "answers are whole", "run/truncated", false, ""},
		{"429 without Retry-After", func(c *lockstep.Call) { c.Status, c.Answer = 429, nil }, "users_retrieve %d times", "429 is sent with Retry-After", "", true, ""},
		{"slower than a second", func(c *lockstep.Call) { c.Ended = c.Began.Add(1200 * time.Millisecond) }, "users_retrieve %d times; the slowest took 1.2s", "answers come within a second", "", false, ""},
		{"a clock that is off", func(c *lockstep.Call) {
			c.Answered.Set("Date", c.Ended.Add(-2*time.Hour).UTC().Format(http.TimeFormat))
		}, "users_retrieve %d times; it is off by -2h0m", "the target's clock is right to a minute", "", false, ""},
	} {
		for _, times := range []int{0, 1, 3} {
			t.Run(fmt.Sprintf("%s/%d", strings.ReplaceAll(test.name, " ", "-"), times), func(t *testing.T) {
				row := []taken{{method: "GET", path: "/", from: 0, to: 5}}
				var first []int // of two equal calls
				for i := range 3 {
					at := 6000 * (i + 1)
					first = append(first, len(row))
					row = append(row, taken{method: "GET", path: "/", from: at, to: at + 5})
					if test.between != "" {
						row = append(row, taken{method: test.between, path: "/", body: english, from: at + 2000, to: at + 2005})
					}
					row = append(row, taken{method: "GET", path: "/", from: at + 4000, to: at + 4005})
				}
				calls := take(t, "default", row)
				for _, i := range first[:times] {
					test.wrong(calls[i])
				}
				groups, run := found(t, calls)
				checkWhole(t, run, test.title, test.text, test.fails, times)
				if want := times > 0 && (test.accused || test.fails != "" && times == 3); (len(groups) > 0) != want || len(groups) > 1 {
					t.Errorf("groups %q, want one: %v", groups, want)
				}
			})
		}
	}
}

// checkWhole checks the line of what went wrong some times: in the news, or, three
// times and promised otherwise, in a result.
func checkWhole(t *testing.T, run contracttests.Run, title, text, fails string, times int) {
	t.Helper()
	line := ""
	for _, n := range run.News {
		if after, ok := strings.CutPrefix(n, title+" does not hold: "); ok {
			line += after
		}
	}
	for _, r := range run.Results {
		if fails != "" && r.Case == fails {
			line += "fails: " + strings.Join(r.Messages, "; ")
		}
	}
	want := ""
	if times > 0 && text != "" {
		want = fmt.Sprintf(text, times)
		if fails != "" && times == 3 {
			want = "fails: " + want
		}
	}
	if !strings.HasPrefix(line, want) || want == "" && line != "" {
		t.Errorf("the line is %q, want %q", line, want)
	}
}

// TestRecordedTwice has a file hold every call twice. They are counted once, but a call
// that was made twice is not.
func TestRecordedTwice(t *testing.T) {
	row := []taken{
		{method: "GET", path: "/setup-intents/", from: 0, to: 5}, {method: "GET", path: "/payment-methods/", from: 10, to: 15},
		{method: "DELETE", path: "/payment-methods/pm_abc123/", from: 20, to: 25}, {method: "DELETE", path: "/payment-methods/pm_abc123/", from: 30, to: 35},
	}
	calls := take(t, "removable", row)
	var twice []*lockstep.Call
	for _, c := range calls {
		twice = append(twice, new(*c))
	}
	got, run := found(t, append(calls, twice...))
	if len(got) > 0 || run.Requests != len(row) {
		t.Errorf("found %q in %d calls, want nothing in %d", got, run.Requests, len(row))
	}
	row[3].lie = to(http.StatusNoContent, "")
	if got, _ := found(t, take(t, "removable", row)); len(got) != 1 {
		t.Errorf("found %q, want that a method is removed twice", got)
	}
}
