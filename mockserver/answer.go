package mockserver

import (
	"net/http"
	"strconv"
	"strings"

	"cariqamock/mockserver/internal/fault"
	"cariqamock/mockserver/internal/wire"
	"cariqamock/mockserver/spec"
)

// Headers of our own on the vendor's answers. Bodies are the vendor's alone.
const (
	headerVersion  = "X-Cariqa-Mock"
	headerWorld    = "X-Cariqa-Mock-World"
	headerRule     = "X-Cariqa-Mock-Rule"
	headerFindings = "X-Cariqa-Mock-Findings"
	headerRequest  = "X-Request-Id"
)

func exposedHeaders() []string {
	return []string{headerVersion, headerWorld, headerRule, headerFindings, headerRequest, "Allow", "Location", "Preference-Applied", "Retry-After"}
}

// write sends an answer to the vendor's API. Headers are set without Set where
// that is worth an allocation each.
func (a *api) write(w http.ResponseWriter, c *call, reply wire.Reply) {
	h := w.Header()
	for _, header := range []http.Header{reply.Header, a.security} {
		for name, values := range header {
			h[name] = values
		}
	}
	own := make([]string, 0, 6)
	set := func(name, value string) { // the name in its canonical form
		if value != "" {
			own = append(own, value)
			h[name] = own[len(own)-1 : len(own) : len(own)]
		}
	}
	set(headerRequest, c.id)
	set(headerRule, reply.Rule)
	set(headerFindings, tally(c.findings))
	if c.world != nil {
		set(headerWorld, c.world.ID)
	}
	if c.resource != nil {
		set("Allow", c.resource.allow)
	}
	if reply.Status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", `Bearer realm="api"`)
	}
	if len(reply.Body) > 0 {
		h["Content-Type"] = a.jsonAnswer["Content-Type"]
		set("Content-Length", strconv.Itoa(len(reply.Body)))
	}
	if c.fault != nil {
		switch kind := c.fault.Effect().Kind; kind {
		case fault.KindDrop:
			a.record(c, wire.Reply{Status: unanswered}, nil)
			wreck(w, kind, reply)
		case fault.KindTruncate:
			a.record(c, reply, h)
			wreck(w, kind, reply)
		}
	}
	a.record(c, reply, h)
	w.WriteHeader(reply.Status)
	if _, err := w.Write(reply.Body); err != nil && len(reply.Body) > 0 {
		a.cfg.Log.Debug("the client did not read the answer", "request", c.id, "error", err)
	}
}

// unanswered is the status in the journal of a call that got no answer: its
// client left, or a fault dropped the connection.
const unanswered = 0

// tally says how many findings each side has: "request=2, answer=1".
func tally(findings []spec.Finding) string {
	if len(findings) == 0 {
		return ""
	}
	counts := map[spec.Side]int{}
	for _, f := range findings {
		counts[f.Side]++
	}
	var out []string
	for _, side := range []spec.Side{"request", "answer"} {
		if n := counts[side]; n > 0 {
			out = append(out, string(side)+"="+strconv.Itoa(n))
		}
	}
	return strings.Join(out, ", ")
}

// list answers with a page of a list. fetch gives the length of the whole list
// and a part of it.
func list[T, V any](a *api, c *call, fetch func(offset, limit int) (int, []T, error), view func(T) V) (wire.Reply, error) {
	p, ok := wire.ReadPage(c.query())
	if !ok {
		return wire.Reply{}, a.refuse("request/not-found", invalidPage)
	}
	offset := (p.Number - 1) * p.Size
	if p.Last || offset/p.Size != p.Number-1 {
		n, _, err := fetch(0, 0)
		if err != nil {
			return wire.Reply{}, err
		}
		if _, offset, ok = p.Resolve(n); !ok {
			return wire.Reply{}, a.refuse("request/not-found", invalidPage)
		}
	}
	n, items, err := fetch(offset, p.Size)
	if err != nil {
		return wire.Reply{}, err
	}
	number, _, ok := p.Resolve(n)
	if !ok {
		return wire.Reply{}, a.refuse("request/not-found", invalidPage)
	}
	out := wire.Page[V]{Count: n, Results: make([]V, len(items))}
	for i, item := range items {
		out.Results[i] = view(item)
	}
	if n > p.Size { // else there is one page
		out.Next, out.Previous = wire.Links(wire.SelfURL(c.r, a.public), number, p.Size, n)
	}
	return wire.JSON(http.StatusOK, out)
}

const invalidPage = "Invalid page."
