// Package mutants breaks the fake on purpose, in thousands of small ways, and runs
// the contract suite against each: a suite that passes a broken fake would pass a
// broken server.
//
// Mutants at the wire are generated from openapi.yaml: every field of every
// answer dropped, renamed, of another type, null or malformed, every status and
// error type another one, wrong links and pages, ignored parameters and fields.
// Mutants of behavior break a rule of the domain or the consistency between calls.
// A mutant that no case can distinguish from the honest fake is equivalent to it,
// and is listed with the reason.
package mutants
