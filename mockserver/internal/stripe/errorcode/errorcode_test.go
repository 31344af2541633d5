package errorcode_test

import (
	"slices"
	"testing"

	"cariqamock/mockserver/internal/stripe/errorcode"
)

func TestTableIsComplete(t *testing.T) {
	all := errorcode.All()
	if !slices.IsSorted(all) || len(slices.Compact(slices.Clone(all))) != len(all) {
		t.Error("the codes are not sorted, which Is needs, or not unique")
	}
	for _, status := range []int{0, 400, 401, 402, 404, 409, 429, 500, 503} {
		if code := errorcode.Of(status, "").Code; code != "" && !errorcode.Is(code) {
			t.Errorf("the usual code of %d, %q, is not one of Stripe's", status, code)
		}
	}
	types := []string{errorcode.InvalidRequest, errorcode.CardError, errorcode.APIError, "idempotency_error"}
	for _, code := range all {
		e := errorcode.Of(0, code)
		if !errorcode.Is(code) || e.Code != code || e.Status < 400 || e.Status > 499 || e.Message == "" || !slices.Contains(types, e.Type) {
			t.Errorf("%s: %+v", code, e)
		}
		if server := errorcode.Of(502, code); server.Type != errorcode.APIError || server.Status != 502 {
			t.Errorf("%s with 502: %+v", code, server)
		}
	}
	for _, unknown := range []string{"", "payment_error", "card_declind", "CARD_DECLINED"} {
		if errorcode.Is(unknown) {
			t.Errorf("%q is taken for a code of Stripe's", unknown)
		}
	}
}

// TestKnownCodesExist makes sure that what is known belongs to a code.
func TestKnownCodesExist(t *testing.T) {
	for _, code := range errorcode.Known() {
		if !errorcode.Is(code) {
			t.Errorf("%s is described but is not one of Stripe's codes", code)
		}
	}
}
