package browsertest_test

import (
	"bytes"
	"crypto/tls"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// A mock is a running cariqa-mock, as users start it.
type mock struct {
	t      testing.TB
	scheme string // http or https
	port   string
	client *http.Client
}

// program builds cariqa-mock when the first test needs it.
var program = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "browsertest-program-")
	if err != nil {
		return "", err
	}
	atEnd = append(atEnd, func() { os.RemoveAll(dir) })
	path := filepath.Join(dir, "cariqa-mock")
	build := exec.Command("go", "build", "-o", path, "./cmd/cariqa-mock")
	build.Dir = "../../../.."
	out, err := build.CombinedOutput()
	if err != nil {
		os.Stdout.Write(out)
	}
	return path, err
})

// startMock starts the program with --tls or without.
func startMock(t testing.TB, scheme string) *mock {
	t.Helper()
	browser(t) // before anything is built unnecessarily
	path, err := program()
	if err != nil {
		t.Fatalf("building cariqa-mock: %v", err)
	}
	file := filepath.Join(t.TempDir(), "port")
	args := []string{"--addr=127.0.0.1:0", "--port-file=" + file}
	if scheme == "https" {
		args = append(args, "--tls")
	}
	cmd := exec.Command(path, args...)
	var log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &log, &log
	endTogether(cmd)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { kill(cmd) })
	m := &mock{t: t, scheme: scheme, client: &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}}
	for deadline := time.Now().Add(patience); ; time.Sleep(pause) {
		text, err := os.ReadFile(file)
		if _, port, ok := strings.Cut(strings.TrimSpace(string(text)), ":"); ok {
			m.port = port
			return m
		}
		if time.Now().After(deadline) {
			kill(cmd)
			t.Fatalf("cariqa-mock does not start: %v\n%s", err, log.Bytes())
		}
	}
}

// at returns the server's address with one of this machine's names.
func (m *mock) at(host string) string { return m.scheme + "://" + host + ":" + m.port }

// ask makes a call and decodes its answer. A token is sent to the vendor's API.
func (m *mock) ask(method, path, token string, body, into any) {
	m.t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		m.t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(m.t.Context(), method, m.at("127.0.0.1")+path, bytes.NewReader(text))
	if err != nil {
		m.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := m.client.Do(r)
	if err != nil {
		m.t.Fatal(err)
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode >= 300 {
		m.t.Fatalf("%s %s: %d %s %v", method, path, res.StatusCode, data, err)
	}
	if into == nil {
		return
	}
	if err := json.Unmarshal(data, into); err != nil {
		m.t.Fatalf("%s %s: %v: %s", method, path, err, data)
	}
}
