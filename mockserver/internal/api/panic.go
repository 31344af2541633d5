package api

import (
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"

	"cariqamock/internal/redact"
	"cariqamock/mockserver/internal/wire"
)

const ruleUnexpected = "request/unexpected-error"

// Panicked logs the panic of a handler with its stack, and counts it. It is
// called by the deferred function that has recovered the value. The panic that
// ends a request without an answer, http.ErrAbortHandler, goes on. id may be
// empty.
func (a *API) Panicked(r *http.Request, id string, value any) {
	if err, ok := value.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		panic(value)
	}
	a.meters.panics.Inc()
	a.cfg.Log.Error("panic while answering", "request", id, "method", r.Method, "path", redact.LogText(r.URL.Path),
		"panic", fmt.Sprint(value), "stack", string(debug.Stack()))
}

// Unexpected returns the vendor's 500 with some details.
func (a *API) Unexpected(details string) wire.Reply {
	return wire.Refused(a.refuse(ruleUnexpected, details))
}
