//go:build unix

package main

import (
	"bufio"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"cariqamock/mockserver/mocktest"
)

// asProgram is set where the test binary is to be the program.
const asProgram = "CARIQA_CONTRACT_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
	}
	os.Exit(m.Run())
}

// TestSecondSignal stops a run whose target never deletes a user. The first
// signal says what is waited for, the second one ends the run at once.
func TestSecondSignal(t *testing.T) {
	for _, signals := range [][2]syscall.Signal{{syscall.SIGINT, syscall.SIGINT}, {syscall.SIGINT, syscall.SIGTERM}, {syscall.SIGTERM, syscall.SIGTERM}} {
		reached := make(chan struct{})
		var once sync.Once
		srv := front(t, func(w http.ResponseWriter, r *http.Request, fake http.Handler) {
			switch {
			case r.Method == http.MethodDelete:
				w.WriteHeader(http.StatusBadRequest) // as while a CDR is pending
			case strings.HasSuffix(r.URL.Path, "/setup-intents/"):
				once.Do(func() { close(reached) })
				<-r.Context().Done()
			default:
				fake.ServeHTTP(w, r)
			}
		})
		dir := t.TempDir()
		cmd := exec.CommandContext(t.Context(), os.Args[0], "run", "--case", "payment-methods/*", "--record", filepath.Join(dir, "record"), "--report", "json="+filepath.Join(dir, "json"))
		cmd.Env = append(os.Environ(), asProgram+"=1")
		for name, value := range on(srv.URL) {
			cmd.Env = append(cmd.Env, name+"="+value)
		}
		stderr, err := cmd.StderrPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		<-reached
		send(t, cmd, signals[0])
		lines := bufio.NewScanner(stderr)
		var out strings.Builder
		for lines.Scan() {
			out.WriteString(lines.Text() + "\n")
			if strings.HasPrefix(lines.Text(), "waiting until 1 users can be deleted: the CDRs of their sessions are pending (0s of at most 3m0s)") {
				send(t, cmd, signals[1])
			}
		}
		_ = cmd.Wait() // the code says more
		if got, want := cmd.ProcessState.ExitCode(), 128+int(signals[1]); got != want {
			t.Errorf("%v: exit code %d, want %d", signals, got, want)
		}
		for _, want := range []string{"stopping: deleting what this run created; a second signal exits at once\n", "stopped at once: ", "cariqa-contract sweep --older-than 0s"} {
			if !strings.Contains(out.String(), want) {
				t.Errorf("%v: stderr does not contain %q:\n%s", signals, want, &out)
			}
		}
		if files, _ := os.ReadDir(dir); len(files) != 0 {
			t.Errorf("the folder holds %v, want nothing", files)
		}
	}
}

func send(t *testing.T, cmd *exec.Cmd, s syscall.Signal) {
	t.Helper()
	if err := cmd.Process.Signal(s); err != nil {
		t.Error(err)
	}
}

// TestInterruptWithClock stops a run while a CDR is pending. The clock can be
// moved, so nothing is waited for.
func TestInterruptWithClock(t *testing.T) {
	mock := mocktest.Start(t)
	var once sync.Once
	started := make(chan struct{})
	srv := front(t, func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
		if r.Method == http.MethodPost && strings.Contains(r.URL.Path, "/charging/stop/") {
			defer once.Do(func() { close(started) })
		}
		mock.Handler.ServeHTTP(w, r)
	})
	cmd := exec.CommandContext(t.Context(), os.Args[0], "run", "--case", "sessions/*", "--admin", srv.URL)
	cmd.Env = append(os.Environ(), asProgram+"=1")
	for name, value := range on(srv.URL) {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	var stderr strings.Builder
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	<-started
	send(t, cmd, syscall.SIGTERM)
	_ = cmd.Wait()
	if ids := left(t, srv.URL, "mock.default.ci"); ids != nil || strings.Contains(stderr.String(), "left on the target") {
		t.Errorf("left: %q\n%s", ids, &stderr)
	}
	if strings.Contains(stderr.String(), "(10s of") {
		t.Errorf("it waited in real time:\n%s", &stderr)
	}
}
