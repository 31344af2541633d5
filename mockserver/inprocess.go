package mockserver

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"cariqamock/mockserver/internal/api"
	"cariqamock/mockserver/internal/wire"
	"cariqamock/mockserver/internal/world"
)

// answerMargin is how much longer a call may take than a start that waits for
// its provider, so that the start's own timeout still answers.
const answerMargin = 5 * time.Second

// call makes a call of the vendor's API or of Stripe's in a world, through the
// same handlers as any client's. It ends with the request's context, or when a
// start would have timed out.
func (s *Server) call(w *world.World, r *http.Request) (*wire.Recorder, error) {
	ctx, cancel := context.WithTimeout(r.Context(), s.cfg.StartTimeout+answerMargin)
	defer cancel()
	r = r.WithContext(ctx)
	if r.Body == nil {
		r.Body = http.NoBody // a client may leave it nil, a server never has it so
	}
	answer := &wire.Recorder{}
	return answer, s.serveIn(w, answer, r)
}

// serveIn answers a call in a world. It fails with world.ErrOther if the
// call is about an intent of another one. A fault may break the connection:
// then the answer is what was written up to that moment.
func (s *Server) serveIn(in *world.World, w http.ResponseWriter, r *http.Request) (err error) {
	defer func() {
		if p := recover(); p != nil {
			if aborted, ok := p.(error); !ok || !errors.Is(aborted, http.ErrAbortHandler) {
				panic(p)
			}
		}
	}()
	w.Header().Set(api.HeaderVersion, s.cfg.Version)
	s.browsers.ServeHTTP(w, r, func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, vendorPrefix) {
			s.api.ServeIn(in, w, r)
		} else {
			err = s.stripe.ServeIn(in, w, r)
		}
	})
	return err
}
