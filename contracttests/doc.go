// Package contracttests is one contract suite for the Cariqa Connect API, run
// against the fake in this process, a fake over HTTP, and the vendor's real
// sandbox.
//
// A Case is a value: what it checks, why, its source, what it requires of a
// target, and a function that uses HTTP only. The suite has its own client and
// its own wire types, so that a mistake in the fake cannot cancel out. A Target
// has capabilities. A case that needs one that the target does not have is not
// applicable there, and the result names the capability.
//
// This package is the engine: it runs cases, retries, keeps the rate, records
// exchanges and cleans up. The cases are in package cases. API is what they are
// written with.
package contracttests
