package api

import (
	"encoding/json"
	"net/http"
	"strings"

	"cariqamock/internal/django"
	"cariqamock/internal/python"
	"cariqamock/mockserver/internal/wire"
)

// maxIndent is the deepest indentation of an answer, in blanks a level.
const maxIndent = 8

// negotiate refuses clients that accept no JSON, and returns the indentation that
// the others ask for. The format parameter, which the framework knows too, is a
// 404 for any other format (measured).
func (a *API) negotiate(query python.Form, header http.Header) (indent int, err error) {
	if f := query.Get("format"); f != "json" && f != "" {
		return 0, a.notFound()
	}
	accept, ok := header["Accept"]
	if !ok {
		return 0, nil
	}
	best := -1
	for part := range strings.SplitSeq(strings.Join(accept, ","), ",") {
		media := django.ReadMediaType(part)
		if precedence := media.Precedence(); media.Matches("application", "json") && precedence > best {
			best = precedence
			n, _ := python.Int(media.Params["indent"]) // 0 for what is no number
			indent = int(max(min(n, maxIndent), 0))
		}
	}
	if best < 0 {
		return 0, a.refuse("request/not-acceptable", "")
	}
	return indent, nil
}

// indented returns a reply with its JSON indented; 0 leaves it as it is.
func indented(reply wire.Reply, indent int) wire.Reply {
	if indent == 0 || len(reply.Body) == 0 {
		return reply
	}
	if body, err := wire.MarshalIndent(json.RawMessage(reply.Body), strings.Repeat(" ", indent)); err == nil {
		reply.Body = body
	}
	return reply
}
