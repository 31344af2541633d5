package mockserver

import (
	"bytes"
	"io"
	"net/http"
	"strings"

	"cariqamock/mockserver/internal/journal"
	"cariqamock/mockserver/internal/wire"
	"cariqamock/mockserver/internal/world"
)

// record notes a call in its world's journal. One that was refused before its
// token was looked at, such as one of a path that nothing answers, is noted
// too, where the token names a world: it is what people look for.
func (a *api) record(c *call, reply wire.Reply, sent http.Header) {
	if c.world == nil && a.authenticate(c) != nil {
		return
	}
	x := journal.Exchange{
		ID: c.id, Time: c.world.Clock.Now(), Operation: c.op.ID, Method: c.r.Method, URL: c.r.URL,
		Request: journal.Message{Header: c.r.Header, Body: c.body}, Status: reply.Status,
		Response: journal.Message{Header: sent, Body: reply.Body}, User: c.vars["user_id"], First: c.world.State.FirstUser(),
		Rule: reply.Rule, Findings: c.findings,
	}
	switch {
	case c.fault != nil:
		x.Fault, x.Rule = c.fault.ID, c.fault.Rule()
		x.Facts = []string{"Fault " + c.fault.ID + ", which a tester has queued, took this call: " + string(c.fault.Effect().Kind) + "."}
		x.Remedy = "Delete the fault, or wait until it is used up."
	case reply.Rule == rulePrefer:
		x.Facts = []string{"The request's Prefer header asked for this answer: " + strings.Join(c.r.Header.Values("Prefer"), ", ") + "."}
		x.Remedy = "Leave the header out."
	case c.refusal != nil:
		x.Facts, x.Remedy = c.refusal.Facts, c.refusal.Rule.Remedy
	}
	if c.before != nil {
		x.Before = *c.before
		if after, ok := c.state.Summary(c.vars["user_id"]); ok {
			x.After = after
		}
	}
	c.world.Journal.Record(x)
}

// noteBefore keeps what a write finds, for those who ask what it changed.
func (c *call) noteBefore() {
	if c.r.Method == http.MethodGet || c.r.Method == http.MethodHead {
		return
	}
	if s, ok := c.state.Summary(c.vars["user_id"]); ok {
		c.before = &s
	}
}

// recordStripe notes Stripe's calls in the journal of the world that their
// intent belongs to. Calls that concern no intent concern no world but the one
// that they are made in by the admin API.
func recordStripe(worlds *world.Registry, ids requestIDs, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := ids.next()
		w.Header().Set(headerRequest, id)
		intent := intentOf(r.URL.Path)
		home, ok := worlds.WorldOfIntent(intent)
		if !ok {
			home, ok = worldOf(r.Context())
		}
		if !ok {
			next.ServeHTTP(w, r)
			return
		}
		w.Header().Set(headerWorld, home.ID)
		var asked, told bytes.Buffer
		r.Body = teeBody{io.TeeReader(io.LimitReader(r.Body, wire.MaxBody+1), &asked), r.Body}
		spy := &spy{ResponseWriter: w, body: &told, status: http.StatusOK}
		next.ServeHTTP(spy, r)
		home.Journal.Record(journal.Exchange{
			ID: id, Time: home.Clock.Now(), Operation: stripeOperation(r), Method: r.Method, URL: r.URL,
			Request: journal.Message{Header: r.Header, Body: asked.Bytes()}, Status: spy.status,
			Response: journal.Message{Header: w.Header(), Body: told.Bytes()}, User: userOf(home, intent), First: home.State.FirstUser(),
		})
	})
}

// intentOf is what stands in a path of Stripe's where an intent's id may be.
func intentOf(path string) string {
	_, rest, _ := strings.Cut(strings.TrimPrefix(path, "/v1/"), "/")
	intent, _, _ := strings.Cut(rest, "/")
	return intent
}

// stripeOperation names a call of Stripe's as the vendor's are named.
func stripeOperation(r *http.Request) string {
	kind, rest, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/v1/"), "/")
	intent, action, _ := strings.Cut(rest, "/")
	switch {
	case action != "":
	case intent == "" && r.Method == http.MethodPost:
		action = "create"
	default:
		action = "retrieve"
	}
	return "stripe_" + kind + "_" + action
}

// userOf is the user whose intent it is; empty: there is none of that id.
func userOf(w *world.World, intent string) string {
	i, err := w.State.Intent(intent)
	if err != nil {
		return ""
	}
	return i.UserID
}

type teeBody struct {
	io.Reader
	io.Closer
}

// spy keeps what passes through it.
type spy struct {
	http.ResponseWriter
	body   *bytes.Buffer
	status int
}

func (s *spy) WriteHeader(status int) {
	s.status = status
	s.ResponseWriter.WriteHeader(status)
}

func (s *spy) Write(p []byte) (int, error) {
	s.body.Write(p)
	return s.ResponseWriter.Write(p)
}
