package main

import (
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// fakeControl notes what it is asked to do. SIGHUP stands for a signal that does
// not ask the command to stop.
type fakeControl struct{ done chan string }

func (c fakeControl) pass(s os.Signal) (stop bool) {
	c.done <- s.String()
	return s != syscall.SIGHUP
}

func (c fakeControl) kill() { c.done <- "kill" }

func TestSupervise(t *testing.T) {
	const term, hup, late = "term", "hup", "late"
	for name, test := range map[string]struct {
		events []string
		want   []string
		stderr string
	}{
		"ends by itself":        {},
		"one signal":            {events: []string{term}, want: []string{"terminated"}},
		"two, and the grace":    {events: []string{term, term, late}, want: []string{"terminated", "terminated", "kill"}, stderr: said + killed},
		"three":                 {events: []string{term, term, term}, want: []string{"terminated", "terminated", "terminated", "kill"}, stderr: said + killed},
		"for ever":              {events: []string{term, term, term, term}, want: []string{"terminated", "terminated", "terminated", "kill", "terminated", "kill"}, stderr: said + killed + killed},
		"others do not count":   {events: []string{hup, hup, hup, hup}, want: []string{"hangup", "hangup", "hangup", "hangup"}},
		"others do not reset":   {events: []string{term, hup, term, late}, want: []string{"terminated", "hangup", "terminated", "kill"}, stderr: said + killed},
		"the grace passes once": {events: []string{term, term, late, hup}, want: []string{"terminated", "terminated", "kill", "hangup"}, stderr: said + killed},
	} {
		t.Run(name, func(t *testing.T) {
			received, ended, timer := make(chan os.Signal), make(chan struct{}), make(chan time.Time)
			c := fakeControl{make(chan string, len(test.want))}
			var stderr buffer
			returned := make(chan struct{})
			go func() {
				defer close(returned)
				supervise(&stderr, c, received, ended, func(d time.Duration) <-chan time.Time {
					if d != killGrace {
						t.Errorf("grace %s, want %s", d, killGrace)
					}
					return timer
				})
			}()
			for _, event := range test.events {
				switch event {
				case term:
					received <- syscall.SIGTERM
				case hup:
					received <- syscall.SIGHUP
				case late:
					timer <- time.Time{}
				}
			}
			close(ended)
			<-returned
			close(c.done)
			var got []string
			for what := range c.done {
				got = append(got, what)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if diff := cmp.Diff(test.stderr, stderr.String()); diff != "" {
				t.Errorf("stderr (-want +got):\n%s", diff)
			}
		})
	}
}

const (
	said   = "cariqa-mock: the command has been asked to stop twice; it is killed in 5s, or at the next signal\n"
	killed = "cariqa-mock: the command did not stop and is killed\n"
)
