package main

import (
	"errors"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// portIn returns what the port file says while the server runs and afterwards.
func portIn(path string) func(*testing.T, *served) string {
	return func(t *testing.T, s *served) string {
		text, err := os.ReadFile(path)
		if err != nil {
			return "none"
		}
		if s.url != "http://"+strings.TrimSuffix(string(text), "\n") {
			return string(text)
		}
		s.stop()
		if _, err := os.Stat(path); err == nil {
			return "its address, left after the stop"
		}
		return "its address, gone after the stop"
	}
}

func TestPortFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "port")
	if err := os.WriteFile(path, []byte("127.0.0.1:1\n"), 0o600); err != nil { // of a server that was killed
		t.Fatal(err)
	}
	s := serve(t, env{}, "--port-file", path, "--addr", "0.0.0.0:0", "--admin-token", "x", "--admin-addr", "127.0.0.1:0", "--tls")
	text, err := os.ReadFile(path)
	if want := strings.TrimPrefix(s.url, "https://") + "\n"; err != nil || string(text) != want || !strings.HasPrefix(want, "127.0.0.1:") {
		t.Errorf("%q, %v; want %q", text, err, want)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("%v, %v; want the port file alone", entries, err)
	}
	other := serve(t, env{}, "--port-file", path)
	s.stop()
	if text, err := os.ReadFile(path); err != nil || "http://"+string(text) != other.url+"\n" {
		t.Errorf("%q, %v; want the address of the server that still runs, %s", text, err, other.url)
	}
	other.stop()
}

// TestPortFileReplacesFilesOnly checks that what is no file, such as /dev/null,
// is neither replaced nor removed.
func TestPortFileReplacesFilesOnly(t *testing.T) {
	dir := t.TempDir()
	link, broken, socket := filepath.Join(dir, "link"), filepath.Join(dir, "broken"), filepath.Join(dir, "socket")
	if err := errors.Join(os.Symlink(file(t, "target", ""), link), os.Symlink("none", broken)); err != nil {
		t.Skip(err) // Windows asks for a privilege
	}
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Skip(err)
	}
	defer l.Close()
	for _, path := range []string{link, broken, socket} {
		before, err := os.Lstat(path)
		if err != nil {
			t.Fatal(err)
		}
		refuses(t, invoke(t, env{}, "--addr", "127.0.0.1:0", "--port-file", path), exitUsage, "--port-file", "no device, pipe or link")
		if after, err := os.Lstat(path); err != nil || !os.SameFile(before, after) {
			t.Errorf("%s: %v, want it untouched", path, err)
		}
	}
}

// TestPortFileOfAFailedStart checks that a start that fails writes no file, and
// that a file that cannot be written fails the start.
func TestPortFileOfAFailedStart(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	dir := t.TempDir()
	path := filepath.Join(dir, "port")
	refuses(t, invoke(t, env{}, "--addr", taken.Addr().String(), "--port-file", path), exitFailed, "address already in use")
	if _, err := os.Stat(path); err == nil {
		t.Error("the file exists, but no server")
	}
	addr := freeAddr(t)
	got := invoke(t, env{}, "--addr", addr, "--port-file", filepath.Join(dir, strings.Repeat("x", 250)))
	refuses(t, got, exitFailed, "--port-file: the address cannot be written: ")
	if got.stdout != "" {
		t.Errorf("stdout %q, want none", got.stdout)
	}
	if res, err := http.Get("http://" + addr + "/__admin/health"); err == nil {
		res.Body.Close()
		t.Error("the server runs without its port file")
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 0 {
		t.Errorf("%v, %v; want an empty folder", entries, err)
	}
}
