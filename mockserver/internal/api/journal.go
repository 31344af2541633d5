package api

import (
	"fmt"
	"net/http"
	"strings"

	"cariqamock/mockserver/internal/fault"
	"cariqamock/mockserver/internal/journal"
	"cariqamock/mockserver/internal/wire"
)

// record adds a call to its world's journal, with the reply and the headers
// that its client gets, or without them if it is not answered. Calls without a
// world are not recorded.
func (c *call) record(reply wire.Reply, sent http.Header) {
	if c.world == nil {
		return
	}
	facts, remedy := c.reasons(reply)
	if c.left || c.drops() {
		reply, sent = wire.Reply{Status: unanswered, Rule: reply.Rule}, nil
	}
	x := journal.Exchange{
		ID: c.id, Time: c.world.Clock.Now(), Operation: c.op.ID, Method: c.r.Method, URL: c.r.URL,
		Request: journal.Message{Header: c.r.Header, Body: c.body}, Status: reply.Status,
		Response: journal.Message{Header: sent, Body: reply.Body}, User: c.user(), First: c.world.State.FirstUser(),
		Rule: reply.Rule, Findings: c.findings, Facts: facts, Remedy: remedy,
	}
	if c.fault != nil {
		x.Fault, x.Rule = c.fault.ID, c.fault.Rule()
	}
	if c.before != nil {
		x.Before, x.After = c.before, c.summary()
	}
	c.world.Journal.Record(x)
}

// reasons returns why a call got its answer, and what would change that.
func (c *call) reasons(reply wire.Reply) (facts []string, remedy string) {
	switch {
	case c.fault != nil:
		facts, remedy = []string{c.faultFact(reply)}, "Delete the fault, or wait until it is used up."
	case reply.Rule == rulePrefer:
		facts = []string{"The request's Prefer header asked for this answer: " + strings.Join(c.r.Header.Values("Prefer"), ", ") + "."}
		remedy = "Leave the header out."
	case c.refusal != nil:
		facts, remedy = c.refusal.Facts, c.refusal.Rule.Remedy
	}
	switch {
	case c.stopped:
		facts = append(facts, "The server stopped before the operation ended, and nothing was changed.")
	case c.left && reply.Status == unanswered:
		facts = append(facts, "The client left before the operation ended, and nothing was changed.")
	case c.left:
		facts = append(facts, fmt.Sprintf("The client left before its answer, %d.", reply.Status))
	}
	return facts, remedy
}

// faultFact describes what the fault of a call did, and when.
func (c *call) faultFact(reply wire.Reply) string {
	effect, id := c.fault.Effect(), c.fault.ID
	switch effect.Kind {
	case fault.KindDelay:
		return fmt.Sprintf("Injected fault %s (delay) delayed this call by %s, before the operation.", id, effect.Delay)
	case fault.KindDrop, fault.KindTruncate:
		return fmt.Sprintf("Injected fault %s (%s) broke the answer, %d, after the operation.", id, effect.Kind, reply.Status)
	}
	return fmt.Sprintf("Injected fault %s (%s) answered this call in the place of the operation.", id, effect.Kind)
}

// summary returns the connect.Summary of the call's user, or nil if the call is
// about none.
func (c *call) summary() any {
	if s, ok := c.state.Summary(c.user()); ok {
		return s
	}
	return nil
}
