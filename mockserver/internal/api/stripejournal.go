package api

import (
	"net/http"

	"cariqamock/mockserver/internal/journal"
	"cariqamock/mockserver/internal/stripe"
)

// RecordStripe is the stripe.Recorder of a server: it numbers Stripe's calls
// among the vendor's and adds those that concern a world to its journal.
func (a *API) RecordStripe(c stripe.Call, header http.Header) {
	id := a.nextRequestID()
	header.Set(HeaderRequest, id)
	if c.Reply.Rule != "" {
		header.Set(HeaderRule, c.Reply.Rule)
	}
	if c.World == nil {
		return
	}
	header.Set(HeaderWorld, c.World.ID)
	x := journal.Exchange{
		ID: id, Time: c.World.Clock.Now(), Operation: c.Operation, Method: c.Request.Method, URL: c.Request.URL,
		Request: journal.Message{Header: c.Request.Header, Body: c.Body}, User: c.User, First: c.World.State.FirstUser(),
	}
	o := outcome{reply: c.Reply, sent: header, fault: c.Fault, stopped: c.Stopped, left: c.Left}
	o.complete(&x, c.Request.Header)
	c.World.Journal.Record(x)
}
