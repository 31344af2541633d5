// Package contracttests is one contract suite for the Cariqa Connect API, run
// against the fake in this process, a fake over HTTP, and the vendor's real
// sandbox.
//
// A Case is a value: what it checks, why, where that is written, what it needs
// of a target, and a function that speaks HTTP only. The suite has its own
// client and its own wire structs, so that a typo in the fake cannot cancel
// out. A Target has capabilities; a case that needs one the target lacks is
// not applicable there, and says which one it was.
package contracttests
