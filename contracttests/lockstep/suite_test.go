package lockstep_test

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"cariqamock/contracttests"
	"cariqamock/contracttests/cases"
	"cariqamock/contracttests/internal/faketest"
	"cariqamock/contracttests/lockstep"
	"cariqamock/contracttests/report"
	"cariqamock/mockserver"
)

// judging is a transport whose calls are judged.
type judging struct {
	next http.RoundTripper
	*lockstep.Judge
}

func (j judging) RoundTrip(r *http.Request) (*http.Response, error) {
	c := &lockstep.Call{Method: r.Method, URL: r.URL.String(), Header: r.Header.Clone(), Began: time.Now()}
	if r.GetBody != nil {
		body, err := r.GetBody()
		if err != nil {
			return nil, err
		}
		if c.Body, err = io.ReadAll(body); err != nil {
			return nil, err
		}
	}
	j.Begin(c)
	defer j.End(c)
	res, err := j.next.RoundTrip(r)
	c.Ended = time.Now()
	if err != nil {
		return nil, err
	}
	c.Answer, err = io.ReadAll(res.Body)
	res.Body = io.NopCloser(bytes.NewReader(c.Answer))
	c.Ended = time.Now()
	if err == nil {
		c.Status, c.Answered = res.StatusCode, res.Header
	}
	return res, nil
}

func judge(t testing.TB, target contracttests.Target) *lockstep.Judge {
	t.Helper()
	cfg := mockserver.DefaultConfig()
	cfg.Loopback = true
	fake, err := mockserver.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	j, err := lockstep.New(fake, lockstep.Options{Target: target, Now: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	return j
}

// TestHonest judges the suite's own traffic with two honest fakes.
func TestHonest(t *testing.T) {
	for who, change := range map[string]func(*mockserver.Config){"as-the-judge": nil, "other": other} {
		t.Run(who, func(t *testing.T) {
			t.Parallel()
			target := faketest.Target(t, change)
			j := judge(t, target)
			target.Transport = judging{target.Transport, j}
			run := contracttests.Execute(t.Context(), target, cases.All(), contracttests.Options{NoRetry: true})
			if run.ExitCode() != contracttests.ExitHolds {
				t.Fatalf("the suite: exit code %d", run.ExitCode())
			}
			holds(t, j)
		})
	}
}

func holds(t *testing.T, j *lockstep.Judge) {
	t.Helper()
	got := j.Run()
	if code := got.ExitCode(); code != contracttests.ExitHolds {
		t.Errorf("exit code %d", code)
	}
	var b bytes.Buffer
	if err := report.Text(&b, got, report.Style{}); err != nil {
		t.Fatal(err)
	}
	for _, r := range got.Results {
		for _, n := range r.News {
			if strings.Contains(n, "cannot be brought") {
				t.Errorf("%s: %s", r.Case, n)
			}
			if testing.Verbose() {
				t.Logf("%s %s: %s", r.Case, r.Status, n)
			}
		}
	}
	for _, g := range got.Groups() {
		t.Errorf("%s\n%s", g.Failure, strings.Join(b2(got, g), "\n"))
	}
}

// b2 returns the calls of a group.
func b2(run contracttests.Run, g contracttests.Group) (out []string) {
	for _, r := range run.Results {
		if r.Case == g.Case {
			for _, i := range g.About {
				x := r.Exchanges[i]
				out = append(out, x.Method+" "+x.URL+" "+x.Request+" -> "+x.Answer)
			}
		}
	}
	return out
}
