// Package lockstep judges what an app and a server say to each other: by
// openapi.yaml, and by a fake that is kept in the state in which the server must
// be. What only the real system knows, such as energy, is taken from the
// server's answers; what follows from rules is compared. fields.yaml says which
// fields are which.
//
// Before each call the fake is loaded with all that is known of the call's user,
// as a scenario; it answers the same call, and the answers are compared. The
// scenario has facts only, so that nothing can drift.
//
// In which order the target has taken calls about one user that overlap, nobody
// knows. They are judged when all have ended, in each order that their times allow;
// the states that these leave the user in are followed until an answer decides.
package lockstep
