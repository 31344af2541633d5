package main

import (
	"os"
	"os/exec"
	"syscall"
)

// passedSignals returns the events of the console, which Windows sends to the
// command as well: Ctrl-C and Ctrl-Break as os.Interrupt, and the end of the
// session as SIGTERM.
func passedSignals() []os.Signal { return []os.Signal{os.Interrupt, syscall.SIGTERM} }

type windowsControl struct{ cmd *exec.Cmd }

func newControl(cmd *exec.Cmd) control { return windowsControl{cmd} }

func (windowsControl) pass(s os.Signal) (stop bool) { return s == syscall.SIGTERM }

func (c windowsControl) kill() { _ = c.cmd.Process.Kill() }

// exitCode returns the exit code of a command.
func exitCode(state *os.ProcessState) int { return state.ExitCode() }
