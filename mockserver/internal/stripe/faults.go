package stripe

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"cariqamock/mockserver/internal/fault"
	"cariqamock/mockserver/internal/stripe/errorcode"
	"cariqamock/mockserver/internal/text"
	"cariqamock/mockserver/internal/wire"
)

// FaultOperations returns the operations as package fault needs them, sorted.
// A call belongs to a world if it names an intent.
func FaultOperations() []fault.Operation {
	var out []fault.Operation
	for _, e := range endpoints {
		named := e.about != noIntent
		out = append(out, fault.Operation{ID: e.operation, User: named, Body: true, Worldless: !named})
	}
	slices.SortFunc(out, func(a, b fault.Operation) int { return strings.Compare(a.ID, b.ID) })
	return out
}

// injected applies the fault of a call, if its intent's world has one, as far as
// it comes before the operation or in its place. It returns the latter, or the
// error of a context that ends within a delay.
func (c *call) injected() error {
	if c.world == nil {
		return nil
	}
	f, ok, err := c.world.NextFault(c.operation, c.owner(), true)
	if !ok {
		return err
	}
	c.fault = &f
	instead, err := c.fault.Before(c.r.Context())
	if err != nil || !instead {
		return err
	}
	effect := f.Effect()
	p := c.asked(errorcode.Of(effect.Status, effect.Error), f.Rule())
	if effect.Kind == fault.KindRateLimit {
		p.header.Set("Retry-After", strconv.Itoa(int(effect.RetryAfter/time.Second)))
	}
	return p
}

// asked returns an error that a tester has asked for. Stripe's libraries do not
// repeat a call that got 500, since Stripe tells them not to (stripe-go,
// shouldRetry); for other statuses they decide themselves.
func (c *call) asked(e errorcode.Error, rule string) *problem {
	p := failure(e.Status, errorObject{Type: e.Type, Code: e.Code, DeclineCode: e.DeclineCode, Message: e.Message})
	p.rule, p.header = rule, http.Header{}
	if e.Status == http.StatusInternalServerError {
		p.header.Set("Stripe-Should-Retry", "false")
	}
	if e.Type == cardError && c.kind != "" {
		if _, i, err := c.permitted(); err == nil {
			c.showIntent(&p.body, i)
		}
	}
	return p
}

// preferred returns the error that a Prefer header asks for: any error status,
// one of Stripe's codes, or both. Nothing changes in the world.
func (c *call) preferred(p wire.Preference) error {
	const accepted = "Accepted are code=400 to code=599, error= and one of Stripe's error codes, or both."
	status, err := strconv.Atoi(p.Code)
	if p.Code != "" && (err != nil || status < 400 || status > 599) {
		return invalid("", fmt.Sprintf("Prefer: %s has no such answer with code=%s. %s", c.operation, text.Shorten(p.Code, maxShown), accepted))
	}
	if p.Error != "" && !errorcode.Is(p.Error) {
		return invalid("", fmt.Sprintf("Prefer: Stripe has no error code %s%s %s", text.Shorten(p.Error, maxShown),
			cmp.Or(text.DidYouMean(p.Error, errorcode.All()), "."), accepted))
	}
	e := errorcode.Of(status, p.Error)
	asked := c.asked(e, wire.RulePrefer)
	applied := "code=" + strconv.Itoa(e.Status)
	if p.Error != "" {
		applied += ", error=" + p.Error
	}
	asked.header.Set("Preference-Applied", applied)
	return asked
}
