// Package connect is the domain of the fake: users, payment methods, charge
// points, sessions, CDRs, costs, debts, and every rule under which an
// operation refuses.
//
// It does not depend on HTTP. A State is one isolated universe with its own
// clock. What can be derived is never stored: a session keeps the time of its
// request, its meter script, its stop and its CDR, and its state at any moment
// follows from those facts. Moving the clock is one assignment, and ten
// thousand states need no timers.
//
// There are two models of it. The read model, such as Session and Debt, is
// what operations return: values, never pointers into the state. A Seed is
// what a state starts with and, as a Snapshot, what it is saved as. Operations
// that a Rule forbids fail with a *Refusal.
package connect
