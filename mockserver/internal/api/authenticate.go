package api

import (
	"errors"
	"net/http"
	"strings"

	"cariqamock/mockserver/internal/world"
)

// authenticate returns the world that a request is made in: in, or that
// of its token if in is nil. An Authorization header of another
// scheme counts as missing, which is 401. Any token is accepted except malformed
// and revoked ones, those of unknown scenarios and those that are not allowed,
// which are 403; the statuses are those of auth/missing and auth/invalid in
// rules.json.
func (a *API) authenticate(r *http.Request, in *world.World) (*world.World, error) {
	if in != nil {
		if in.Revoked {
			return nil, a.refuse("auth/invalid", "")
		}
		return in, nil
	}
	words := strings.Fields(r.Header.Get("Authorization"))
	if len(words) != 2 || !strings.EqualFold(words[0], "Bearer") {
		return nil, a.refuse("auth/missing", "")
	}
	w, err := a.cfg.Worlds.ByToken(words[1])
	var bad *world.TokenError
	switch {
	case errors.As(err, &bad):
		return nil, a.refuse("auth/invalid", bad.Text)
	case errors.Is(err, world.ErrRevoked):
		return nil, a.refuse("auth/invalid", "")
	case err != nil:
		return nil, err
	}
	return w, nil
}
