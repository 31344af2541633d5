// Package mutants breaks the fake on purpose, in some thousand small ways, and
// runs the contract suite against each: a suite that passes a fake that lies
// would pass a server that lies.
//
// Mutants at the wire are generated from openapi.yaml: every field of every
// answer dropped, renamed, of another type, null or malformed, every status and
// error type another one, links and pages that lead astray, parameters and
// fields that are ignored. Mutants in behaviour break a rule of the domain or a
// promise between calls. A mutant that no case can tell from the honest fake is
// equivalent to it, and is listed with the reason.
package mutants
