// Package admin serves the fake's own API under /__admin/: worlds and their
// clocks, users, charge points, an operator's actions on sessions, calls made
// in a world, the journal, rules, scenarios, evidence and known differences.
//
// openapi.yaml describes it. Calls are validated against it before a handler
// sees them, and tests validate the answers. Package adminapi has the JSON
// types.
//
// Errors are problem documents (RFC 9457), see adminapi.Problem.
package admin
