// Package admin is the fake's own API under /__admin/: worlds and their
// clocks, users, charge points and what an operator can do to a session; calls
// made in a world and the journal of all; rules, scenarios, evidence and the
// known differences from the vendor's API.
//
// openapi.yaml describes it. Every call is held against it before a handler
// sees it, and every answer is in the tests.
//
// Errors are problem documents (RFC 9457): 400 malformed, 401 token, 403
// origin, 404 unknown, 405 method, 409 not now, 413 too large, 422 bad value.
package admin
