package api

import (
	"net/http"
	"strconv"

	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/wire"
	"cariqamock/mockserver/spec"
)

// Headers of the fake's own on answers. Bodies are the vendor's alone.
const (
	HeaderVersion  = "X-Cariqa-Mock"
	HeaderWorld    = "X-Cariqa-Mock-World"
	HeaderRule     = "X-Cariqa-Mock-Rule"
	HeaderFindings = "X-Cariqa-Mock-Findings"
	HeaderRequest  = "X-Request-Id"
)

// ExposedHeaders are the headers that web pages of other origins may read.
var ExposedHeaders = []string{
	HeaderVersion, HeaderWorld, HeaderRule, HeaderFindings, HeaderRequest, "Allow", "Location", "Preference-Applied", "Retry-After",
}

// securityHeaders are those that the vendor's framework adds to every answer;
// a redirect leaves it before X-Frame-Options is added (measured).
var securityHeaders = http.Header{
	"X-Frame-Options": {"DENY"}, "X-Content-Type-Options": {"nosniff"}, "Referrer-Policy": {"same-origin"},
}

// jsonHeader is what all answers with a body have in common.
var jsonHeader = http.Header{"Content-Type": {"application/json"}}

// unanswered is the status in the journal of a call that got no answer: its
// client left, or a fault dropped the connection.
const unanswered = 0

// stopping returns the answer of a call that could not end before the server
// stopped. It has changed nothing: it waited for a delay, or its start is
// withdrawn.
func stopping() wire.Reply {
	reply := wire.Refused(&connect.Refusal{Rule: connect.Rule{
		Status: http.StatusServiceUnavailable, Detail: "The server is stopping. This call has changed nothing.",
	}})
	reply.Header = http.Header{"Connection": {"close"}}
	return reply
}

// bound returns the refusal of a call that exceeds a bound of the fake, which
// the vendor does not have.
func bound(status int, text string) *connect.Refusal {
	return &connect.Refusal{Rule: connect.Rule{Status: status, Detail: text, Remedy: text}}
}

// Refuse answers any request with 403 in the format of the vendor's API.
func (a *API) Refuse(w http.ResponseWriter, r *http.Request, text string) {
	c := &call{id: a.NextRequestID(), r: r}
	reply := wire.Refused(&connect.Refusal{Rule: connect.Rule{Status: http.StatusForbidden, Detail: text}})
	a.setHeaders(w.Header(), c, reply)
	a.write(w, c, reply)
}

// setHeaders sets the headers of an answer, without Header.Set where that
// saves an allocation each.
func (a *API) setHeaders(h http.Header, c *call, reply wire.Reply) {
	for _, header := range []http.Header{reply.Header, securityHeaders} {
		for name, values := range header {
			h[name] = values
		}
	}
	if reply.Status == http.StatusMovedPermanently {
		delete(h, "X-Frame-Options")
	}
	own := make([]string, 0, 6)
	set := func(name, value string) { // the name in its canonical form
		if value != "" {
			own = append(own, value)
			h[name] = own[len(own)-1 : len(own) : len(own)]
		}
	}
	set(HeaderRequest, c.id)
	set(HeaderRule, reply.Rule)
	set(HeaderFindings, tally(c.findings))
	if c.state != nil {
		set(HeaderWorld, c.world.ID)
	}
	if c.resource != nil {
		set("Allow", c.resource.allow)
	}
	if reply.Status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", `Bearer realm="api"`)
	}
	if len(reply.Body) > 0 {
		h["Content-Type"] = jsonHeader["Content-Type"]
		set("Content-Length", strconv.Itoa(len(reply.Body)))
	}
}

// tally returns how many findings each side has, such as
// "request=2, answer=1".
func tally(findings []spec.Finding) string {
	if len(findings) == 0 {
		return ""
	}
	counts := map[spec.Side]int{}
	for _, f := range findings {
		counts[f.Side]++
	}
	text := ""
	for _, side := range []spec.Side{spec.SideRequest, spec.SideAnswer} {
		if n := counts[side]; n > 0 {
			if text != "" {
				text += ", "
			}
			text += string(side) + "=" + strconv.Itoa(n)
		}
	}
	return text
}

// write sends an answer, or what a fault leaves of it.
func (a *API) write(w http.ResponseWriter, c *call, reply wire.Reply) {
	if c.fault.Break(w, c.r, reply) {
		return
	}
	w.WriteHeader(reply.Status)
	if _, err := w.Write(reply.Body); err != nil && len(reply.Body) > 0 {
		a.cfg.Log.Debug("the client did not read the answer", "request", c.id, "error", err)
	}
}
