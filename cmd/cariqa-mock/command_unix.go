//go:build unix

package main

import (
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"syscall"

	"golang.org/x/sys/unix"
)

// passedSignals returns the signals that exec takes: those that it passes on,
// and SIGPIPE, so that a closed stderr does not end it before the command. What
// has been ignored from the start, as by nohup, stays so.
func passedSignals() []os.Signal {
	return slices.DeleteFunc([]os.Signal{
		syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT, syscall.SIGUSR1, syscall.SIGUSR2, syscall.SIGPIPE,
	}, signal.Ignored)
}

// A unixControl sends signals to a command. With a terminal, the command is in
// the process group of exec, so that the terminal treats both as one job.
// Without, it has a group of its own, so that a signal to the group of exec
// does not reach it twice.
type unixControl struct {
	cmd *exec.Cmd
	tty *os.File // nil: there is no terminal
}

func newControl(cmd *exec.Cmd) control {
	tty, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	if err != nil {
		tty = nil
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: tty == nil}
	endWithParent(cmd.SysProcAttr)
	return &unixControl{cmd, tty}
}

func (c *unixControl) pass(s os.Signal) (stop bool) {
	switch s {
	case syscall.SIGPIPE:
		return false
	case syscall.SIGUSR1, syscall.SIGUSR2: // would end most of the processes that the command has started
		_ = c.cmd.Process.Signal(s)
		return false
	case syscall.SIGINT, syscall.SIGQUIT:
		if c.inForeground() { // a key sends these to the whole group
			return false
		}
	}
	c.send(s.(syscall.Signal))
	return true
}

func (c *unixControl) kill() { c.send(syscall.SIGKILL) }

// send sends a signal to the command's own group, or to the command if it has
// none. A command that has ended in the meantime needs no signal.
func (c *unixControl) send(s syscall.Signal) {
	if c.tty != nil {
		_ = c.cmd.Process.Signal(s)
	} else {
		_ = syscall.Kill(-c.cmd.Process.Pid, s)
	}
}

// inForeground reports whether the terminal's keys signal the group of exec.
func (c *unixControl) inForeground() bool {
	if c.tty == nil {
		return false
	}
	group, err := unix.IoctlGetInt(int(c.tty.Fd()), unix.TIOCGPGRP)
	return err == nil && group == syscall.Getpgrp()
}

// exitCode returns the exit code of a command as shells do.
func exitCode(state *os.ProcessState) int {
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return exitSignal + int(status.Signal())
	}
	return state.ExitCode()
}
