//go:build unix

package main

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestStopOnceForAll sends each signal again while the server stops, as process
// managers and npm do, which signal a group and its members. The stop goes on
// as it would have, to its end.
func TestStopOnceForAll(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
		t.Run(sig.String(), func(t *testing.T) {
			portFile := filepath.Join(t.TempDir(), "port")
			cmd := exec.CommandContext(t.Context(), self, "serve", "--addr", "127.0.0.1:0", "--stations", "0", "--port-file", portFile)
			cmd.Env = append(os.Environ(), roleVariable+"=1")
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			line, err := bufio.NewReader(out).ReadString('\n')
			if err != nil {
				t.Fatal(err)
			}
			addr := line[strings.LastIndex(line, "/")+1 : len(line)-1]
			conn, err := net.Dial("tcp", addr) // holds the stop up: a refused call, whose body never comes
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			fmt.Fprint(conn, "POST /api/v1/users/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n")
			for begun := time.Now(); time.Since(begun) < patience; time.Sleep(time.Millisecond) {
				_ = cmd.Process.Signal(sig) // the first one may come before the server serves
				probe, err := net.Dial("tcp", addr)
				if err != nil {
					break
				}
				probe.Close()
			}
			_ = cmd.Process.Signal(sig)
			_ = cmd.Process.Signal(sig)
			if err := cmd.Wait(); err != nil {
				t.Errorf("%v, want exit code 0", err)
			}
			if _, err := os.Stat(portFile); err == nil {
				t.Error("the port file is left")
			}
		})
	}
}
