package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"runtime"
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
	cmd.Env = os.Environ()
	for _, v := range env {
		cmd.Env = append(cmd.Env, v.name+"="+v.value) // the last one of a name counts
	}
	control := newControl(cmd)
	runtime.LockOSThread() // on Linux, the command is told when this thread ends
	defer runtime.UnlockOSThread()
	if err := cmd.Start(); err != nil {
		err = fmt.Errorf("the command cannot be run: %w", err)
		if errors.Is(err, exec.ErrNotFound) || errors.Is(err, fs.ErrNotExist) {
			return exitNotFound, err
		}
		return exitNotExecutable, err
	}
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait() // the state says more
		close(ended)
	}()
	supervise(p.stderr, control, received, ended, time.After)
	return exitCode(cmd.ProcessState), nil
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
