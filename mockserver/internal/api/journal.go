package api

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/fault"
	"cariqamock/mockserver/internal/journal"
	"cariqamock/mockserver/internal/wire"
)

// record adds a call to its world's journal, with the reply and the headers
// that its client gets, or without them if it is not answered. Calls without a
// world are not recorded.
func (a *API) record(c *call, reply wire.Reply, sent http.Header) {
	if c.world == nil {
		return
	}
	x := journal.Exchange{
		ID: c.id, Time: c.world.Clock.Now(), Began: c.began, Took: a.cfg.Wall().Sub(c.began), Operation: c.op.ID, Method: c.r.Method, URL: c.r.URL,
		Request: journal.Message{Header: c.r.Header, Body: c.body}, Seq: c.world.Seq(), User: c.user(), First: c.world.State.FirstUser(), Findings: c.findings,
	}
	if c.refusal != nil {
		x.Facts, x.Remedy = c.refusal.Facts, c.refusal.Rule.Remedy
	}
	if c.before != nil {
		if x.Before, x.After = c.before, c.summary(); x.After == nil {
			x.After = connect.DeletedSummary()
		}
	}
	o := outcome{reply: reply, sent: sent, fault: c.fault, stopped: c.stopped, left: c.left}
	o.complete(&x, c.r.Header)
	c.world.Journal.Record(x)
}

// An outcome is how a call ended, on the vendor's side or on Stripe's.
type outcome struct {
	reply   wire.Reply
	sent    http.Header  // with the reply
	fault   *fault.Fault // nil if there was none
	stopped bool         // the server stopped before the operation could end
	left    bool         // the client left before the answer
}

// complete adds to an exchange its answer and why the call got it: by a fault, by
// its own header, or for the facts that the exchange has already.
func (o outcome) complete(x *journal.Exchange, request http.Header) {
	x.Status, x.Rule, x.Response = o.reply.Status, o.reply.Rule, journal.Message{Header: o.sent, Body: o.reply.Body}
	if o.left || o.fault.Drops() {
		x.Status, x.Response = unanswered, journal.Message{}
	}
	switch {
	case o.fault != nil:
		x.Fault, x.Rule = o.fault.ID, o.fault.Rule()
		x.Facts, x.Remedy = []string{o.fault.Fact(o.reply.Status)}, "Delete the fault, or wait until it is used up."
	case o.reply.Rule == wire.RulePrefer:
		x.Facts = []string{"The request's Prefer header asked for this answer: " + strings.Join(request.Values("Prefer"), ", ") + "."}
		x.Remedy = "Leave the header out."
	}
	switch {
	case o.stopped:
		x.Facts = append(x.Facts, "The server stopped before the operation ended, and nothing was changed.")
	case o.left && o.reply.Status == unanswered:
		x.Facts = append(x.Facts, "The client left before the operation ended, and nothing was changed.")
	case o.left:
		x.Facts = append(x.Facts, fmt.Sprintf("The client left before its answer, %d.", o.reply.Status))
	}
}

// summary returns the connect.Summary of the call's user, with what the path
// names, or nil if the call is about none.
func (c *call) summary() any {
	if c.user() == "" {
		return nil
	}
	if s, ok := c.state.Summary(c.user(), slices.Collect(maps.Values(c.vars))...); ok {
		return s
	}
	return nil
}
