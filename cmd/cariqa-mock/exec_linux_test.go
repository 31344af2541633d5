package main

import (
	"fmt"
	"os"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// TestExecOnATerminal types Ctrl-C and Ctrl-\ on a terminal whose foreground
// group exec is in. The command gets each once, from the terminal, and never
// dies of it; what is sent to exec alone is passed on.
func TestExecOnATerminal(t *testing.T) {
	keyboard, terminal := openTerminal(t)
	cmd := execCommand(t, nil, "child", "signals")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true, Ctty: 3}
	cmd.ExtraFiles = append(cmd.ExtraFiles, terminal)
	s := startSignaled(t, cmd)
	for range 4 { // more than a command may be asked to stop
		for key, want := range map[string]syscall.Signal{"\x03": syscall.SIGINT, "\x1c": syscall.SIGQUIT} {
			if _, err := keyboard.WriteString(key); err != nil {
				t.Fatal(err)
			}
			if got := s.line(); got != want.String() {
				t.Errorf("got %s, want %s", got, want)
			}
		}
	}
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	if got := s.line(); got != syscall.SIGTERM.String() {
		t.Errorf("got %s, want %s", got, syscall.SIGTERM)
	}
	if rest, code := s.end(); rest != "" || code != 0 {
		t.Errorf("exit code %d, rest %q; want 0 and none", code, rest)
	}
}

// openTerminal returns both ends of a pseudo terminal.
func openTerminal(t *testing.T) (keyboard, terminal *os.File) {
	t.Helper()
	keyboard, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("no pseudo terminal: %v", err)
	}
	t.Cleanup(func() { keyboard.Close() })
	if err := unix.IoctlSetPointerInt(int(keyboard.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(int(keyboard.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	if terminal, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|syscall.O_NOCTTY, 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { terminal.Close() })
	return keyboard, terminal
}

// TestExecKilled checks that a command does not outlive exec unasked.
func TestExecKilled(t *testing.T) {
	s := startSignaled(t, execCommand(t, nil, "child", "signals"))
	_ = s.cmd.Process.Kill()
	if got := s.line(); got != syscall.SIGTERM.String() {
		t.Errorf("got %s, want %s", got, syscall.SIGTERM)
	}
	s.in.Close()
}
