package main

import (
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"cariqamock/contracttests"
	"cariqamock/mockserver/mocktest"
)

// TestTargetFlagsBeatVariables sets each setting by a wrong variable and a right
// flag.
func TestTargetFlagsBeatVariables(t *testing.T) {
	mock := fake(t)
	for flag, test := range map[string]struct{ variable, wrong, right string }{
		"domain":      {"CONNECT_API_DOMAIN", "http://127.0.0.1:1", mock.URL},
		"key":         {"CONNECT_API_KEY", "revoked", "mock.default.flag"},
		"stripe-key":  {"STRIPE_PUBLISHABLE_KEY", "sk_test_x", stripeKey},
		"stripe-base": {"STRIPE_API_BASE", "http://127.0.0.1:1", mock.URL},
	} {
		t.Run(flag, func(t *testing.T) {
			e := on(mock.URL)
			e[test.variable] = test.wrong
			args := []string{"run", "--case", "cards/add"}
			if got := invoke(t, e, args...); got.code == 0 {
				t.Errorf("%s=%s has no effect: %s", test.variable, test.wrong, got.stdout)
			}
			invoke(t, e, append(args, "--"+flag, test.right)...).ends(t, 0)
		})
	}
}

func TestAdminToken(t *testing.T) {
	mock := fake(t, mocktest.AdminToken("secret"))
	args := []string{"run", "--case", "fake/clock", "--admin", mock.URL}
	invoke(t, on(mock.URL), args...).ends(t, 3, "answers 401: its admin token is missing or wrong. Set CARIQA_MOCK_ADMIN_TOKEN or --admin-token.")
	invoke(t, on(mock.URL), append(args, "--admin-token", "secret")...).ends(t, 0, "pass  fake/clock")
	e := on(mock.URL)
	e["CARIQA_MOCK_ADMIN_TOKEN"] = "secret"
	invoke(t, e, args...).ends(t, 0, "pass  fake/clock")
	invoke(t, e, append(args, "--admin-token", "wrong")...).ends(t, 3, "answers 401")
	invoke(t, e, "run", "--case", "users/create").ends(t, 0) // without --admin, the token is not used
}

func TestNoStripeKey(t *testing.T) {
	e := on(fake(t).URL)
	delete(e, "STRIPE_PUBLISHABLE_KEY")
	invoke(t, e, "run").ends(t, 0, "n/a  cards/add", "needs: Stripe key", "no Stripe key: cases with cards are not applicable")
}

func TestCase(t *testing.T) {
	e := on(fake(t).URL)
	for glob, want := range map[string]string{"users/*": "2 passed", "users/create": "1 passed", "*a?d*": "1 passed", "fake/*": "1 passed, 0 failed, 0 inconclusive, 1 not"} {
		invoke(t, e, "run", "--case", glob).ends(t, 0, want)
	}
	invoke(t, e, "run", "--case", "users/create", "--case", "cards/*").ends(t, 0, "2 passed")
	invoke(t, e, "run", "--case", "fake/clock").ends(t, 3, "0 passed, 0 failed, 0 inconclusive, 1 not applicable")
}

// TestRate wants calls spaced: n of them cannot take less than n-1 pauses.
func TestRate(t *testing.T) {
	const pause = 5 * time.Millisecond
	e, path := on(fake(t).URL), filepath.Join(t.TempDir(), "run.json")
	invoke(t, e, "run", "--case", "users/*", "--rate", "200/s", "--report", "json="+path).ends(t, 0, "at most 200 per second, so about 0s")
	run := readRun(t, path)
	if least := time.Duration(run.Requests-1) * pause; run.Requests < 3 || run.Took < least {
		t.Errorf("%d calls in %s, want at least %s", run.Requests, run.Took, least)
	}
}

func TestRateByDefault(t *testing.T) {
	for base, want := range map[string]float64{
		"http://127.0.0.1:4343/api/v1": 0, "http://localhost/api/v1": 0, "http://[::1]/api/v1": 0, "https://dev.connect.cariqa.com/api/v1": 5, "http://cariqa-mock:4343/api/v1": 5,
	} {
		got, err := (&targetFlags{}).perSecond(contracttests.Target{Base: base})
		if got != want || err != nil {
			t.Errorf("%s: %v a second, %v; want %v", base, got, err, want)
		}
	}
	if got, err := (&targetFlags{rate: "30/m"}).perSecond(contracttests.Target{}); got != 0.5 || err != nil {
		t.Errorf("30/m: %v a second, %v; want 0.5", got, err)
	}
}

func TestCDRWait(t *testing.T) {
	mock := mocktest.Start(t) // a minute
	invoke(t, on(mock.URL), "run", "--case", "sessions/bill", "--cdr-wait", "1ns").ends(t, 3, "because: the CDR is processed: not within 1ns; --cdr-wait sets a longer wait")
}

func TestBudget(t *testing.T) {
	mock := mocktest.Start(t, mocktest.CDRDelay(time.Second)) // cleaning up waits for it
	invoke(t, on(mock.URL), "run", "--budget", "1ns").ends(t, 3, "nothing was checked: the run's budget of 1ns is exhausted", "at most 1ns in total")
	invoke(t, on(mock.URL), "run", "--case", "sessions/bill", "--budget", "400ms").ends(t, 3, "the run's budget of 400ms is exhausted")
}

// elsewhere notes where calls would go.
type elsewhere struct{ hosts []string }

func (e *elsewhere) RoundTrip(r *http.Request) (*http.Response, error) {
	e.hosts = append(e.hosts, r.URL.Host)
	return nil, errors.New("no network in tests")
}

func TestProductionIsMeant(t *testing.T) {
	for _, domain := range []string{"connect.cariqa.com/api/v1", "https://connect.cariqa.com", "CONNECT.cariqa.com.", "http://connect.cariqa.com:8080/api/v1"} {
		for _, command := range []string{"run", "sweep"} {
			net := &elsewhere{}
			e := on(domain)
			invokeWith(t, &program{getenv: e.get, transport: net}, command).ends(t, 2, "production", "--i-mean-production")
			if net.hosts != nil {
				t.Errorf("%s on %s called %q", command, domain, net.hosts)
			}
			invokeWith(t, &program{getenv: e.get, transport: net}, command, "--i-mean-production").ends(t, 3, "no network in tests")
			if len(net.hosts) == 0 {
				t.Errorf("%s --i-mean-production on %s called nothing", command, domain)
			}
		}
	}
}

func TestDomain(t *testing.T) {
	for domain, want := range map[string]string{
		"dev.connect.cariqa.com/api/v1":         "https://dev.connect.cariqa.com/api/v1",
		"dev.connect.cariqa.com/api/v1/":        "https://dev.connect.cariqa.com/api/v1",
		"dev.connect.cariqa.com":                "https://dev.connect.cariqa.com/api/v1",
		"127.0.0.1:4343":                        "https://127.0.0.1:4343/api/v1",
		"http://127.0.0.1:4343/":                "http://127.0.0.1:4343/api/v1",
		"https://proxy.example.org/cariqa/api/": "https://proxy.example.org/cariqa/api",
	} {
		net := &elsewhere{}
		invokeWith(t, &program{getenv: on(domain).get, transport: net}, "run").ends(t, 3, "target "+want+"\n")
		if len(net.hosts) != 1 || !strings.Contains(want, net.hosts[0]) {
			t.Errorf("%s: called %q", domain, net.hosts)
		}
	}
}

func TestReports(t *testing.T) {
	dir := t.TempDir()
	e := on(fake(t).URL)
	names := map[string]string{"junit": "<testsuites ", "json": `"passed": 2`, "html": "<!doctype html>"}
	args := []string{"run", "--case", "users/*"}
	for kind := range names {
		args = append(args, "--report", kind+"="+filepath.Join(dir, "a="+kind))
	}
	invoke(t, e, args...).ends(t, 0)
	for kind, want := range names {
		got, err := os.ReadFile(filepath.Join(dir, "a="+kind))
		if err != nil || !strings.Contains(string(got), want) || !strings.Contains(string(got), unverified) {
			t.Errorf("%s: %v, want %q and %q:\n%s", kind, err, want, unverified, got)
		}
	}
	if files, _ := os.ReadDir(dir); len(files) != len(names) {
		t.Errorf("the folder holds %v, want the reports alone", files)
	}
}

// TestReportExchanges reads what reports have of passed cases.
func TestReportExchanges(t *testing.T) {
	dir := t.TempDir()
	page, data := filepath.Join(dir, "run.html"), filepath.Join(dir, "run.json")
	args := []string{"run", "--case", "users/*", "--report", "html=" + page, "--report", "json=" + data}
	for _, test := range []struct {
		args []string
		want bool
	}{{nil, false}, {[]string{"--report-exchanges", "failed"}, false}, {[]string{"--report-exchanges", "all"}, true}} {
		invoke(t, on(fake(t).URL), append(args, test.args...)...).ends(t, 0)
		html, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		inPage, inData := strings.Contains(string(html), "repeat it"), len(readRun(t, data).Results[0].Exchanges) > 0
		if inPage != test.want || inData != test.want {
			t.Errorf("%q: exchanges in html: %t, in json: %t; want %t", test.args, inPage, inData, test.want)
		}
		if explained := strings.Contains(string(html), "--report-exchanges all"); explained == test.want {
			t.Errorf("%q: html names the flag: %t", test.args, explained)
		}
	}
}

func TestReportsThatCannotBeWritten(t *testing.T) {
	dir := t.TempDir()
	net := &elsewhere{}
	for _, path := range []string{dir, filepath.Join(dir, "none", "run.json")} {
		good := filepath.Join(dir, "good.xml")
		got := invokeWith(t, &program{getenv: on("http://127.0.0.1:1").get, transport: net}, "run", "--report", "junit="+good, "--report", "json="+path)
		got.ends(t, 2, "cannot write --report "+path)
	}
	if net.hosts != nil {
		t.Errorf("calls went to %q before the report was refused", net.hosts)
	}
	if files, _ := os.ReadDir(dir); len(files) != 0 {
		t.Errorf("the folder holds %v, want nothing", files)
	}
}

// TestAnOldReportStays where a run is refused, and goes where one succeeds.
func TestAnOldReportStays(t *testing.T) {
	path := filepath.Join(t.TempDir(), "run.json")
	if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	e := on(fake(t).URL)
	invoke(t, e, "run", "--report", "json="+path, "--report", "xml=none").ends(t, 2)
	if got, _ := os.ReadFile(path); string(got) != "old" {
		t.Errorf("the old report is now %q", got)
	}
	invoke(t, e, "run", "--case", "users/create", "--report", "json="+path).ends(t, 0)
	if run := readRun(t, path); len(run.Results) != 1 {
		t.Errorf("the report has %d results, want 1", len(run.Results))
	}
}

func TestReportToADevice(t *testing.T) {
	invoke(t, on(fake(t).URL), "run", "--case", "users/create", "--report", "json=/dev/null").ends(t, 0)
	if info, err := os.Stat("/dev/null"); err != nil || info.Mode().IsRegular() {
		t.Errorf("/dev/null is %v, %v", info.Mode(), err)
	}
}

func readRun(t *testing.T, path string) contracttests.Run {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var run contracttests.Run
	if err := json.Unmarshal(text, &run); err != nil {
		t.Fatal(err)
	}
	return run
}

// TestSecretsStayOut looks for the key in all that a run writes.
func TestSecretsStayOut(t *testing.T) {
	path := filepath.Join(t.TempDir(), "run.json")
	e := on(fake(t).URL)
	e["CONNECT_API_KEY"] = "verysecretkey"
	got := invoke(t, e, "run", "--report", "json="+path)
	text, _ := os.ReadFile(path)
	for _, secret := range []string{"verysecretkey", stripeKey, "_secret_C", "eyJ"} {
		if slices.ContainsFunc([]string{got.stdout, got.stderr, string(text)}, func(s string) bool { return strings.Contains(s, secret) }) {
			t.Errorf("%q is written somewhere", secret)
		}
	}
}
