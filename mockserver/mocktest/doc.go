// Package mocktest runs the fake inside a Go test.
//
//	func TestRemovalWaitsForTheCDR(t *testing.T) {
//		w := mocktest.Start(t).World("cdr-pending")
//		w.Do("DELETE", "/users/{user}/payment-methods/pm_abc123/").Want(400)
//		w.Clock.Advance(10 * time.Minute)
//		w.Do("DELETE", "/users/{user}/payment-methods/pm_abc123/").Want(204)
//	}
//
// Start serves the fake on a free port of loopback. World opens a world of a
// scenario: users, payment methods, sessions, a clock and a journal that no
// other world sees, so tests can share a server and run in parallel. A client
// under test needs only the world's URL and Token, or its Client.
//
// A test in another module names a clone of the repository in its go.mod, and
// then runs go mod tidy:
//
//	require cariqamock v0.0.0
//	replace cariqamock => ../cariqa-mock
//
// Nothing here returns an error: when the server refuses something, the test
// fails with the server's message. As with t.Fatal, such methods must be
// called from the test's goroutine. When a test has failed, its log ends with
// the last calls of its worlds and the rules that answered them.
package mocktest
