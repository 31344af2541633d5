package cases

import (
	"net/http"
	"time"

	contract "cariqamock/contracttests"
)

var removalOrderCases = functions{
	// All restrictions that can apply at once come first; one after the other is
	// cleared.
	"removal/order": func(a *contract.API) {
		w := a.Scenario("rich-user")
		left := []string{
			"remove-payment-method/method-on-active-session", "remove-payment-method/active-session", "remove-payment-method/cdr-pending",
			"remove-payment-method/debt", "remove-payment-method/default-method",
		}
		want := func(rule string) {
			a.Equal("the rules that refuse", left, explained(w, someone, usualMethod))
			kept(w, someone, usualMethod, rule)
		}
		want("method-on-active-session")
		kept(w, someone, "pm_amex1", "active-session")
		a.Equal("the rules that refuse another method", left[1:4], explained(w, someone, "pm_amex1"))

		for _, s := range contract.Into[contract.Page[contract.Session]](w, listSessions(w, someone)).Results {
			if s.Active {
				noContent(w, w.Stop(someone, s.ID))
			}
		}
		left = left[2:]
		want("cdr-pending")
		w.Advance(25 * time.Hour)
		left = left[1:]
		want("debt")
		d := onlyDebt(w, someone)
		confirmPayment(w, d.secret(), "pm_apple1", "requires_action")
		authenticate(w, d.secret(), "succeed")
		left = left[1:]
		want("default-method")
		noContent(w, chooseMethod(w, someone, "pm_apple1"))
		a.Equal("the rules that refuse", []string(nil), explained(w, someone, usualMethod))
		noContent(w, removeMethod(w, someone, usualMethod))
	},
	// The CDR of a session is pending while another start is in progress, at a
	// point that takes five minutes to answer.
	"removal/order-starting": func(a *contract.API) {
		w := a.Scenario("delete-user-starting")
		user := "/users/" + someone + "/"
		w.Advance(5 * time.Minute) // the scenario's own start has become a session
		first := sessionIDs(w, someone)
		noContent(w, w.Stop(someone, first[0]))
		kept(w, someone, usualMethod, "cdr-pending")

		started := w.PostLater("/users/"+someone+"/charging/start/", map[string]string{"evse_id": sharedPoint, "payment_method_id": usualMethod})
		awaitStart(w, someone, usualMethod)
		kept(w, someone, usualMethod, "session-starting")
		refused(w, w.Delete(user), http.StatusBadRequest, "payment_method_error", "delete-user/session-starting")
		a.Equal("the sessions during the second start", first, sessionIDs(w, someone))
		w.Advance(5 * time.Minute)
		s := contract.Into[contract.Session](w, w.Want(started(), http.StatusCreated))
		kept(w, someone, usualMethod, "method-on-active-session")
		noContent(w, w.Stop(someone, s.ID))
		w.AwaitBill(someone, s.ID)
		kept(w, someone, usualMethod, "default-method")
		noContent(w, w.Delete(user))
	},
}

// explained returns the rules that refuse a removal now, according to the fake.
func explained(a *contract.API, user, method string) []string {
	answer := a.Admin(http.MethodGet, "/users/"+user+"/payment-methods/"+method+"/removal", nil)
	out := contract.Into[struct {
		Allowed bool `json:"allowed"`
		Rules   []struct {
			ID string `json:"id"`
		} `json:"rules"`
	}](a, answer)
	var ids []string
	for _, r := range out.Rules {
		ids = append(ids, r.ID)
	}
	a.Equal("allowed, in the explanation", len(ids) == 0, out.Allowed)
	return ids
}

// awaitStart waits until a start that was sent is in progress: then it is among
// the rules that refuse a removal.
func awaitStart(a *contract.API, user, method string) {
	quiet := a.Unrecorded() // how often it asks is chance
	for range 200 {
		for _, rule := range explained(quiet, user, method) {
			if rule == "remove-payment-method/session-starting" {
				return
			}
		}
		a.Sleep(2 * time.Millisecond)
	}
	a.Fatalf("a start that takes five minutes is not being processed")
}
