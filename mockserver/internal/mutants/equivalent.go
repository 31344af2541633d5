package mutants

import (
	"fmt"
	"strings"
)

// Equivalents returns the mutants that no case can distinguish from the honest
// fake, with the reason. TestMutants fails if a case does.
func Equivalents() map[string]string {
	out := map[string]string{}
	for _, group := range []map[string]string{deprecatedNames(), secretsOfOthers(), statusesOfNobody(), unverifiable(), exclusiveRules()} {
		for id, reason := range group {
			out[id] = reason
		}
	}
	return out
}

// deprecatedNames may be left out.
func deprecatedNames() map[string]string {
	const reason = "openapi.yaml: deprecated; a 1.0.0 server may leave it out"
	return map[string]string{
		"field dropped: users_setup_intents_retrieve 200 /client_secret":         reason,
		"field renamed: users_setup_intents_retrieve 200 /client_secret":         reason,
		"field dropped: users_charging_debts_list 200 /results/[]/client_secret": reason,
		"field renamed: users_charging_debts_list 200 /results/[]/client_secret": reason,
	}
}

// fieldKinds are the mutations of a text that must not be null.
func fieldKinds() []string {
	return []string{"field dropped", "field renamed", "field of another type", "field null", "value malformed"}
}

// secretsOfOthers are in the schema that all errors share, but are sent only in
// the 402 of a start. Another mutant sends them elsewhere.
func secretsOfOthers() map[string]string {
	const reason = "openapi.yaml: only with pre_authorization_failed, which is an answer of start alone, with 402; no other error has the field"
	out := map[string]string{}
	for errors := range strings.SplitSeq(`stations_around_list 400|stations_details_retrieve 400|stations_partners_list 423|
		stations_tile_retrieve 400|users_billing_details_update 400|users_charging_sessions_partial_update 400|
		users_charging_start_create 400|users_charging_start_create 409|users_charging_start_create 424|users_charging_start_create 500|
		users_charging_stop_create 409|users_charging_stop_create 424|users_charging_stop_create 500|
		users_create 400|users_destroy 400|users_destroy 402|users_partial_update 400|
		users_payment_methods_destroy 400|users_payment_methods_destroy 402|users_setup_intents_retrieve 400`, "|") {
		for _, kind := range fieldKinds() {
			out[fmt.Sprintf("%s: %s /error/payment_intent_client_secret", kind, strings.TrimSpace(errors))] = reason
		}
	}
	return out
}

// statusesOfNobody are answers that no call can cause.
func statusesOfNobody() map[string]string {
	const tile = "openapi.yaml declares a 404 for tiles without a reason; a tile without stations is an empty 200, so no call brings it about"
	const crash = "the fake's own failure, which no call brings about"
	out := map[string]string{
		"rule skipped: request/unexpected-error":                                   crash,
		"rule answers otherwise: request/unexpected-error with 400":                crash,
		"rule answers otherwise: request/unexpected-error as payment_method_error": crash,
		"rule answers otherwise: request/unexpected-error without words":           crash,
	}
	for _, kind := range fieldKinds() {
		out[kind+": stations_tile_retrieve 404 /detail"] = tile
	}
	for _, status := range []int{200, 400, 401, 403, 410} {
		out[fmt.Sprintf("status swapped: stations_tile_retrieve %d for 404", status)] = tile
	}
	for _, what := range []string{"as text/html", "cut off", "without a body", "wrapped"} {
		out["body or media type: stations_tile_retrieve 404 "+what] = tile
	}
	return out
}

// unverifiable are values that appear nowhere else.
func unverifiable() map[string]string {
	const clock = "the local time at the station, with which no other answer can be compared to the second"
	return map[string]string{
		"parameter without effect: users_setup_intents_retrieve pm_type":                              "card is the only value, and the default",
		"value of the same form: stations_around_list 200 /results/[]/price_groups/[]/local_datetime": clock,
		"value of the same form: stations_details_retrieve 200 /price_groups/[]/local_datetime":       clock,
		"value of the same form: stations_tile_retrieve 200 /features/[]/cluster_id":                  "no call accepts it: any id is as good as another",
		"value of the same form: stations_tile_retrieve 200 /features/[]/properties/operator_id":      "no other answer has it: any id is as good as another",
		"value of the same form: stations_tile_retrieve 200 /features/[]/properties/expansion_zoom":   "openapi.yaml does not require the first level at which the cluster splits",
		"value of the same form: stations_tile_retrieve 200 /features/[]/geometry/coordinates/[]":     "ten centimeters: the accuracy of positions is not documented, the suite allows 50 m",
		"value of the same form: users_payment_methods_list 200 /results/[]/created_at":               "a second more: no other answer has the time when the method was added",
	}
}

// exclusiveRules never apply together, so their order makes no difference.
func exclusiveRules() map[string]string {
	const (
		one      = "a charge point has one script: it fails in one way or in another"
		charging = "a user who starts has no active session, and one who has cannot start: the two never hold together"
	)
	return map[string]string{
		"order of rules: remove-payment-method/method-on-active-session before remove-payment-method/session-starting": charging,
		"order of rules: delete-user/active-session before delete-user/session-starting":                               charging,
		"order of rules: start-charging/station-data-unavailable before start-charging/evse-not-found":                 "a charge point that does not exist has no data that could be unavailable",
		"order of rules: start-charging/connector-out-of-order before start-charging/station-data-unavailable":         "no charge point that a caller can reach is out of order and without data at once",
		"order of rules: start-charging/provider-failed before start-charging/charge-point-busy":                       "the provider is asked after all other rules, wherever the table has it",
		"order of rules: start-charging/unexpected-error before start-charging/provider-failed":                        one,
		"order of rules: stop-charging/provider-failed-409 before stop-charging/provider-failed":                       one,
		"order of rules: stop-charging/unexpected-error before stop-charging/provider-failed-409":                      one,
	}
}
