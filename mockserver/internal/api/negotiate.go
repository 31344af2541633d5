package api

import (
	"mime"
	"net/url"
	"strings"
)

// negotiate refuses clients that accept no JSON. The format parameter, which
// the framework knows too, is a 404 for any other format (measured).
func (a *API) negotiate(query url.Values, accept []string) error {
	if f := query["format"]; len(f) > 0 && f[len(f)-1] != "json" && f[len(f)-1] != "" {
		return a.notFound()
	}
	if len(accept) == 0 {
		return nil
	}
	for part := range strings.SplitSeq(strings.Join(accept, ","), ",") {
		if part == "*/*" || part == "application/json" {
			return nil
		}
		kind, _, err := mime.ParseMediaType(part)
		if err != nil {
			kind, _, _ = strings.Cut(strings.TrimSpace(part), ";")
		}
		switch kind {
		case "", "*/*", "application/*", "application/json":
			return nil
		}
	}
	return a.refuse("request/not-acceptable", "")
}
