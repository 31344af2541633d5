package main

import (
	"context"
	"io"
)

// untilEnd returns a context that ends when nothing more can be read from r, in
// addition to when ctx ends. What is read is discarded. The standard input of a
// process ends when the one that holds its other end does, however that ends.
func untilEnd(ctx context.Context, r io.Reader) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		_, _ = io.Copy(io.Discard, r) // an error ends the input as well
		cancel()
	}()
	return ctx, cancel
}
