package main

import (
	"runtime"
	"testing"
)

// TestOneProcessor: a run takes one processor, and the program has its own number
// again after it, unless GOMAXPROCS says how many.
func TestOneProcessor(t *testing.T) {
	before := runtime.GOMAXPROCS(0)
	for _, tt := range []struct {
		env  string
		want int
	}{{"", 1}, {"7", before}} {
		p := &program{getenv: func(name string) string {
			if name == "GOMAXPROCS" {
				return tt.env
			}
			return ""
		}}
		end := p.oneProcessor()
		if got := runtime.GOMAXPROCS(0); got != tt.want {
			t.Errorf("GOMAXPROCS=%q: %d processors in a run, want %d", tt.env, got, tt.want)
		}
		if end(); runtime.GOMAXPROCS(0) != before {
			t.Errorf("GOMAXPROCS=%q: %d processors after a run, want %d", tt.env, runtime.GOMAXPROCS(0), before)
		}
	}
}
