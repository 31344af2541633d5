// Package connect is the domain of the fake: users, payment methods, charge
// points, sessions, the operator's final records, what they cost, who owes
// what, and every rule under which an operation refuses.
//
// It knows nothing of HTTP. A State is one isolated universe with a clock of
// its own. What can be derived is never stored: a session keeps when it was
// asked for, its meter script, its stop and its record, and what it is at a
// given moment follows from those facts. Moving the clock is one assignment,
// and ten thousand states cost no timers.
//
// Operations return values, never pointers into the state, and fail with a
// *Refusal that names the Rule that decided.
package connect
