package mutants

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// A cent more for an amount; everything else stays.
func centMore(v any) (any, bool) {
	s, ok := v.(string)
	var whole, cents int
	if _, err := fmt.Sscanf(s, "%d.%02d", &whole, &cents); err != nil || !ok {
		return v, false
	}
	sum := whole*100 + cents + 1
	return fmt.Sprintf("%d.%02d", sum/100, sum%100), true
}

// paid changes a cost once it is final.
func paid(change func(cost map[string]any)) func() twist {
	return eachSession(func(_ string, s map[string]any) {
		if cost, ok := s["session_cost"].(map[string]any); ok && cost["kwh_cost"] != nil && cost["invoice_summary"] != "0.00" {
			change(cost)
		}
	})
}

func moneyMutants() []Mutant {
	session := opSession + " 200"
	var out []Mutant
	for _, name := range []string{
		"kwh_cost", "time_cost", "session_fee_cost", "blocking_fee_cost", "starting_fee_cost",
		"invoice_vat", "invoice_summary", "invoice_credits", "invoice_discount",
	} {
		out = append(out, behavior("a cent more in "+name, session, paid(func(cost map[string]any) {
			cost[name], _ = centMore(cost[name])
		}), opSession, opSessions))
	}
	out = append(out, costMutants()...)
	out = append(out, entryMutants(opInvoices, "invoice", map[string]edit{
		"total": centMore, "currency": always("usd"), "charging_session_id": where("00000000-0000-4000-8000-00000000beef"),
		"refund": always(true), "link": always("https://pay.stripe.com/invoice/another/pdf"), "date": always("2020-01-01T00:00:00Z"),
	})...)
	out = append(out, entryMutants(opDebts, "debt", map[string]edit{
		"amount": centMore, "currency": always("usd"), "session_id": always("00000000-0000-4000-8000-00000000beef"),
		"client_secret":                always("pi_3Another_secret_Another"),
		"payment_intent_client_secret": always("pi_3Another_secret_Another"),
	})...)
	held := func(v any) (any, bool) {
		if n, ok := v.(json.Number); ok {
			return n + "0", true
		}
		return v, false
	}
	return append(out,
		behavior("a hold is ten times what the station says", "rule start-charging/sca-required", payments("amount", held), opStart, opDebts),
		behavior("a payment is in dollars", "rule start-charging/sca-required", payments("currency", always("usd")), opStart, opDebts),
		behavior("a paid debt is still owed", "users_charging_debts_list 200 /results/[]", unpaid, opDebts),
		behavior("no debt is ever listed", "users_charging_debts_list 200 /results/[]", nothing(opDebts), opDebts),
		behavior("no invoice is ever listed", "users_invoices_list 200 /results/[]", nothing(opInvoices), opInvoices),
		behavior("no session is ever listed", "users_charging_sessions_list 200 /results/[]", nothing(opSessions), opSessions),
		behavior("an invoice is there before the final record", "users_invoices_list 200", early, opInvoices),
	)
}

// costMutants are wrong about the price, the costs and the invoices of a session.
func costMutants() []Mutant {
	const session = opSession + " 200"
	return []Mutant{
		behavior("a cent more in energy and total", session, paid(func(cost map[string]any) {
			cost["kwh_cost"], _ = centMore(cost["kwh_cost"])
			cost["invoice_summary"], _ = centMore(cost["invoice_summary"])
		}), opSession, opSessions),
		behavior("a price is a cent more", session, eachSession(func(_ string, s map[string]any) {
			prices, _ := s["user_facing_session_prices"].(map[string]any)
			prices["kwh_price"], _ = centMore(prices["kwh_price"])
		}), opSession, opStart),
		behavior("the time of a price has an offset", "stations_around_list 200", editing("stations_around_list", http.StatusOK,
			path{"results", items, "price_groups", items, "local_datetime"}, always("2026-04-02T15:50:00+02:00")), "stations_around_list"),
		behavior("the costs before the final record are the running ones", session, eachSession(func(_ string, s map[string]any) {
			if cost, ok := s["session_cost"].(map[string]any); ok && cost["kwh_cost"] == nil {
				cost["kwh_cost"] = "0.54"
			}
		}), opSession),
		behavior("a billed session has no invoice to download", session, paid(func(cost map[string]any) { cost["invoice_download"] = nil }), opSession),
		behavior("all sessions share an invoice to download", session, paid(func(cost map[string]any) {
			if cost["invoice_download"] != nil {
				cost["invoice_download"] = "https://pay.stripe.com/invoice/acct_1LKJg9HtgZxQ1KXx/test_YWNjdF8x/pdf?s=ap"
			}
		}), opSession, opInvoices),
		behavior("a cost that rounds to nothing has an invoice to download", session, eachSession(func(_ string, s map[string]any) {
			if cost, ok := s["session_cost"].(map[string]any); ok && cost["kwh_cost"] == "0.00" && cost["invoice_summary"] == "0.00" && s["consumed_energy"] != "0.000" {
				cost["invoice_download"] = "https://pay.stripe.com/invoice/acct_1LKJg9HtgZxQ1KXx/test_YWNjdF8x/pdf?s=ap"
			}
		}), opSession),
		behavior("currencies are upper case", session, eachSession(func(_ string, s map[string]any) {
			cost, _ := s["session_cost"].(map[string]any)
			cost["currency"] = strings.ToUpper(fmt.Sprint(cost["currency"]))
		}), opSession),
		behavior("currencies are dollars", session, eachSession(func(_ string, s map[string]any) {
			cost, _ := s["session_cost"].(map[string]any)
			cost["currency"] = "usd"
		}), opSession),
	}
}

// entryMutants change one field of the entries of a list to a value of the same
// form.
func entryMutants(op, what string, changes map[string]edit) []Mutant {
	var out []Mutant
	for name, change := range changes {
		p := path{"results", items, name}
		out = append(out, behavior("another "+name+" on every "+what, hintOf(op, http.StatusOK, p), editing(op, http.StatusOK, p, change), op))
	}
	return out
}

// payments is a twist that changes Stripe's payment intents.
func payments(name string, change edit) func() twist { return intents("payment_intents", name, change) }

// intents is a twist that changes Stripe's intents of a kind.
func intents(kind, name string, change edit) func() twist {
	return func() twist {
		return func(c *call, honest server) *reply {
			r := honest(c)
			if r == nil || !r.ok() || !strings.HasPrefix(c.request.URL.Path, "/v1/"+kind+"/") {
				return r
			}
			v, _ := at(r.value(), path{name}, change)
			return r.saying(v)
		}
	}
}

// nothing is a twist that has an empty list.
func nothing(op string) func() twist {
	return paging(op, func(_ *call, page map[string]any) {
		page["count"], page["next"], page["previous"], page["results"] = 0, nil, nil, []any{}
	})
}

// unpaid is a twist that always lists each user's debts.
func unpaid() twist {
	owed := &memory[*reply]{}
	return func(c *call, honest server) *reply {
		r := honest(c)
		if c.op != opDebts || r == nil || !r.ok() {
			return r
		}
		key := c.request.Header.Get("Authorization") + c.request.URL.String()
		if list, _ := r.object()["results"].([]any); len(list) > 0 {
			owed.set(key, r)
			return r
		}
		if before, ok := owed.get(key); ok {
			return before
		}
		return r
	}
}

// early is a twist that lists an invoice for every session that has ended.
func early() twist {
	return func(c *call, honest server) *reply {
		r := honest(c)
		if c.op != opInvoices || r == nil || !r.ok() {
			return r
		}
		sessions := honest(c.get(c.user() + "charging-sessions/"))
		page := r.object()
		if list, _ := page["results"].([]any); len(list) > 0 || sessions == nil {
			return r
		}
		all, _ := sessions.object()["results"].([]any)
		for _, v := range all {
			if s, ok := v.(map[string]any); ok && s["is_active"] == false {
				page["count"] = 1
				page["results"] = []any{map[string]any{
					"link": "https://pay.stripe.com/invoice/early/pdf", "total": "5.39", "date": "2026-04-02T13:52:35Z",
					"refund": false, "charging_session_id": s["id"], "currency": "eur",
				}}
			}
		}
		return r.saying(page)
	}
}
