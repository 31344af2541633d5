package main

import (
	"net/http"
	"os"
	"testing"
	"time"
)

// TestExitWithStdin closes the standard input of a server, as the end of the
// program that started it does.
func TestExitWithStdin(t *testing.T) {
	own := os.Stdin
	t.Cleanup(func() { os.Stdin = own })
	for name, start := range map[string]func(*testing.T) *served{
		"flag":     func(t *testing.T) *served { return serve(t, env{}, "--exit-with-stdin") },
		"variable": func(t *testing.T) *served { return serve(t, env{"CARIQA_MOCK_EXIT_WITH_STDIN": "true"}) },
	} {
		t.Run(name, func(t *testing.T) {
			read, write, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			os.Stdin = read
			defer read.Close()
			s := start(t)
			if _, err := write.WriteString("not read as a command\n"); err != nil {
				t.Fatal(err)
			}
			if got := s.call(http.MethodGet, "/__admin/health", ""); got.status != http.StatusOK {
				t.Errorf("%d %s while its input is open", got.status, got.body)
			}
			s.client.CloseIdleConnections()
			write.Close()
			select {
			case code := <-s.code:
				if code != exitOK {
					t.Errorf("exit code %d, want %d; stderr: %s", code, exitOK, s.stderr)
				}
			case <-time.After(patience):
				t.Error("it still runs after its input has ended")
			}
		})
	}

	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	os.Stdin = read
	s := serve(t, env{})
	write.Close()
	if got := s.call(http.MethodGet, "/__admin/health", ""); got.status != http.StatusOK {
		t.Errorf("without the flag: %d %s", got.status, got.body)
	}
}
