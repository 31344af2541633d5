// Package admin is the fake's own API under /__admin/: worlds and their
// clocks, rules and scenarios, why a payment method cannot be removed, and
// what an operator can do to a session.
//
// openapi.yaml describes it. Every call is held against it before a handler
// sees it, and every answer is in the tests.
//
// Errors are problem documents (RFC 9457): 400 malformed, 401 token, 403
// origin, 404 unknown, 405 method, 409 not now, 413 too large, 422 bad value.
package admin
