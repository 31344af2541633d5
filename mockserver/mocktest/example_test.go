package mocktest_test

import (
	"testing"
	"time"

	"cariqamock/mockserver/mocktest"
)

// A payment method cannot be removed until the final record (CDR) of its
// session has been processed.
func removalWaitsForTheCDR(t *testing.T) {
	w := mocktest.Start(t).World("cdr-pending")

	res := w.Do("DELETE", "/users/{user}/payment-methods/pm_abc123/").Want(400)
	if got := res.Get("error.type"); got != "payment_method_error" {
		t.Errorf("error type %s", got)
	}
	for _, rule := range w.Removal("pm_abc123").Rules {
		t.Logf("blocked by %s: %s", rule.ID, rule.Remedy)
	}

	w.Clock.Advance(10 * time.Minute)
	w.Do("DELETE", "/users/{user}/payment-methods/pm_abc123/").Want(204)
}

func Example() {
	// A function that go test finds is called TestRemovalWaitsForTheCDR.
	_ = removalWaitsForTheCDR
}
