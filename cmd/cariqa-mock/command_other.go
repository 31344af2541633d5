//go:build unix && !linux

package main

import "syscall"

// endWithParent does nothing: only Linux can tell a command that exec has been
// killed.
func endWithParent(*syscall.SysProcAttr) {}
