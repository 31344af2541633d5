package mocktest_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"cariqamock/mockserver"
	"cariqamock/mockserver/mocktest"
)

const user = "9405cf8c-8375-4373-b4d3-b61f9a0c01eb"

func TestServerStopsWithItsTest(t *testing.T) {
	var url string
	t.Run("running", func(t *testing.T) {
		s := mocktest.Start(t)
		url = s.URL
		if got := status(t, s, s.Token("default")); got != http.StatusOK {
			t.Errorf("got %d", got)
		}
	})
	if res, err := http.Get(url); err == nil {
		res.Body.Close()
		t.Error("the server is still there")
	}
}

func status(t *testing.T, s *mocktest.Server, token string) int {
	t.Helper()
	r, err := http.NewRequest("GET", s.URL+"/api/v1/users/"+user+"/", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	res, err := s.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	return res.StatusCode
}

func TestTokenIsFreshAndWellFormed(t *testing.T) {
	s := mocktest.Start(t)
	valid := regexp.MustCompile(`^mock\.default\.[A-Za-z0-9._-]{1,80}$`)
	t.Run("a name with spaces, ümlauts and "+strings.Repeat("length ", 20), func(t *testing.T) {
		inner := mocktest.Start(t)
		if token := inner.Token("default"); !valid.MatchString(token) || status(t, inner, token) != http.StatusOK {
			t.Errorf("token %s", token)
		}
	})
	a, b := s.Token("default"), s.Token("default")
	if a == b {
		t.Errorf("twice %s", a)
	}
}

func TestClock(t *testing.T) {
	s := mocktest.Start(t, mocktest.Config(func(c *mockserver.Config) { c.AdminToken = "open sesame" }))
	token := s.Token("default")
	c := s.Clock(token)
	c.Freeze()
	start := c.Now()
	c.Advance(90 * time.Minute)
	if got := c.Now().Sub(start); got != 90*time.Minute {
		t.Errorf("advanced by %s", got)
	}
	c.Set(start.Add(48 * time.Hour))
	if got := c.Now().Sub(start); got != 48*time.Hour {
		t.Errorf("set %s after the start", got)
	}
	other := s.Clock(s.Token("default"))
	if got := other.Now().Sub(start); got > time.Hour {
		t.Errorf("another world's clock moved too: by %s", got)
	}
}

func TestOptions(t *testing.T) {
	file := filepath.Join(t.TempDir(), "mine.yaml")
	if err := os.WriteFile(file, []byte("name: mine\ntitle: Nobody here\nusers: []\ntry: []\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := mocktest.Start(t, mocktest.Files(file), mocktest.Scenario("mine"))
	if got := status(t, s, "any-token"); got != http.StatusNotFound {
		t.Errorf("a token without a scenario: got %d", got)
	}
	if got := status(t, s, s.Token("default")); got != http.StatusOK {
		t.Errorf("a token with one: got %d", got)
	}
}

// failure notes what a test would have failed with.
type failure struct {
	testing.TB
	text string
}

func (f *failure) Fatalf(format string, args ...any) {
	f.text = fmt.Sprintf(format, args...)
	panic(f)
}

func failing(t *testing.T, do func(mocktest.TB)) string {
	t.Helper()
	f := &failure{TB: t}
	func() {
		defer func() {
			if p := recover(); p != nil && p != any(f) {
				panic(p)
			}
		}()
		do(f)
	}()
	return f.text
}

func TestRefusalsFailTheTest(t *testing.T) {
	cases := map[string]func(mocktest.TB){
		"unknown scenario": func(t mocktest.TB) { mocktest.Start(t, mocktest.Scenario("no-such")) },
		"There is no scenario": func(t mocktest.TB) {
			s := mocktest.Start(t)
			s.Clock(s.Token("no-such")).Now()
		},
		"only moves forward": func(t mocktest.TB) {
			s := mocktest.Start(t)
			s.Clock(s.Token("default")).Set(time.Unix(0, 0))
		},
	}
	for want, do := range cases {
		if got := failing(t, do); !strings.Contains(got, want) {
			t.Errorf("want %q, got %q", want, got)
		}
	}
}
