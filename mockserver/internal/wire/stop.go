package wire

import (
	"context"
	"errors"
)

// ErrStopping is the cause that ends the contexts of requests when the server
// stops. A context that ends without it means that the client has left.
var ErrStopping = errors.New("the server is stopping")

// Stopping reports whether a context has ended because the server stops.
func Stopping(ctx context.Context) bool { return errors.Is(context.Cause(ctx), ErrStopping) }
