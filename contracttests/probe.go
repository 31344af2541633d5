package contracttests

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// probeTime is the maximum time to wait for the first answer of a target.
const probeTime = 10 * time.Second

// probe checks that the target answers and accepts the key, and notes which
// build of the fake it is. It returns why the target cannot be used and what to
// do, or "".
func (s *suite) probe(whole context.Context, run *Run) string {
	ctx, cancel := context.WithTimeoutCause(whole, probeTime, fmt.Errorf("no answer within %s", probeTime))
	defer cancel()
	t := s.client.target
	a, err := s.plain(ctx, http.MethodGet, t.Key, "/users/?page_size=1")
	switch {
	case whole.Err() != nil:
		return fmt.Sprintf("nothing was checked: %v", stopped(whole))
	case errors.As(err, new(*tls.CertificateVerificationError)):
		return fmt.Sprintf("%s has a certificate that is not trusted: %v. Name its authority, or the certificate, with --ca; --insecure trusts any on this machine and in private networks.", t.Base, err)
	case errors.Is(err, http.ErrSchemeMismatch):
		return fmt.Sprintf("%s answers in HTTP, not in HTTPS. If that is intended, its address is %s.", t.Base, strings.Replace(t.Base, "https:", "http:", 1))
	case err != nil:
		return fmt.Sprintf("%s does not answer: %v. Is it running, and is the address right?", t.Base, err)
	case a.Status == http.StatusTooManyRequests:
		return fmt.Sprintf("%s answers 429, too many requests. Wait a while, make sure that no other run uses the same key, or set a lower --rate.", t.Base)
	case Unavailable(a.Status):
		return fmt.Sprintf("%s answers %d (%s): the environment is down or restarting. Try again later.", t.Base, a.Status, http.StatusText(a.Status))
	case a.Status == http.StatusUnauthorized || a.Status == http.StatusForbidden:
		return fmt.Sprintf("%s answers %d: it does not accept the key. Each environment has its own keys; check CONNECT_API_KEY or --key.", t.Base, a.Status)
	case a.Status != http.StatusOK:
		return fmt.Sprintf("%s answers %d to a list of users. Is it the API, and is the path right (…/api/v1)?", t.Base, a.Status)
	case Decode(a.Body, &Page[any]{}) != nil: // another Content-Type of JSON is for the cases to judge
		return fmt.Sprintf("%s answers %q instead of JSON. Is something else in front of the API, and is the path right (…/api/v1)?", t.Base, redacted(a.Header.Get("Content-Type")))
	}
	if run.Build = a.Header.Get("X-Cariqa-Mock"); run.Build != "" {
		s.capabilities |= MagicPoints | OtherClient
		if s.client.target.OtherKey == "" {
			s.client.target.OtherKey = t.Key + "-other" // each token of the fake is a client
		}
		if a, err := s.plain(ctx, http.MethodGet, t.Key, "/users/?page_size=1&undeclared="); err == nil && a.Status == http.StatusBadRequest {
			s.capabilities &^= Undeclared // --strict
		}
	}
	if t.Admin == "" {
		return ""
	}
	return s.probeAdmin(ctx)
}

// probeAdmin checks that the admin API answers and accepts the token.
func (s *suite) probeAdmin(ctx context.Context) string {
	t := s.client.target
	a, err := s.client.send(ctx, request{method: http.MethodGet, url: t.Admin + "/__admin/worlds", header: bearer(t.AdminToken)})
	switch {
	case err != nil:
		return fmt.Sprintf("the admin API at %s does not answer: %v. Is --admin right? Without --admin, cases that need it are not applicable.", t.Admin, err)
	case a.Status == http.StatusUnauthorized:
		return fmt.Sprintf("the admin API at %s answers 401: its admin token is missing or wrong. Set CARIQA_MOCK_ADMIN_TOKEN or --admin-token.", t.Admin)
	case a.Status != http.StatusOK:
		return fmt.Sprintf("%s answers %d to GET /__admin/worlds: only the fake has an admin API. Without --admin, cases that need it are not applicable.", t.Admin, a.Status)
	}
	return ""
}

// stopped returns why a run or a call was stopped.
func stopped(ctx context.Context) error {
	cause := context.Cause(ctx)
	if errors.Is(cause, context.Canceled) {
		return errors.New("the run was interrupted")
	}
	return cause
}
