package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"sync"
	"syscall"
)

// announceStop prints what happens after a signal, and ends the program at the
// second one, after abandon. The returned function ends that.
func (p *program) announceStop(ctx context.Context, abandon func()) (end func()) {
	signals := make(chan os.Signal, 2) // the first one ends the context, too
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	done := make(chan struct{})
	var all sync.WaitGroup
	all.Go(func() {
		select {
		case <-done:
			if ctx.Err() == nil {
				return
			}
		case <-ctx.Done():
		}
		fmt.Fprintln(p.stderr, "stopping: deleting what this run created; a second signal exits at once")
		select {
		case <-done:
			return
		case <-signals:
		}
		select {
		case <-done:
		case second := <-signals:
			abandon()
			fmt.Fprintln(p.stderr, "stopped at once: what this run created may still be on the target; cariqa-contract sweep --older-than 0s deletes it")
			os.Exit(exitOf(second))
		}
	})
	return func() {
		signal.Stop(signals)
		close(done)
		all.Wait()
	}
}

// exitOf returns the exit code of programs that a signal has ended.
func exitOf(s os.Signal) int {
	if number, ok := s.(syscall.Signal); ok {
		return 128 + int(number)
	}
	return 1
}
