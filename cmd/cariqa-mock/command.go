package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"
)

// Exit codes for a command that did not run, as in shells.
const (
	exitNotExecutable = 126
	exitNotFound      = 127
	exitSignal        = 128 // and the number of the signal
)

const (
	// killGrace is how long a command may run after it has been asked to stop
	// for the second time.
	killGrace = 5 * time.Second
	// outputGrace is how long output is copied that processes still write after
	// the command that started them has ended. Files need no copying.
	outputGrace = time.Second
)

// runCommand runs a command with additional variables and returns its exit code.
// The error is why it could not be started.
func (p *program) runCommand(command []string, env []variable, received <-chan os.Signal) (int, error) {
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr, cmd.WaitDelay = os.Stdin, p.raw.stdout, p.raw.stderr, outputGrace
	if errors.Is(cmd.Err, exec.ErrDot) {
		cmd.Err = nil // PATH has a relative folder, such as node_modules/.bin
	}
	cmd.Env = slices.DeleteFunc(os.Environ(), aboutServer)
	for _, v := range env {
		cmd.Env = append(cmd.Env, v.name+"="+v.value) // the last one of a name counts
	}
	control := newControl(cmd)
	runtime.LockOSThread() // on Linux, the command is told when this thread ends
	defer runtime.UnlockOSThread()
	if err := cmd.Start(); err != nil {
		return notRun(cmd, err)
	}
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait() // the state says more
		close(ended)
	}()
	supervise(p.stderr, control, received, ended, time.After)
	return exitCode(cmd.ProcessState), nil
}

// aboutServer reports whether a variable tells a server that the command starts
// what is meant for that of exec alone.
func aboutServer(entry string) bool {
	name, _, _ := strings.Cut(entry, "=")
	return name == envName("port-file") || name == envName(adminURL)
}

// notRun returns the exit code and the reason for a command that could not be
// started.
func notRun(cmd *exec.Cmd, err error) (int, error) {
	hint := ""
	_, exists := os.Stat(cmd.Path)
	switch missing := errors.Is(err, fs.ErrNotExist); {
	case cmd.Args[0] == "":
		return exitNotFound, errors.New("the command cannot be run: its name is empty")
	case errors.Is(err, exec.ErrNotFound), missing && exists != nil:
		return exitNotFound, fmt.Errorf("the command cannot be run: %w", err)
	case missing:
		hint = " (the interpreter in its first line does not exist)"
	case errors.Is(err, syscall.ENOEXEC):
		hint = " (a script needs a first line such as #!/bin/sh)"
	}
	return exitNotExecutable, fmt.Errorf("the command cannot be run: %w%s", err, hint)
}

// A control sends signals to a running command.
type control interface {
	// pass sends a signal unless the command gets it anyway. It reports
	// whether the signal asks the command to stop.
	pass(os.Signal) (stop bool)
	kill()
}

// supervise passes signals on to a command until it has ended, and kills it if
// it ignores them.
func supervise(stderr io.Writer, c control, received <-chan os.Signal, ended <-chan struct{}, after func(time.Duration) <-chan time.Time) {
	var late <-chan time.Time
	kill := func() {
		fmt.Fprintln(stderr, "cariqa-mock: the command did not stop and is killed")
		c.kill()
	}
	for asked := 0; ; {
		select {
		case <-ended:
			return
		case <-late:
			kill()
		case s := <-received:
			if !c.pass(s) {
				continue
			}
			switch asked++; asked {
			case 1:
			case 2:
				late = after(killGrace)
				fmt.Fprintf(stderr, "cariqa-mock: the command has been asked to stop twice; it is killed in %s, or at the next signal\n", killGrace)
			default:
				kill()
			}
		}
	}
}
