// Package admin is the fake's own API under /__admin/: worlds and their
// clocks, rules and scenarios, why a payment method cannot be removed, and
// what an operator can do to a session.
//
// Errors are problem documents (RFC 9457): 400 malformed, 401 token, 403
// origin, 404 unknown, 409 not now, 422 bad value.
package admin
