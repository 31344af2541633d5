package main

import "syscall"

// endWithParent asks a command to stop when exec has been killed.
func endWithParent(a *syscall.SysProcAttr) { a.Pdeathsig = syscall.SIGTERM }
