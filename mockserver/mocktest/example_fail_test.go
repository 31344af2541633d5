package mocktest_test

import (
	"net/http"
	"testing"
	"time"

	"cariqamock/mockserver/mocktest"
)

// countUsers is the code under test: it tries again when the service fails.
func countUsers(client *http.Client, base string) (status, attempts int, err error) {
	for attempts = 1; attempts <= 3; attempts++ {
		res, err := client.Get(base + "/users/")
		if err != nil {
			return 0, attempts, err
		}
		res.Body.Close()
		if status = res.StatusCode; status < http.StatusBadRequest {
			break
		}
	}
	return status, attempts, nil
}

// A client tries again after errors. Its world fails twice, once in each way,
// and counts the calls.
func clientTriesAgain(t *testing.T) {
	w := mocktest.Start(t).World("default")
	w.Fail("users_list", 424, "charging_provider_error")
	w.RateLimit("users_list", time.Second, mocktest.Skip(1))

	status, attempts, err := countUsers(w.Client(), w.URL)
	if err != nil || status != 200 || attempts != 3 {
		t.Errorf("status %d after %d attempts, error %v", status, attempts, err)
	}
	if n := w.Count("users_list"); n != 3 {
		t.Errorf("%d calls, want 3", n)
	}
}

func ExampleWorld_Fail() {
	// A function that go test finds is called TestClientTriesAgain.
	_ = clientTriesAgain
}
