package mocktest_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"cariqamock/mockserver/internal/fault"
	"cariqamock/mockserver/internal/journal"
	"cariqamock/mockserver/mocktest"
)

// A test has a *testing.T from the testing package; an example has to make do.
type exampleT struct {
	testing.TB
	cleanup []func()
}

func (t *exampleT) Helper()          {}
func (t *exampleT) Name() string     { return "Example" }
func (t *exampleT) Cleanup(f func()) { t.cleanup = append(t.cleanup, f) }
func (t *exampleT) end() {
	for _, f := range t.cleanup {
		f()
	}
}

// A payment method cannot be removed while the final record of a session is
// awaited.
func Example() {
	t := &exampleT{} // in a test: func TestRemoval(t *testing.T)
	defer t.end()

	mock := mocktest.Start(t)
	token := mock.Token("cdr-pending")
	remove := func() {
		r, err := http.NewRequest("DELETE", mock.URL+"/api/v1/users/"+user+"/payment-methods/pm_abc123/", nil)
		if err != nil {
			panic(err)
		}
		r.Header.Set("Authorization", "Bearer "+token)
		res, err := mock.Client().Do(r)
		if err != nil {
			panic(err)
		}
		res.Body.Close()
		fmt.Println(res.StatusCode, res.Header.Get("X-Cariqa-Mock-Rule"))
	}
	remove()
	mock.Clock(token).Advance(10 * time.Minute)
	remove()
	// Output:
	// 400 remove-payment-method/cdr-pending
	// 204
}

// A test queues what is to go wrong, runs the client, and asks what it did.
func ExampleServer_Fault() {
	t := &exampleT{} // in a test: func TestRetry(t *testing.T)
	defer t.end()

	mock := mocktest.Start(t)
	token := mock.Token("default")
	unavailable, second := 424, "1s"
	mock.Fault(token, fault.Spec{Operation: "users_list", Status: &unavailable})
	mock.Fault(token, fault.Spec{Operation: "users_list", RateLimit: &second})
	for range 3 { // the client under test would try again by itself
		r, err := http.NewRequest("GET", mock.URL+"/api/v1/users/", nil)
		if err != nil {
			panic(err)
		}
		r.Header.Set("Authorization", "Bearer "+token)
		res, err := mock.Client().Do(r)
		if err != nil {
			panic(err)
		}
		res.Body.Close()
		fmt.Println(res.Status)
	}
	fmt.Println(mock.Count(token, journal.Filter{Operation: "users_list"}), "calls")
	mock.Drop(token)
	// Output:
	// 424 Failed Dependency
	// 429 Too Many Requests
	// 200 OK
	// 3 calls
}
