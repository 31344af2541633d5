package contracttests

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"
	"time"
)

// An API is what a case works with: one target, one token, and the T that the
// case reports to. Calls that get no answer, or one that speaks of the
// environment, end the case as inconclusive; answers that depart from
// openapi.yaml fail it, whatever the case looks at.
type API struct {
	T
	suite *suite
	ctx   context.Context
	token string
	log   *caseLog
}

// caseLog is what a case leaves behind besides its failures.
type caseLog struct {
	exchanges []*Exchange
	news      []string
}

// A Body is what a call sends. At most one field is set.
type Body struct {
	JSON      any
	Raw       string
	Form      string // application/x-www-form-urlencoded
	Type      string // Content-Type of Raw; application/json if empty
	Multipart map[string]string
}

// Get calls a path below the target's base.
func (a *API) Get(path string) *Answer { a.Helper(); return a.Call(http.MethodGet, path, nil) }

// Post calls a path with a JSON body; nil: none.
func (a *API) Post(path string, body any) *Answer {
	a.Helper()
	return a.Call(http.MethodPost, path, asJSON(body))
}

// Put calls a path with a JSON body.
func (a *API) Put(path string, body any) *Answer {
	a.Helper()
	return a.Call(http.MethodPut, path, asJSON(body))
}

// Patch calls a path with a JSON body.
func (a *API) Patch(path string, body any) *Answer {
	a.Helper()
	return a.Call(http.MethodPatch, path, asJSON(body))
}

// Delete calls a path.
func (a *API) Delete(path string) *Answer { a.Helper(); return a.Call(http.MethodDelete, path, nil) }

func asJSON(v any) *Body {
	if v == nil {
		return nil
	}
	return &Body{JSON: v}
}

// Call sends a call with the token. Options change the request before it goes.
func (a *API) Call(method, path string, body *Body, options ...func(http.Header)) *Answer {
	a.Helper()
	r := a.request(method, path, body)
	for _, o := range options {
		o(r.header)
	}
	answer := a.send(r)
	a.judge(answer)
	return answer
}

// request is a call with the token.
func (a *API) request(method, path string, body *Body) request {
	a.Helper()
	r := request{method: method, url: a.Base() + path, header: http.Header{}, vendor: true}
	r.header.Set("Authorization", "Bearer "+a.token)
	a.fill(&r, body)
	return r
}

// Header is an option of Call; an empty value leaves the header out.
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
	a.Helper()
	if body == nil {
		return
	}
	contentType := "application/json"
	switch {
	case body.JSON != nil:
		raw, err := json.Marshal(body.JSON)
		if err != nil {
			a.Fatalf("the suite's own body is no JSON: %v", err)
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

// send gets an answer or ends the case. A safe call that is answered with an
// error of the server's own is tried once more.
func (a *API) send(r request) *Answer {
	a.Helper()
	answer, err := a.suite.client.send(a.ctx, r)
	if err == nil && r.method == http.MethodGet && answer.Status >= 500 && !Unavailable(answer.Status) {
		a.log.exchanges = append(a.log.exchanges, answer.exchange)
		answer, err = a.suite.client.send(a.ctx, r)
	}
	if err != nil {
		a.Skipf("no answer to %s %s: %v", r.method, redact(r.url), err)
	}
	a.log.exchanges = append(a.log.exchanges, answer.exchange)
	if Unavailable(answer.Status) {
		a.Skipf("%s %s: %d %s", r.method, redact(r.url), answer.Status, http.StatusText(answer.Status))
	}
	return answer
}

// judge fails the case for what departs from openapi.yaml. Fields that the
// file does not know are news: a vendor may add some.
func (a *API) judge(answer *Answer) {
	a.Helper()
	for _, f := range answer.exchange.Findings {
		if f.Undeclared() {
			a.News("%s: %s", answer.exchange.Operation, f.Message)
			continue
		}
		a.ErrorAt(answer, "departs from openapi.yaml: %s", f.Message)
	}
}

// News notes something worth knowing that is no failure.
func (a *API) News(format string, args ...any) {
	a.log.news = append(a.log.news, fmt.Sprintf(format, args...))
}

// Errorf fails the case, because of the last answer.
func (a *API) Errorf(format string, args ...any) {
	a.Helper()
	a.blameLast()
	a.T.Errorf(format, args...)
}

// Fatalf fails and ends the case, because of the last answer.
func (a *API) Fatalf(format string, args ...any) {
	a.Helper()
	a.blameLast()
	a.T.Fatalf(format, args...)
}

func (a *API) blameLast() {
	if n := len(a.log.exchanges); n > 0 {
		a.log.exchanges[n-1].Blamed = true
	}
}

// ErrorAt fails the case, because of an answer that may not be the last one.
func (a *API) ErrorAt(answer *Answer, format string, args ...any) {
	a.Helper()
	answer.exchange.Blamed = true
	a.T.Errorf(format, args...)
}

// FatalAt is ErrorAt, and ends the case.
func (a *API) FatalAt(answer *Answer, format string, args ...any) {
	a.Helper()
	answer.exchange.Blamed = true
	a.T.Fatalf(format, args...)
}

// As returns the API with another token.
func (a *API) As(token string) *API {
	other := *a
	other.token = token
	return &other
}

// Has says whether the target has capabilities.
func (a *API) Has(c Capability) bool { return a.suite.capabilities.Lacking(c) == 0 }

// Stripe calls Stripe with the publishable key and a form.
func (a *API) Stripe(method, path, form string) *Answer {
	a.Helper()
	t := a.suite.client.target
	r := request{method: method, url: t.stripe() + path, header: http.Header{}}
	r.header.Set("Authorization", "Bearer "+t.StripeKey)
	if form != "" {
		r.body = []byte(form)
		r.header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return a.send(r)
}

// Admin calls the fake's admin API for this token's world; path begins after
// the world, such as /clock. It needs one of the capabilities that an admin
// URL gives.
func (a *API) Admin(method, path string, body any) *Answer {
	a.Helper()
	t := a.suite.client.target
	r := request{method: method, url: t.Admin + "/__admin/worlds/" + a.world() + path, header: http.Header{}}
	if t.AdminToken != "" {
		r.header.Set("Authorization", "Bearer "+t.AdminToken)
	}
	a.fill(&r, asJSON(body))
	answer := a.send(r)
	if answer.Status >= 400 {
		a.Fatalf("the fake's admin API answers %s %s with %d: %s", method, path, answer.Status, redact(string(answer.Body)))
	}
	return answer
}

// world is the id of this token's world, as the fake names it on answers.
func (a *API) world() string {
	a.Helper()
	if strings.HasPrefix(a.token, "mock.") {
		return a.token
	}
	return a.Get("/users/?page_size=1").Header.Get("X-Cariqa-Mock-World")
}

// Advance moves the time of the token's world.
func (a *API) Advance(d time.Duration) {
	a.Helper()
	a.Admin(http.MethodPut, "/clock", map[string]string{"advance": d.String()})
}

// tellEvery is the time between two words about the same wait.
const tellEvery = 10 * time.Second

// Eventually waits until a condition holds: by moving the clock where that is
// possible, else in real time, up to the target's patience. It fails the case
// if it never does.
func (a *API) Eventually(what string, holds func() bool) {
	a.Helper()
	if a.Has(Clock) {
		for range 10 {
			if holds() {
				return
			}
			a.Advance(time.Minute)
		}
		a.Fatalf("%s: not after ten minutes of the target's time", what)
	}
	patience := a.suite.client.target.CDRWait
	began := now()
	told := began.Add(-tellEvery)
	for pause := 250 * time.Millisecond; ; pause = min(2*pause, 5*time.Second) {
		if holds() {
			return
		}
		waited := now().Sub(began)
		if waited > patience {
			a.Skipf("%s: not within %s; --cdr-wait waits longer", what, patience)
		}
		if now().Sub(told) >= tellEvery {
			told = now()
			a.suite.progress(fmt.Sprintf("%s (%s of at most %s)", what, waited.Round(time.Second), patience))
		}
		if a.suite.client.target.Replayed {
			pause = 0
		}
		if err := sleep(a.ctx, pause); err != nil {
			a.Skipf("%s: %v", what, err)
		}
	}
}

func multipartBody(fields map[string]string) (body []byte, contentType string) {
	var buf bytes.Buffer
	w := multipart.NewWriter(&buf)
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		// Writing to memory cannot fail.
		_ = w.WriteField(name, fields[name])
	}
	_ = w.Close()
	return buf.Bytes(), w.FormDataContentType()
}
