package contracttests

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"mime/multipart"
	"net/http"
	"net/url"
	"runtime"
	"slices"
	"strings"
	"time"

	"cariqamock/mockserver/spec"
)

// An API is what a case works with: one target, one token, and what the case
// reports. A call without an answer, or with one that comes from a
// broken environment, ends the case as inconclusive. An answer that departs from
// openapi.yaml fails it, whatever the case checks.
type API struct {
	*recorder
	suite *suite
	ctx   context.Context
	token string
	log   *caseLog
}

// caseLog is what a case records besides its failures.
type caseLog struct {
	past      []*Exchange // by which other cases made the shared fixtures that it uses
	exchanges []*Exchange
	date      time.Time // of the last answer
	news      []string
	waited    bool
}

// A Body is what a call sends. Type goes with Raw; otherwise at most one field is
// set.
type Body struct {
	JSON      any
	Raw       string
	Type      string // Content-Type of Raw, default application/json
	Form      string // application/x-www-form-urlencoded
	Multipart map[string]string
}

// Get calls a path below the target's base.
func (a *API) Get(path string) *Answer { return a.Call(http.MethodGet, path, nil) }

// Post calls a path with a JSON body, or without one if it is nil.
func (a *API) Post(path string, body any) *Answer {
	return a.Call(http.MethodPost, path, asJSON(body))
}

// Put calls a path with a JSON body.
func (a *API) Put(path string, body any) *Answer {
	return a.Call(http.MethodPut, path, asJSON(body))
}

// Patch calls a path with a JSON body.
func (a *API) Patch(path string, body any) *Answer {
	return a.Call(http.MethodPatch, path, asJSON(body))
}

// Delete calls a path.
func (a *API) Delete(path string) *Answer { return a.Call(http.MethodDelete, path, nil) }

func asJSON(v any) *Body {
	if v == nil {
		return nil
	}
	return &Body{JSON: v}
}

// Call sends a request with the token. Options change its headers.
func (a *API) Call(method, path string, body *Body, options ...func(http.Header)) *Answer {
	r := a.request(method, path, body)
	for _, o := range options {
		o(r.header)
	}
	answer := a.send(r)
	a.judge(answer)
	return answer
}

// Ask is Get for what openapi.yaml does not describe: the answer may have any status.
func (a *API) Ask(path string) *Answer {
	return a.send(a.request(http.MethodGet, path, nil))
}

// request returns a request with the token.
func (a *API) request(method, path string, body *Body) request {
	r := request{method: method, url: a.Base() + path, header: bearer(a.token), vendor: true}
	a.fill(&r, body)
	return r
}

// Header is an option of Call that sets a header, or deletes it if value is "".
func Header(name, value string) func(http.Header) {
	return func(h http.Header) {
		if value == "" {
			h.Del(name)
			return
		}
		h.Set(name, value)
	}
}

func (a *API) fill(r *request, body *Body) {
	if body == nil {
		return
	}
	contentType := "application/json"
	switch {
	case body.JSON != nil:
		raw, err := json.Marshal(body.JSON)
		if err != nil {
			a.Fatalf("the body of the suite's request cannot be encoded: %v", err)
		}
		r.body = raw
	case body.Form != "":
		r.body, contentType = []byte(body.Form), "application/x-www-form-urlencoded"
	case body.Multipart != nil:
		r.body, contentType = multipartBody(body.Multipart)
	default:
		r.body = []byte(body.Raw)
		if body.Type != "" {
			contentType = body.Type
		}
	}
	r.header.Set("Content-Type", contentType)
}

// send returns an answer or ends the case. A GET that is answered with a server
// error is repeated once.
func (a *API) send(r request) *Answer {
	answer, err := a.suite.client.send(a.ctx, r)
	if err == nil && r.method == http.MethodGet && answer.Status >= 500 && !Unavailable(answer.Status) {
		a.log.exchanges = append(a.log.exchanges, answer.exchange)
		answer, err = a.suite.client.send(a.ctx, r)
	}
	if err != nil {
		a.Skipf("no answer to %s %s: %v", r.method, redacted(r.url), err)
	}
	return a.received(r.method+" "+answer.exchange.URL, answer)
}

// received notes the answer to a call, or ends the case if it comes from a broken
// environment.
func (a *API) received(call string, answer *Answer) *Answer {
	a.log.exchanges = append(a.log.exchanges, answer.exchange)
	a.log.date, _ = http.ParseTime(answer.Header.Get("Date")) // zero without one
	if answer.Cut {
		a.FatalAt(answer, "%s: %v", call, ErrTooLong)
	}
	if Unavailable(answer.Status) {
		a.Skipf("%s: %d %s", call, answer.Status, http.StatusText(answer.Status))
	}
	return answer
}

// judge fails the case for what departs from openapi.yaml. Undeclared fields are
// only news: a vendor may add some.
func (a *API) judge(answer *Answer) {
	x := answer.exchange
	for _, f := range x.Findings {
		if f.Undeclared() {
			a.News("%s: %s", x.Operation, f.Message)
			continue
		}
		a.fail(Failure{Place: placeOf(f), Kind: KindShape, Message: "departs from openapi.yaml: " + f.Message, about: []*Exchange{x}})
	}
}

// Misshapen fails the case because of how an answer differs from its shape, as
// package shape describes it.
func (a *API) Misshapen(answer *Answer, wrong []string) {
	for _, w := range wrong {
		place, _, _ := strings.Cut(w, ": ")
		a.fail(Failure{
			Place: strings.TrimSpace("body " + starred(place)), Kind: KindShape,
			Message: "the response does not match the expected shape: " + w, about: []*Exchange{answer.exchange},
		})
	}
}

// News records something worth knowing that is not a failure.
func (a *API) News(format string, args ...any) {
	a.log.news = append(a.log.news, redacted(fmt.Sprintf(format, args...)))
}

// Errorf fails the case, because of the last answer.
func (a *API) Errorf(format string, args ...any) {
	a.fail(Failure{Message: fmt.Sprintf(format, args...), about: a.last()})
}

// Fatalf fails and ends the case, because of the last answer.
func (a *API) Fatalf(format string, args ...any) {
	a.Errorf(format, args...)
	a.end()
}

// end ends the case after a failure, which blocks it if it is a fixture's.
func (a *API) end() {
	if name := StepOf(a.ctx).fixture(); name != "" {
		a.blocked(name)
	}
	runtime.Goexit()
}

// last returns the last call, other than those of the admin API.
func (a *API) last() []*Exchange {
	for _, x := range slices.Backward(a.log.exchanges) {
		if !strings.Contains(x.URL, "/__admin/") {
			return []*Exchange{x}
		}
	}
	return nil
}

// ErrorAt fails the case, because of an answer that may not be the last one.
func (a *API) ErrorAt(answer *Answer, format string, args ...any) {
	a.fail(Failure{Message: fmt.Sprintf(format, args...), about: []*Exchange{answer.exchange}})
}

// ErrorBetween fails the case, because an answer contradicts others.
func (a *API) ErrorBetween(answer *Answer, others []*Answer, format string, args ...any) {
	f := Failure{Message: fmt.Sprintf(format, args...), about: []*Exchange{answer.exchange}}
	for _, other := range others {
		f.about = append(f.about, other.exchange)
	}
	a.fail(f)
}

// FatalAt is ErrorAt, and ends the case.
func (a *API) FatalAt(answer *Answer, format string, args ...any) {
	a.ErrorAt(answer, format, args...)
	a.end()
}

// fail notes a failure, with what it leaves out: its operation, place and kind.
func (a *API) fail(f Failure) {
	var x *Exchange
	if len(f.about) > 0 {
		x = f.about[0]
		f.about = append(f.about, a.otherSide(f, x)...)
		for _, each := range f.about {
			each.Blamed = true
		}
	}
	f.Operation = cmp.Or(f.Operation, operationOf(x))
	f.Place = cmp.Or(f.Place, placed(f.Message, f.at, x))
	if f.Kind == "" {
		switch {
		case f.Place == "status" || f.Place == "body /error/type" || f.Place == "rule":
			f.Kind = KindStatus
		case x != nil && paged(x):
			f.Kind = KindWalk
		case len(f.about) > 1:
			f.Kind = KindComparison
		default:
			f.Kind = KindValue
		}
	}
	if x != nil {
		f.origins(a.handedOut(x), x)
	}
	if y := a.written(x); y != nil && f.Kind != KindWalk && (f.Kind != KindShape || y.concerns(x)) {
		f.After = operationOf(y)
	}
	if name := StepOf(a.ctx).fixture(); name != "" {
		a.breaks(name, f)
		return
	}
	a.recorder.fail(f)
}

// As returns the API with another token.
func (a *API) As(token string) *API {
	other := *a
	other.token = token
	return &other
}

// Has reports whether the target has all of the capabilities.
func (a *API) Has(c Capability) bool { return a.suite.capabilities.Lacking(c) == 0 }

// Stripe calls Stripe with the publishable key and an encoded form, or without a
// body if form is "".
func (a *API) Stripe(method, path, form string) *Answer {
	t := a.suite.client.target
	r := request{method: method, url: t.stripe() + path, header: bearer(t.StripeKey)}
	if form != "" {
		r.body = []byte(form)
		r.header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return a.send(r)
}

// Admin calls the fake's admin API for this token's world. path is what follows
// the world, such as /clock. The case needs one of the capabilities that require
// the admin API: Clock, Faults, ThreeDS, Operator, Scenarios.
func (a *API) Admin(method, path string, body any) *Answer {
	t := a.suite.client.target
	r := request{method: method, url: t.Admin + "/__admin/worlds/" + url.PathEscape(a.world()) + path, header: bearer(t.AdminToken)}
	a.fill(&r, asJSON(body))
	answer := a.send(r)
	if answer.Status >= 400 {
		a.FatalAt(answer, "the fake's admin API answered %s %s with %d: %s", method, path, answer.Status, redactedBody(answer.Header, answer.Body))
	}
	return answer
}

// world returns the id of this token's world, which the fake sends in a header.
func (a *API) world() string {
	if strings.HasPrefix(a.token, "mock.") {
		return a.token
	}
	return a.Get("/users/?page_size=1").Header.Get("X-Cariqa-Mock-World")
}

// Now returns the target's time: that of its clock where the suite can move it, else
// the date of the last answer, or the time here if that has none; zero in a recording.
func (a *API) Now() time.Time {
	if a.Has(Clock) {
		return Into[struct {
			Now time.Time `json:"now"`
		}](a, a.Admin(http.MethodGet, "/clock", nil)).Now
	}
	if a.log.date.IsZero() && !a.suite.client.target.Replayed {
		return now()
	}
	return a.log.date
}

// Advance moves the time of the token's world forward.
func (a *API) Advance(d time.Duration) {
	a.Admin(http.MethodPut, "/clock", map[string]string{"advance": d.String()})
}

func multipartBody(fields map[string]string) (body []byte, contentType string) {
	var buf bytes.Buffer
	w := multipart.NewWriter(&buf)
	_ = w.SetBoundary("cariqa-contract-field") // a random one may look like a card number, which recordings do not keep
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		// Writing to memory cannot fail.
		_ = w.WriteField(name, fields[name])
	}
	_ = w.Close()
	return buf.Bytes(), w.FormDataContentType()
}

// Base returns the target's URL, up to and with /api/v1.
func (a *API) Base() string { return a.suite.client.target.Base }

// Operations returns the operations of openapi.yaml.
func (a *API) Operations() []spec.Operation { return a.suite.client.spec.Operations() }

// Tag returns a new external id of this run. Users that carry it, or an id
// that begins with it, are found by sweep if the run cannot delete them.
func (a *API) Tag() string { return a.suite.tag() }

// DeleteAtEnd notes a user that this token made, to be deleted when the run
// ends.
func (a *API) DeleteAtEnd(user string) { a.suite.made(a.token, user) }
