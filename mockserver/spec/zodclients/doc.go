// Package zodclients contains only a test: clients that two generators make of
// openapi.yaml, with zod schemas, accept every answer of the fake. It is a separate
// module, since the generators come from npm.
package zodclients
