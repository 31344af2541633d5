//go:build !linux

package browsertest_test

import "os/exec"

// endTogether does nothing where a process cannot be bound to its parent.
func endTogether(*exec.Cmd) {}

// kill ends a process.
func kill(cmd *exec.Cmd) {
	if cmd.Process != nil {
		cmd.Process.Kill()
		cmd.Wait()
	}
}
