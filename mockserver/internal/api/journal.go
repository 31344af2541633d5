package api

import (
	"net/http"
	"strings"

	"cariqamock/mockserver/internal/journal"
	"cariqamock/mockserver/internal/wire"
)

// record adds a call to its world's journal, with the reply and the headers
// that its client gets, or without them if it is not answered. Calls without a
// world are not recorded.
func (c *call) record(reply wire.Reply, sent http.Header, answered bool) {
	if c.world == nil {
		return
	}
	if !answered {
		reply, sent = wire.Reply{Status: unanswered, Rule: reply.Rule}, nil
	}
	x := journal.Exchange{
		ID: c.id, Time: c.world.Clock.Now(), Operation: c.op.ID, Method: c.r.Method, URL: c.r.URL,
		Request: journal.Message{Header: c.r.Header, Body: c.body}, Status: reply.Status,
		Response: journal.Message{Header: sent, Body: reply.Body}, User: c.user(), First: c.world.State.FirstUser(),
		Rule: reply.Rule, Findings: c.findings,
	}
	switch {
	case c.fault != nil:
		x.Fault, x.Rule = c.fault.ID, c.fault.Rule()
		x.Facts = []string{"Injected fault " + c.fault.ID + " (" + string(c.fault.Effect().Kind) + ") was applied to this call."}
		x.Remedy = "Delete the fault, or wait until it is used up."
	case reply.Rule == rulePrefer:
		x.Facts = []string{"The request's Prefer header asked for this answer: " + strings.Join(c.r.Header.Values("Prefer"), ", ") + "."}
		x.Remedy = "Leave the header out."
	case c.refusal != nil:
		x.Facts, x.Remedy = c.refusal.Facts, c.refusal.Rule.Remedy
	}
	if c.before != nil {
		x.Before, x.After = c.before, c.summary()
	}
	c.world.Journal.Record(x)
}

// summary returns the connect.Summary of the call's user, or nil if the call is
// about none.
func (c *call) summary() any {
	if s, ok := c.state.Summary(c.user()); ok {
		return s
	}
	return nil
}
