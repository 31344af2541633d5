package mockserver

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"time"

	"cariqamock/mockserver/internal/admin"
	"cariqamock/mockserver/internal/world"
)

// namedWorld is the key of the world that a request's context names. Only
// calls that the admin API makes have it: to them it is what the token is to
// others.
type namedWorld struct{}

func worldOf(ctx context.Context) (*world.World, bool) {
	w, ok := ctx.Value(namedWorld{}).(*world.World)
	return w, ok
}

// answerMargin is how much longer a call may take than a start that waits
// for its provider: the answer to that one is still told.
const answerMargin = 5 * time.Second

// call makes a call of the vendor's API or of Stripe's in a world, through the
// same handlers as any client's. It ends with the request's context, or when a
// start would have lost its patience.
func (s *Server) call(w *world.World, r *http.Request) (admin.Answer, error) {
	if home, ok := s.worlds.WorldOfIntent(intentOf(r.URL.Path)); ok && home.ID != w.ID {
		return admin.Answer{}, admin.ErrOtherWorld
	}
	ctx, cancel := context.WithTimeout(context.WithValue(r.Context(), namedWorld{}, w), s.cfg.StartTimeout+answerMargin)
	defer cancel()
	if r.Body == nil {
		r.Body = http.NoBody // a client may leave it nil, a server never has it so
	}
	a := &answering{header: http.Header{}}
	a.serve(s.handler, r.WithContext(ctx))
	return admin.Answer{Status: a.status, Header: a.header, Body: a.body.Bytes()}, nil
}

// answering is an answer as it is being written. One of which nothing was
// written has status 0: nobody would have got it.
type answering struct {
	header http.Header
	status int
	body   bytes.Buffer
}

// serve lets a handler answer. One that breaks the connection, as a fault may
// want it, has written what it has.
func (a *answering) serve(h http.Handler, r *http.Request) {
	defer func() {
		if p := recover(); p != nil {
			if err, ok := p.(error); !ok || !errors.Is(err, http.ErrAbortHandler) {
				panic(p)
			}
		}
	}()
	h.ServeHTTP(a, r)
}

// Header is what the handler sets.
func (a *answering) Header() http.Header { return a.header }

// WriteHeader notes the status, the first one told.
func (a *answering) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
}

// Write notes a part of the body.
func (a *answering) Write(p []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	return a.body.Write(p)
}
