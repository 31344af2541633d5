package mocktest_test

import (
	"testing"

	"cariqamock/mockserver/mocktest"
)

func TestHistory(t *testing.T) {
	w := mocktest.Start(t).World("removable")
	remove := func() int { return w.Do("DELETE", "/users/{user}/payment-methods/pm_abc123/", nil).Status }
	if got := remove(); got != 204 {
		t.Fatalf("the removal answers %d", got)
	}
	last := w.History()[0]
	if last.Seq != 2 || last.What != "DELETE /users/"+w.User+"/payment-methods/pm_abc123/" || last.Request != w.Requests("users_payment_methods_destroy")[0].ID || last.User != w.User {
		t.Errorf("the removal is %+v in the history", last)
	}
	copied := w.Fork("mock.removable.copy")
	w.RewindBefore(last.Request)
	if got := remove(); got != 204 {
		t.Errorf("back to before it, the removal answers %d", got)
	}
	if got := copied.Do("DELETE", "/users/{user}/payment-methods/pm_abc123/", nil).Status; got != 404 {
		t.Errorf("in the copy, another removal answers %d", got)
	}
	w.Rewind(1)
	w.Apply(map[string]any{"users": []any{map[string]any{"id": "0b7f8a52-8c0e-4a52-9d2f-6d1f0f1c2b3a"}}})
	if got := len(w.History()); got != 6 {
		t.Errorf("%d changes, want 6", got)
	}
}
