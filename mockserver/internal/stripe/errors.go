package stripe

import (
	"errors"
	"net/http"
	"strings"

	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/stripe/errorcode"
	"cariqamock/mockserver/internal/text"
	"cariqamock/mockserver/internal/wire"
)

// The types of Stripe's errors.
const (
	invalidRequest = errorcode.InvalidRequest
	cardError      = errorcode.CardError
	apiError       = errorcode.APIError
)

// An errorObject is an error in Stripe's format. An intent's last error has the
// same fields, except for the intent.
type errorObject struct {
	Code          string `json:"code,omitempty"`
	DeclineCode   string `json:"decline_code,omitempty"`
	DocURL        string `json:"doc_url,omitempty"`
	Message       string `json:"message"`
	Param         string `json:"param,omitempty"`
	PaymentIntent any    `json:"payment_intent,omitempty"`
	PaymentMethod any    `json:"payment_method,omitempty"`
	RequestLogURL string `json:"request_log_url,omitempty"`
	SetupIntent   any    `json:"setup_intent,omitempty"`
	Type          string `json:"type"`
}

// A problem is an answer that is an error.
type problem struct {
	status int
	header http.Header // besides those of every answer; may be nil
	body   errorObject
	rule   string // of the fake, behind an error that a tester has asked for
}

func (p *problem) Error() string { return p.body.Message }

// failure returns a problem; the link to its documentation follows from its
// code.
func failure(status int, body errorObject) *problem {
	body.DocURL = docURL(body.Code)
	return &problem{status: status, body: body}
}

func docURL(code string) string {
	if code == "" {
		return ""
	}
	return "https://stripe.com/docs/error-codes/" + strings.ReplaceAll(code, "_", "-")
}

// reject returns the answer to an invalid request. code may be empty, and so
// may param if the request as a whole is invalid.
func reject(status int, code, param, message string) *problem {
	return failure(status, errorObject{Type: invalidRequest, Code: code, Param: param, Message: message})
}

// invalid returns a 400 without a code.
func invalid(param, message string) error { return reject(http.StatusBadRequest, "", param, message) }

func malformed(why string) error { return invalid("", "Invalid request: "+why+".") }

func missing(param string) error {
	return reject(http.StatusBadRequest, "parameter_missing", param, "Missing required param: "+param+".")
}

// refusedCard returns an error in the card that was entered.
func refusedCard(code, param, message string) error {
	return failure(http.StatusPaymentRequired, errorObject{Type: cardError, Code: code, Param: param, Message: message})
}

// problem returns the answer to any error; it is the one place that maps them.
func (c *call) problem(err error) *problem {
	var p *problem
	var declined *connect.CardError
	var full *connect.FullError
	var status *wire.StatusError
	switch {
	case errors.As(err, &p):
		return p
	case errors.As(err, &declined):
		return c.declined(declined)
	case errors.As(err, &status):
		p = failure(status.Status, errorObject{Type: apiError, Message: status.Text})
		p.header = status.Header()
		return p
	case errors.As(err, &full):
		return reject(http.StatusBadRequest, "", "", full.Error())
	case errors.Is(err, connect.ErrNoIntent):
		// "param": "intent", whatever the kind, as seen in Stripe's answers.
		return reject(http.StatusNotFound, "resource_missing", "intent", "No such "+c.kind.missing()+": '"+text.Shorten(c.id, maxShown)+"'")
	case errors.Is(err, connect.ErrNoMethod):
		return reject(http.StatusBadRequest, "resource_missing", "payment_method",
			"No such PaymentMethod: '"+text.Shorten(c.params.get("payment_method"), maxShown)+"'")
	case errors.Is(err, connect.ErrIntentState):
		return c.unexpectedState()
	case wire.Stopping(c.r.Context()) && errors.Is(err, c.r.Context().Err()):
		c.stopped = true
		p = failure(http.StatusServiceUnavailable, errorObject{Type: apiError, Message: "The server is stopping. This call has changed nothing."})
		p.header = http.Header{"Connection": {"close"}}
		return p
	}
	return failure(http.StatusInternalServerError, errorObject{
		Type: apiError, Message: "An unknown error occurred. If this happens again, it is a bug of cariqa-mock: " + err.Error(),
	})
}

// Unexpected returns the body of a 500 that no call has led to.
func Unexpected(message string) []byte {
	body, _ := wire.Marshal(map[string]errorObject{"error": {Type: apiError, Message: message}}) // texts always encode
	return body
}

func (c *call) declined(e *connect.CardError) *problem {
	body := asError(&e.Decline)
	if e.Intent.Failed != nil {
		body.PaymentMethod = c.showMethod(*e.Intent.Failed, true)
	}
	c.showIntent(body, e.Intent)
	return &problem{status: http.StatusPaymentRequired, body: *body}
}

func isDeclined(err error) bool {
	var declined *connect.CardError
	return errors.As(err, &declined)
}

// lastError returns the last error of an intent with the method that it is
// about, or nil.
func (c *call) lastError(i connect.Intent) *errorObject {
	e := asError(i.LastError)
	if e != nil && i.Failed != nil {
		e.PaymentMethod = c.showMethod(*i.Failed, true)
	}
	return e
}

// asError returns a decline in Stripe's format, or nil. A failed authentication
// is not a card error, according to the reference of Stripe's API.
func asError(d *connect.Decline) *errorObject {
	if d == nil {
		return nil
	}
	t := cardError
	if strings.HasSuffix(d.Code, "_authentication_failure") {
		t = invalidRequest
	}
	return &errorObject{Type: t, Code: d.Code, DeclineCode: d.DeclineCode, DocURL: docURL(d.Code), Message: d.Message}
}

// unexpectedState returns the answer if the intent's status does not allow a
// confirmation.
func (c *call) unexpectedState() *problem {
	body := errorObject{
		Type: invalidRequest, Code: string(c.kind) + "_unexpected_state",
		Message: "You cannot confirm this " + c.kind.name() + " because of its status.",
	}
	_, i, err := c.intent()
	if err == nil {
		body.Message = stateMessage(c.kind, i.Status)
		c.showIntent(&body, i)
	}
	return failure(http.StatusBadRequest, body)
}

func stateMessage(k kind, s connect.IntentStatus) string {
	switch s {
	case connect.Succeeded, connect.RequiresCapture:
		if k == paymentKind {
			return "You cannot confirm this PaymentIntent because it has already succeeded after being previously confirmed."
		}
		return "You cannot confirm this SetupIntent because it has already succeeded."
	case connect.RequiresPaymentMethod:
		return "You cannot confirm this " + k.name() + " because it's missing a payment method. You can either update the " + k.name() +
			" with a payment method and then confirm it again, or confirm it again directly with a payment method."
	}
	return "You cannot confirm this " + k.name() + " because it has a status of " + string(s) + "."
}

func (c *call) showIntent(body *errorObject, i connect.Intent) {
	if i.Setup {
		body.SetupIntent = c.show(i)
	} else {
		body.PaymentIntent = c.show(i)
	}
}
