package admin

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"cariqamock/mockserver/internal/admin/adminapi"
	"cariqamock/mockserver/internal/scenario/library"
	"cariqamock/mockserver/internal/scenario/play"
	"cariqamock/mockserver/internal/wire"
	"cariqamock/mockserver/internal/world"
)

// replay makes the steps of the scenario that a world started from.
func (h *handler) replay(w *world.World, r *http.Request) (result, error) {
	s, err := h.cfg.Library.Get(w.Scenario)
	if errors.Is(err, library.ErrUnknown) { // its file is gone, or it was sent to another server
		return nil, adminapi.NewProblem(http.StatusNotFound, "The server has no scenario %s, from which the world started.", w.Scenario)
	}
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(r.Context(), checkTimeout)
	defer cancel()
	out := adminapi.Replay{Steps: len(s.Steps)}
	for _, done := range play.Try(ctx, s, inside{h, w, r}, "", w.ID) {
		if done.Err != nil {
			out.Wrong = fmt.Sprintf("step %d, %s: %v", done.Step, done.What, done.Err)
			break
		}
		out.Made = done.Step
	}
	return show(out)
}

// inside is an http.RoundTripper for calls in a world, which pass no network. They
// come from the client of another call.
type inside struct {
	h    *handler
	w    *world.World
	from *http.Request
}

var errDropped = errors.New("the connection was dropped")

// RoundTrip implements http.RoundTripper.
func (i inside) RoundTrip(r *http.Request) (*http.Response, error) {
	r.Host, r.TLS, r.RemoteAddr = i.from.Host, i.from.TLS, i.from.RemoteAddr
	if r.Body == nil {
		r.Body = http.NoBody
	}
	rec := &wire.Recorder{}
	if strings.HasPrefix(r.URL.Path, prefix+"/") {
		i.h.router.ServeHTTP(rec, r)
	} else {
		var err error
		if rec, err = i.h.cfg.Call(i.w, r); err != nil {
			return nil, err
		}
	}
	if rec.Status == 0 {
		return nil, errDropped
	}
	return &http.Response{
		StatusCode: rec.Status, Header: rec.Header(), Body: io.NopCloser(bytes.NewReader(rec.Body.Bytes())), Request: r,
	}, nil
}
