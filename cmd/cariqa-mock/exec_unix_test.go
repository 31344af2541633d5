//go:build unix

package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"
)

// childOfSystem is the part of child that needs signals.
func childOfSystem(what string) int {
	switch what {
	case "signals": // prints signals until stdin ends
		received := make(chan os.Signal, 16)
		signal.Notify(received, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT, syscall.SIGUSR1)
		ended := make(chan struct{})
		go func() {
			_, _ = io.Copy(io.Discard, os.Stdin)
			close(ended)
		}()
		fmt.Println("ready", os.Getpid())
		for {
			select {
			case s := <-received:
				fmt.Println(s)
			case <-ended:
				return 0
			}
		}
	case "ignored":
		fmt.Println(signal.Ignored(syscall.SIGHUP))
		return 0
	}
	return 98
}

// hangUp makes SIGHUP end the commands of this process, even if the tests were started
// by nohup, which has them ignore it. The process itself does not get it then.
func hangUp() {
	if signal.Ignored(syscall.SIGHUP) {
		signal.Notify(make(chan os.Signal, 1), syscall.SIGHUP)
	}
}

// withoutTerminal starts a command in a session of its own.
func withoutTerminal(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }

// A signaled is exec with a command that prints the signals it gets.
type signaled struct {
	t     *testing.T
	cmd   *exec.Cmd
	in    io.WriteCloser
	out   *bufio.Reader
	child int // process id
}

func startSignaled(t *testing.T, cmd *exec.Cmd) *signaled {
	t.Helper()
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close() })
	s := &signaled{t: t, cmd: cmd, in: in, out: bufio.NewReader(out)}
	if _, err := fmt.Sscanf(s.line(), "ready %d", &s.child); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *signaled) line() string {
	s.t.Helper()
	line, err := s.out.ReadString('\n')
	if err != nil {
		s.t.Fatalf("%q, %v", line, err)
	}
	return strings.TrimSuffix(line, "\n")
}

// end closes the command's stdin and returns what it printed since.
func (s *signaled) end() (rest string, code int) {
	s.t.Helper()
	s.in.Close()
	text, err := io.ReadAll(s.out)
	if err != nil {
		s.t.Error(err)
	}
	_ = s.cmd.Wait()
	return string(text), s.cmd.ProcessState.ExitCode()
}

// TestExecPassesSignalsOn sends each signal to exec alone, and to its process
// group, as timeout and terminals do. The command gets it once.
func TestExecPassesSignalsOn(t *testing.T) {
	for _, group := range []bool{false, true} {
		for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT, syscall.SIGUSR1} {
			t.Run(fmt.Sprintf("%s, group %v", sig, group), func(t *testing.T) {
				s := startSignaled(t, execCommand(t, nil, "child", "signals"))
				to := s.cmd.Process.Pid
				if pgid, err := syscall.Getpgid(s.child); err != nil || pgid != s.child { // two equal signals may arrive as one
					t.Errorf("the command is in process group %d (%v), want %d, its own", pgid, err, s.child)
				}
				if group {
					to = -to
				}
				if err := syscall.Kill(to, sig); err != nil {
					t.Fatal(err)
				}
				if got := s.line(); got != sig.String() {
					t.Errorf("got %s, want %s", got, sig)
				}
				_ = syscall.Kill(s.cmd.Process.Pid, syscall.SIGHUP) // what came twice would come before this
				if got := s.line(); got != syscall.SIGHUP.String() {
					t.Errorf("then %s, want %s", got, syscall.SIGHUP)
				}
				if rest, code := s.end(); rest != "" || code != 0 {
					t.Errorf("exit code %d, rest %q; want 0 and none", code, rest)
				}
			})
		}
	}
}

func TestExecEndsAsItsCommandBySignal(t *testing.T) {
	for sig, code := range map[syscall.Signal]int{
		syscall.SIGHUP: 129, syscall.SIGINT: 130, syscall.SIGKILL: 137, syscall.SIGPIPE: 141, syscall.SIGTERM: 143,
	} {
		got := result(t, execCommand(t, nil, "sh", "-c", fmt.Sprintf("kill -%d $$", sig)))
		if got != (outcome{code: code}) {
			t.Errorf("%s: %+v, want exit code %d", sig, got, code)
		}
	}
}

// TestExecKillsWhatDoesNotStop sends signals to a command that only prints them,
// with stderr as a pipe that nobody reads.
func TestExecKillsWhatDoesNotStop(t *testing.T) {
	for _, closed := range []bool{false, true} {
		cmd := execCommand(t, nil, "child", "signals")
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		if closed {
			r, w, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			r.Close()
			defer w.Close()
			cmd.Stderr = w
		}
		s := startSignaled(t, cmd)
		for range 2 {
			_ = s.cmd.Process.Signal(syscall.SIGTERM)
			if got := s.line(); got != syscall.SIGTERM.String() {
				t.Errorf("got %s, want %s", got, syscall.SIGTERM)
			}
		}
		_ = s.cmd.Process.Signal(syscall.SIGTERM)
		_, _ = io.ReadAll(s.out) // the command's end closes it
		_ = s.cmd.Wait()
		if code := s.cmd.ProcessState.ExitCode(); code != 137 {
			t.Errorf("exit code %d, want 137", code)
		}
		if !closed && stderr.String() != said+killed {
			t.Errorf("stderr %q, want %q", stderr.String(), said+killed)
		}
	}
}

// TestExecKeepsIgnoredSignals starts exec as nohup does.
func TestExecKeepsIgnoredSignals(t *testing.T) {
	for ignored, trap := range map[string]string{"true\n": "trap '' HUP; ", "false\n": ""} {
		cmd := execCommand(t, nil, "child", "ignored")
		cmd.Args = append([]string{"sh", "-c", trap + `exec "$0" "$@"`}, cmd.Args...)
		cmd.Path = "/bin/sh"
		if got := result(t, cmd); got != (outcome{stdout: ignored}) {
			t.Errorf("%q: %+v, want %q", trap, got, ignored)
		}
	}
}

// TestExecWithClosedStreams closes stdin before the start, and stdout while the
// command writes.
func TestExecWithClosedStreams(t *testing.T) {
	cmd := execCommand(t, nil, "child", "cat")
	cmd.Args = append([]string{"sh", "-c", `exec "$0" "$@" <&-`}, cmd.Args...)
	cmd.Path = "/bin/sh"
	if got := result(t, cmd); got != (outcome{}) {
		t.Errorf("without stdin: %+v, want exit code 0", got)
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd = execCommand(t, nil, "child", "write")
	cmd.Stdout = w
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	w.Close()
	if _, err := io.ReadFull(r, make([]byte, 10)); err != nil {
		t.Error(err)
	}
	r.Close()
	_ = cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != 141 {
		t.Errorf("with stdout closed: exit code %d, want 141, of SIGPIPE", code)
	}
}

// TestExecRunsScripts covers what only Unix has: first lines that name the
// interpreter, and a PATH with relative folders.
func TestExecRunsScripts(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	for name, text := range map[string]string{
		"good": "#!/bin/sh\nexit 5\n", "no-first-line": "exit 5\n", "no-interpreter": "#!/no/such/interpreter\n", "empty": "",
	} {
		if err := os.WriteFile(name, []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct {
		command string
		code    int
		stderr  string
	}{
		{"./good", 5, ""},
		{"good", 5, ""},
		{"./no-first-line", 126, "a script needs a first line such as #!/bin/sh"},
		{"empty", 126, "a script needs a first line such as #!/bin/sh"},
		{"no-interpreter", 126, "the interpreter in its first line does not exist"},
		{"./none", 127, "no such file"},
	} {
		cmd := execCommand(t, nil, test.command)
		cmd.Env = append(cmd.Env, "PATH=.:"+os.Getenv("PATH"))
		if got := result(t, cmd); got.code != test.code || !strings.Contains(got.stderr, test.stderr) {
			t.Errorf("%s: %+v, want exit code %d and stderr %q", test.command, got, test.code, test.stderr)
		}
	}
}
