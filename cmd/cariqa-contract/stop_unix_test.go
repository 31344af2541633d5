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
	"sync/atomic"
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
		var deletes atomic.Int32
		srv := front(t, func(w http.ResponseWriter, r *http.Request, fake http.Handler) {
			switch {
			case r.Method == http.MethodDelete && deletes.Add(1) == 1:
				w.WriteHeader(http.StatusBadRequest) // as while a CDR is pending
			case r.Method == http.MethodDelete:
				<-r.Context().Done()
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
			if strings.HasPrefix(lines.Text(), "waiting until 1 user can be deleted: CDRs of sessions are pending (0s of at most 3s)") {
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

// interrupt runs the cases about sessions, sends SIGTERM as soon as one has been
// stopped, and returns what the program prints on stderr.
func interrupt(t *testing.T, mock *mocktest.Server, flags ...string) (url, stderr string) {
	t.Helper()
	var once sync.Once
	stopped := make(chan struct{})
	srv := front(t, func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
		if r.Method == http.MethodPost && strings.Contains(r.URL.Path, "/charging/stop/") {
			defer once.Do(func() { close(stopped) })
		}
		mock.Handler.ServeHTTP(w, r)
	})
	args := []string{"run", "--case", "sessions/*"}
	if len(flags) > 0 {
		args = append(args, flags[0], srv.URL)
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], args...)
	cmd.Env = append(os.Environ(), asProgram+"=1")
	for name, value := range on(srv.URL) {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	var out strings.Builder
	cmd.Stderr = &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	<-stopped
	send(t, cmd, syscall.SIGTERM)
	_ = cmd.Wait()
	if strings.Contains(out.String(), "(10s of") {
		t.Errorf("it waited in real time:\n%s", &out)
	}
	return srv.URL, out.String()
}

// TestInterruptWithClock stops a run while a CDR is pending. The clock can be
// moved, so nothing is waited for.
func TestInterruptWithClock(t *testing.T) {
	url, stderr := interrupt(t, mocktest.Start(t), "--admin")
	if ids := left(t, url, "mock.default.ci"); ids != nil || strings.Contains(stderr, "left on the target") {
		t.Errorf("left: %q\n%s", ids, stderr)
	}
}

// TestInterruptWithoutClock: what a pending CDR blocks is left to sweep, which
// the run says.
func TestInterruptWithoutClock(t *testing.T) {
	url, stderr := interrupt(t, mocktest.Start(t))
	ids := left(t, url, "mock.default.ci")
	if len(ids) != 1 {
		t.Fatalf("left: %q, want the user of the stopped session\n%s", ids, stderr)
	}
	for _, want := range []string{"1 user can be deleted: CDRs of sessions are pending (0s of at most 3s)", "left on the target (cariqa-contract sweep deletes them later)", ids[0]} {
		if !strings.Contains(stderr, want) {
			t.Errorf("stderr does not contain %q:\n%s", want, stderr)
		}
	}
	invoke(t, on(url), "sweep", "--older-than", "0s").ends(t, 3, "left  "+ids[0])
}
