package main

import (
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"cariqamock/contracttests"
	"cariqamock/internal/printable"
)

// hostile is what a sick target answers: it would act in a terminal, or as
// commands of a CI system.
const hostile = "\x1b]0;x\a\x1b[2J\u009b2J\u202e\u2066\n::error::x\n \u00a0::add-mask::y\n##[error]z\u2028\r\u200f"

var ciCommand = regexp.MustCompile(`(?m)^[\s\p{Z}]*::|##\p{L}*\[`)

// tagged returns a user as the list has it, left behind by a run in 2020.
func tagged(id string, n int) map[string]any {
	return map[string]any{
		"id": id, "email": nil, "locale": "en",
		"custom_properties": map[string]any{"external_id": fmt.Sprintf("cariqa-contract/20200102T030405Z-0123456789ab/%04d", n)},
	}
}

// listing answers a list of users and, to all else, 404 with hostile text.
func listing(t *testing.T, page func(r *http.Request) (users []map[string]any, next any)) (base string, paths func() []string) {
	t.Helper()
	var mu sync.Mutex
	var all []string
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		all = append(all, r.RequestURI)
		w.Header().Set("Content-Type", "application/json")
		if r.URL.Path != "/api/v1/users/" {
			w.WriteHeader(http.StatusTeapot)
			_, _ = io.WriteString(w, hostile)
			return
		}
		users, next := page(r)
		_ = json.NewEncoder(w).Encode(map[string]any{"count": len(users), "next": next, "previous": nil, "results": users})
	}))
	t.Cleanup(srv.Close)
	return srv.URL, func() []string {
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(all)
	}
}

// TestHostileAnswersAreEscaped looks at all that the commands print about a
// target that answers hostile text.
func TestHostileAnswersAreEscaped(t *testing.T) {
	base, _ := listing(t, func(*http.Request) ([]map[string]any, any) {
		return []map[string]any{tagged(hostile, 1), tagged("plain "+hostile, 2)}, nil
	})
	dir := t.TempDir()
	reports := []string{"junit", "json", "html"}
	args := []string{"run", "--record", filepath.Join(dir, "record")}
	for _, kind := range reports {
		args = append(args, "--report", kind+"="+filepath.Join(dir, kind))
	}
	bad := filepath.Join(dir, "\x1b[2J\n::error::x")
	if err := os.WriteFile(bad, []byte("openapi: \"\x1b\u202e\n::error::\""), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		args, {"sweep"}, {"diff"}, {"spec", bad}, {"spec", bad + "none"}, {"run", "--domain", hostile}, {"run", "--admin", base + "/" + hostile}, {hostile},
		{"list", "--evidence=" + bad}, {"diff", "--b", "recording:" + bad}, {"run", "--ca", bad}, {"run", "--report", "json=" + bad + "/x"}, {"run", "--record", bad + "/x"},
	} {
		got := invoke(t, on(base), args...)
		if out := got.stdout + "\n" + got.stderr; !printable.Clean(out) || ciCommand.MatchString(out) || len(out) < 10 {
			t.Errorf("%q prints %q", args, out)
		}
		if args[0] == "sweep" && !regexp.MustCompile(`^(left  .*\n){2}0 removed, 2 left\n$`).MatchString(got.stdout) {
			t.Errorf("sweep prints other lines than one for each user: %q", got.stdout)
		}
	}
	for _, name := range append(reports, "record") {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil || len(text) == 0 || !printable.Clean(string(text)) || ciCommand.Match(text) {
			t.Errorf("%s: %v, %q", name, err, text)
		}
	}
}

// TestIDsStayInTheirSegment has a target whose ids lead elsewhere.
func TestIDsStayInTheirSegment(t *testing.T) {
	ids := []string{"../../admin/", "a?b", "", "..", ".", "a#b", "a%2fb", "a b", "x/../../..", `..\..`, "a\nb", strings.Repeat("long", 1000), "é"}
	base, paths := listing(t, func(*http.Request) ([]map[string]any, any) {
		var users []map[string]any
		for i, id := range ids {
			users = append(users, tagged(id, i))
		}
		return users, nil
	})
	got := invoke(t, on(base), "sweep")
	got.ends(t, 3, "0 removed, 13 left", "no id that can be part of a path")
	segment := regexp.MustCompile(`^/api/v1/users/(\?.*|[^/?#]+/(charging-sessions/\?page_size=100)?)$`)
	for _, path := range paths() {
		if !segment.MatchString(path) || strings.Contains(path, "/../") || strings.Contains(path, "/./") || len(path) > 400 {
			t.Errorf("sweep calls %s", path)
		}
	}
	if n := len(paths()); n < 10 {
		t.Errorf("sweep makes %d calls", n)
	}

	srv := front(t, func(w http.ResponseWriter, r *http.Request, fake http.Handler) {
		if r.Method != http.MethodPost || r.URL.Path != "/api/v1/users/" {
			fake.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(w, `{"id":"../../admin/","email":null,"locale":"en","custom_properties":null}`)
	})
	invoke(t, on(srv.URL), "run", "--case", "cards/add").ends(t, 1, `users_create  body /id  value: id: wanted text that can be part of a path, got "../../admin/"`)
}

// TestSweepEnds has lists of users that do not.
func TestSweepEnds(t *testing.T) {
	n := 0
	for name, test := range map[string]struct {
		page func(*http.Request) ([]map[string]any, any)
		want string
	}{
		"always new": {func(*http.Request) ([]map[string]any, any) {
			n++
			return []map[string]any{tagged(fmt.Sprint(n), n)}, "next"
		}, "does not end after 200 pages"},
		"always same": {func(*http.Request) ([]map[string]any, any) { return []map[string]any{tagged("a", 1)}, "next" }, "page 2 has no new users"},
		"empty":       {func(*http.Request) ([]map[string]any, any) { return nil, "next" }, "page 1 has no new users"},
		"wide": {func(*http.Request) (users []map[string]any, _ any) {
			for range 20_001 {
				n++
				users = append(users, map[string]any{"id": fmt.Sprint(n)})
			}
			return users, "next"
		}, "more than 20000 users"},
	} {
		t.Run(name, func(t *testing.T) {
			base, paths := listing(t, test.page)
			invoke(t, on(base), "sweep").ends(t, 3, test.want)
			if n := len(paths()); n > 1000 {
				t.Errorf("%d calls", n)
			}
		})
	}
	base, _ := listing(t, func(*http.Request) ([]map[string]any, any) {
		n++
		return []map[string]any{tagged(fmt.Sprint(n), n)}, "next"
	})
	invoke(t, on(base), "sweep", "--budget", "1ns").ends(t, 3, "the budget of 1ns is exhausted")
	invoke(t, on(base), "sweep", "--budget", "0").ends(t, 2, "invalid --budget 0s: want more than 0")
}

// TestOtherContentTypes has a target that answers JSON as something else: its
// cases fail, and the reason is the Content-Type.
func TestOtherContentTypes(t *testing.T) {
	for _, kind := range []string{"text/plain", "application/problem+json", "text/html; charset=utf-8", ""} {
		srv := front(t, func(w http.ResponseWriter, r *http.Request, fake http.Handler) {
			rec := httptest.NewRecorder()
			fake.ServeHTTP(rec, r)
			w.Header()["Content-Type"] = []string{kind}
			if kind == "" {
				w.Header()["Content-Type"] = nil
			}
			w.WriteHeader(rec.Code)
			_, _ = w.Write(rec.Body.Bytes())
		})
		got := invoke(t, on(srv.URL), "run", "--case", "users/create")
		got.ends(t, 1, "fail  fixture/user", "wanted: an answer that conforms to openapi.yaml", "header Content-Type")
		got.omits(t, "does not answer", "instead of JSON")
	}
}

// TestAnswersThatAreTooLong are failures that say so.
func TestAnswersThatAreTooLong(t *testing.T) {
	long := `{"id":"` + strings.Repeat("x", contracttests.MaxAnswer) + `"}`
	srv := front(t, func(w http.ResponseWriter, r *http.Request, fake http.Handler) {
		if r.Method == http.MethodPost {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusCreated)
			_, _ = io.WriteString(w, long)
			return
		}
		fake.ServeHTTP(w, r)
	})
	dir := t.TempDir()
	got := invoke(t, on(srv.URL), "run", "--case", "users/create", "--report", "json="+filepath.Join(dir, "json"), "--record", filepath.Join(dir, "record"))
	got.ends(t, 1, "/api/v1/users/: the answer is longer than 8 MiB, of which no more was read")
	got.omits(t, "not JSON", "unexpected EOF")
	run := readRun(t, filepath.Join(dir, "json"))
	x := run.Results[0].Exchanges[0]
	if len(x.Answer) > 5000 || x.Cut < contracttests.MaxAnswer-5000 || !strings.Contains(x.Answer, "more than") {
		t.Errorf("the report keeps %d bytes, cut %d", len(x.Answer), x.Cut)
	}
	invoke(t, env{}, "diff", "--b", "recording:"+filepath.Join(dir, "record"), "--case", "users/create").ends(t, 3, "the answer is longer than 8 MiB")
}

// TestAnOldRecordingStays where the new one would not be whole.
func TestAnOldRecordingStays(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "record")
	invoke(t, on(fake(t).URL), "run", "--case", "users/create", "--record", path).ends(t, 0, "recorded: "+path)
	old, err := os.ReadFile(path)
	if err != nil || len(old) == 0 {
		t.Fatal(err)
	}
	for name, args := range map[string][]string{
		"a dead target":  {"run", "--domain", "http://127.0.0.1:1", "--record", path},
		"a wrong flag":   {"run", "--record", path, "--report", "json=" + dir},
		"an early end":   {"run", "--domain", fake(t).URL, "--record", path, "--budget", "1ns"},
		"a wrong target": {"run", "--domain", fake(t).URL, "--key", "revoked", "--record", path},
	} {
		got := invoke(t, on("http://127.0.0.1:1"), args...)
		if now, _ := os.ReadFile(path); string(now) != string(old) {
			t.Errorf("%s: the recording is now %q", name, now)
		}
		if name != "a wrong flag" {
			got.ends(t, 3, "not recorded: the run did not come to its end, so "+path+" is as it was before")
		}
	}
	invoke(t, on(fake(t).URL), "run", "--record", dir).ends(t, 2, "cannot write --record "+dir+": is a folder")
	invoke(t, on(fake(t).URL), "run", "--record", filepath.Join(dir, "none", "x")).ends(t, 2, "cannot write --record", "no such file or directory")
	if files, _ := os.ReadDir(dir); len(files) != 1 {
		t.Errorf("the folder holds %v, want the recording", files)
	}
}

// TestOwnCertificate has a target behind a certificate of its own.
func TestOwnCertificate(t *testing.T) {
	behind := fake(t).Handler
	srv := httptest.NewUnstartedServer(behind)
	srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	srv.StartTLS()
	defer srv.Close()
	dir := t.TempDir()
	ca, junk := filepath.Join(dir, "ca.pem"), filepath.Join(dir, "junk.pem")
	if err := os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: srv.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(junk, []byte("junk"), 0o600); err != nil {
		t.Fatal(err)
	}
	marked, wide := filepath.Join(dir, "marked.pem"), filepath.Join(dir, "wide.pem")
	authority, err := os.ReadFile(ca)
	if err != nil {
		t.Fatal(err)
	}
	for file, text := range map[string]string{marked: "\ufeff" + strings.ReplaceAll(string(authority), "\n", "\r\n"), wide: "\xff\xfe-\x00-\x00"} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	with := func(name, value string) env {
		e := on(srv.URL)
		e[name] = value
		return e
	}
	const warning = "warning: --insecure: the certificate of "
	none := env{}
	for name, test := range map[string]struct {
		env  env
		args []string
		code int
		want []string
	}{
		"neither":            {none, nil, 3, []string{"has a certificate that is not trusted", "--ca", "--insecure"}},
		"ca":                 {none, []string{"--ca", ca}, 0, nil},
		"ca of environment":  {with("CARIQA_CONTRACT_CA", ca), nil, 0, nil},
		"ca of Windows":      {none, []string{"--ca", marked}, 0, nil},
		"ca in UTF-16":       {none, []string{"--ca", wide}, 2, []string{"--ca: ", "wide.pem: the text is in UTF-16"}},
		"junk":               {none, []string{"--ca", junk}, 2, []string{"want certificates in PEM"}},
		"no file":            {none, []string{"--ca", junk + "x"}, 2, []string{"--ca: ", "no such file"}},
		"insecure":           {none, []string{"--insecure"}, 0, []string{warning}},
		"insecure by env":    {with("CARIQA_CONTRACT_INSECURE", "true"), nil, 0, []string{warning}},
		"not insecure":       {with("CARIQA_CONTRACT_INSECURE", "0"), nil, 3, []string{"not trusted"}},
		"maybe insecure":     {with("CARIQA_CONTRACT_INSECURE", "maybe"), nil, 2, []string{`CARIQA_CONTRACT_INSECURE="maybe": want true or false`}},
		"insecure, far away": {none, []string{"--insecure", "--domain", "dev.connect.cariqa.com"}, 2, []string{"--insecure is for this machine and private networks, not for dev.connect.cariqa.com: want --ca FILE"}},
		"insecure, public":   {none, []string{"--insecure", "--domain", "https://8.8.8.8"}, 2, []string{"not for 8.8.8.8"}},
	} {
		t.Run(name, func(t *testing.T) {
			e := test.env
			if len(e) == 0 {
				e = on(srv.URL)
			}
			invoke(t, e, append([]string{"run", "--case", "users/create"}, test.args...)...).ends(t, test.code, test.want...)
			if test.code == 0 {
				invoke(t, e, append([]string{"sweep"}, test.args...)...).ends(t, 0)
				invoke(t, e, append([]string{"diff", "--case", "users/create"}, test.args...)...).ends(t, 0, test.want...)
			}
		})
	}
}

func TestPrivate(t *testing.T) {
	for host, want := range map[string]bool{
		"localhost": true, "x.localhost": true, "127.0.0.1": true, "::1": true, "::ffff:10.0.0.1": true, "192.168.1.9": true, "fd00::1": true, "cariqa-mock": true,
		"host.docker.internal": true, "printer.local": true, "api.stripe.com": false, "1.1.1.1": false, "localhost.evil.com": false, "2606:4700::1": false,
	} {
		if got := private(host); got != want {
			t.Errorf("private(%q) = %t, want %t", host, got, want)
		}
	}
}
