package api

import (
	"net/http"
	"strings"
	"sync"

	"cariqamock/mockserver/internal/journal"
	"cariqamock/mockserver/internal/stripe"
	"cariqamock/mockserver/spec"
)

// RecordStripe is the stripe.Recorder of a server: it numbers Stripe's calls
// among the vendor's and adds those that concern a world to its journal.
func (a *API) RecordStripe(c stripe.Call, header http.Header) {
	id := c.ID
	if id == "" {
		id = a.NextRequestID()
	}
	header.Set(HeaderRequest, id)
	if c.Reply.Rule != "" {
		header.Set(HeaderRule, c.Reply.Rule)
	}
	var findings []spec.Finding
	if c.Unserved {
		findings = []spec.Finding{{
			Side: spec.SideRequest, In: spec.InPath, Kind: spec.KindUndeclared, Message: "path: cariqa-mock does not fake this call of Stripe's API",
		}}
		header.Set(HeaderFindings, tally(findings))
		a.unserved(c.Request)
	}
	if c.World == nil {
		return
	}
	header.Set(HeaderWorld, c.World.ID)
	x := journal.Exchange{
		ID: id, Time: c.World.Clock.Now(), Began: c.Began, Took: a.cfg.Wall().Sub(c.Began), Operation: c.Operation, Method: c.Request.Method, URL: c.Request.URL,
		Request: journal.Message{Header: c.Request.Header, Body: c.Body}, Seq: c.World.Seq(), User: c.User, First: c.World.State.FirstUser(), Findings: findings,
	}
	if s, ok := c.World.State.Summary(c.User); ok && c.Before != nil {
		x.Before, x.After = c.Before, s
	}
	o := outcome{reply: c.Reply, sent: header, fault: c.Fault, stopped: c.Stopped, left: c.Left}
	o.complete(&x, c.Request.Header)
	c.World.Journal.Record(x)
}

// maxUnserved bounds how many kinds of calls that are not faked have a counter
// and a line in the log of their own, as clients choose the paths.
const maxUnserved = 50

// kinds are the kinds of calls that are known already.
type kinds struct {
	mu    sync.Mutex
	known map[string]bool
}

// add reports whether a kind is new; there are at most maxUnserved. A kind
// beyond these is replaced by "other".
func (k *kinds) add(kind string) (counted string, isNew bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	switch {
	case k.known[kind]:
		return kind, false
	case len(k.known) >= maxUnserved:
		return "other", false
	case k.known == nil:
		k.known = map[string]bool{}
	}
	k.known[kind] = true
	return kind, true
}

// unserved counts a call of Stripe's API that is not faked, and logs the first
// one of its kind.
func (a *API) unserved(r *http.Request) {
	kind, isNew := a.unfaked.add(kindOf(r))
	a.meters.unserved(kind)
	a.meters.findings[spec.SideRequest].Inc()
	if isNew {
		a.cfg.Log.Warn("cariqa-mock does not fake this call of Stripe's API; it got 404", "call", kind)
	}
}

// kindOf returns a call without what differs between calls of its kind: GET
// /v1/customers/{id}.
func kindOf(r *http.Request) string {
	const maxSegments, maxSegment = 6, 40
	segments := strings.Split(strings.TrimPrefix(r.URL.Path, "/v1/"), "/")
	for i, s := range segments[:min(len(segments), maxSegments)] {
		if len(s) > maxSegment || strings.ContainsFunc(s, func(c rune) bool { return (c < 'a' || c > 'z') && c != '_' }) {
			segments[i] = "{id}"
		}
	}
	if len(segments) > maxSegments {
		segments = append(segments[:maxSegments], "…")
	}
	method := r.Method
	if len(method) > len(http.MethodOptions) || strings.Trim(method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		method = "OTHER"
	}
	return method + " /v1/" + strings.Join(segments, "/")
}
