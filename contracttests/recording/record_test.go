package recording

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"cariqamock/contracttests"
	"cariqamock/contracttests/cases"
	"cariqamock/contracttests/compare"
	"cariqamock/contracttests/internal/faketest"
)

// eavesdropper keeps what really went over the wire.
type eavesdropper struct {
	next  http.RoundTripper
	mu    sync.Mutex
	heard bytes.Buffer
}

func (e *eavesdropper) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := e.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, err
	}
	res.Body = io.NopCloser(bytes.NewReader(body))
	e.mu.Lock()
	defer e.mu.Unlock()
	e.heard.Write(body)
	return res, nil
}

// taped runs cases on a target and returns the file.
func taped(t *testing.T, target contracttests.Target, cases []contracttests.Case) (live contracttests.Run, file string) {
	t.Helper()
	file = filepath.Join(t.TempDir(), "run.jsonl")
	wrap, end, err := Create(file, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	target.Transport = wrap(target.Transport)
	live = contracttests.Execute(t.Context(), target, cases, contracttests.Options{Bodies: contracttests.OfAll})
	if err := end(true); err != nil {
		t.Fatal(err)
	}
	return live, file
}

func replay(t *testing.T, file string, cases []contracttests.Case) contracttests.Run {
	t.Helper()
	r, err := Read(file)
	if err != nil {
		t.Fatal(err)
	}
	return contracttests.Execute(t.Context(), r.Target(), cases, contracttests.Options{Bodies: contracttests.OfAll})
}

func TestARecordingStandsInForItsTarget(t *testing.T) {
	live, file := taped(t, faketest.Target(t, nil), cases.All())
	again := replay(t, file, cases.All())
	for i, x := range again.Results {
		if i >= len(live.Results) {
			t.Errorf("%s is only there when replayed: %s", x.Case, x.Messages)
			continue
		}
		if x.Status != live.Results[i].Status {
			t.Errorf("%s: %s live, %s replayed: %s", x.Case, live.Results[i].Status, x.Status, x.Messages)
		}
	}
	if len(again.Leftovers) > 0 {
		t.Error(again.Leftovers)
	}
	if c := compare.Compare(live, again); len(c.Disagreements) > 0 {
		t.Errorf("%+v", c.Disagreements)
	}
	some := slices.DeleteFunc(cases.All(), func(c contracttests.Case) bool {
		return !strings.HasPrefix(c.ID, "invoices/") && !strings.HasPrefix(c.ID, "users/")
	})
	slices.Reverse(some) // other numbers in the marks, and the shared fixture is asked for by another case
	for _, x := range replay(t, file, some).Results {
		if x.Status != contracttests.Pass {
			t.Errorf("alone, %s: %s: %s", x.Case, x.Status, x.Messages)
		}
	}
}

func TestARecordingHoldsNoSecret(t *testing.T) {
	target := faketest.Target(t, nil)
	target.Key, target.Admin = "a-token-of-the-sandbox", ""
	ear := &eavesdropper{next: target.Transport}
	target.Transport = ear
	some := slices.DeleteFunc(cases.All(), func(c contracttests.Case) bool { return !strings.HasPrefix(c.ID, "setup-intents/") })
	some = append(some, contracttests.Case{ID: "made/up", Title: "t", Why: "w", Source: "s", Run: func(a *contracttests.API) {
		secret := a.Secret(a.NewUser().ID)
		_ = secret == a.Secret(a.NewUserWith(map[string]any{"email": "me@suite.dev", "locale": "en"}).ID)
		a.Call(http.MethodGet, "/users/?search="+secret, nil, contracttests.Header("Authorization", "Bearer another-token"))
	}})
	_, file := taped(t, target, some)
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	secrets := regexp.MustCompile(`_secret_([A-Za-z0-9]+)`).FindAllStringSubmatch(ear.heard.String(), -1)
	if len(secrets) < 3 {
		t.Fatalf("only %d secrets have gone over the wire", len(secrets))
	}
	hidden := []string{target.Key, target.StripeKey, "another-token", "Authorization"}
	for _, s := range secrets {
		hidden = append(hidden, s[1])
	}
	for _, s := range hidden {
		if bytes.Contains(raw, []byte(s)) {
			t.Errorf("%q is in the file", s)
		}
	}
	if !bytes.Contains(raw, []byte("me@suite.dev")) {
		t.Error("an address that the suite made up itself is missing")
	}
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file can be read by others: %v, %v", info.Mode(), err)
	}
}

func TestConcealer(t *testing.T) {
	c := newConcealer()
	c.learn("a-key-of-mine")
	c.own(`{"email":"me@suite.dev"}`)
	for in, want := range map[string]string{
		"token a-key-of-mine":              "token redacted0001",
		"me@suite.dev, driver@example.org": "me@suite.dev, driver@example.org",
		"nothing to hide, secrets: none":   "nothing to hide, secrets: [redacted]",
	} {
		if got := c.text(in); got != want {
			t.Errorf("%q became %q, wanted %q", in, got, want)
		}
	}
	first := c.text("seti_1A_secret_abc seti_1A_secret_abc pi_2_secret_def eyJa.b.c who@cariqa.com sk_test_123")
	if again := c.text(first); again != first {
		t.Errorf("%q became %q the second time", first, again)
	}
	fields := strings.Fields(first)
	if fields[0] != fields[1] || !regexp.MustCompile(`^seti_[^_]+_secret_[^_]+$`).MatchString(fields[0]) ||
		!regexp.MustCompile(`^pi_[^_]+_secret_[^_]+$`).MatchString(fields[2]) || !strings.Contains(fields[4], "@") {
		t.Errorf("form or relation is lost: %s", first)
	}
	for _, s := range []string{"abc", "def", "eyJ", "who@", "test_123"} {
		if strings.Contains(first, s) {
			t.Errorf("%q is left in %s", s, first)
		}
	}
}

func TestWhatWasNotRecordedIsInconclusive(t *testing.T) {
	some := slices.DeleteFunc(cases.All(), func(c contracttests.Case) bool { return !strings.HasPrefix(c.ID, "users/") })
	_, file := taped(t, faketest.Target(t, nil), some[:1])
	got := replay(t, file, some[:2]).Results
	if got[0].Status != contracttests.Pass || got[1].Status != contracttests.Inconclusive || !strings.Contains(got[1].Messages[0], "has no answer to this call") {
		t.Errorf("%s, %s: %s", got[0].Status, got[1].Status, got[1].Messages)
	}
}

// TestRecordingOfAnotherEditor reads a recording that an editor has saved.
func TestRecordingOfAnotherEditor(t *testing.T) {
	head, call := `{"recording":1,"base":"http://x/api/v1"}`, `{"method":"GET","url":"http://x/api/v1/users/"}`
	for name, c := range map[string]struct {
		text string
		ok   bool
	}{
		"as written": {head + "\n" + call + "\n", true}, "byte order mark": {"\ufeff" + head + "\n" + call + "\n", true},
		"Windows": {"\ufeff" + head + "\r\n" + call + "\r\n", true}, "empty lines": {head + "\n\n" + call + "\r\n \n", true},
		"no last line feed": {head + "\n" + call, true}, "UTF-16": {"\xff\xfe{\x00", false},
	} {
		file := filepath.Join(t.TempDir(), "x.jsonl")
		if err := os.WriteFile(file, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Read(file); (err == nil) != c.ok || err != nil && !strings.Contains(err.Error(), "UTF-16") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestBrokenRecordings(t *testing.T) {
	for name, text := range map[string]string{
		"empty": "", "something else": `{"a":1}` + "\n", "a later format": `{"recording":2}` + "\n", "no calls": `{"recording":1,"base":"http://x/api/v1"}` + "\n",
		"cut off": `{"recording":1,"base":"http://x/api/v1"}` + "\n" + `{"method":"GET","u`,
	} {
		file := filepath.Join(t.TempDir(), "x.jsonl")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Read(file); err == nil || !strings.Contains(err.Error(), "x.jsonl") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
