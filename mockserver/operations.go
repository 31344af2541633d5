package mockserver

// operations is the API: every operationId of openapi.yaml and what answers
// it. New compares the two both ways.
func operations() map[string]operation {
	return map[string]operation{
		"stations_around_list":      (*api).stationsAround,
		"stations_details_retrieve": (*api).stationDetails,
		"stations_partners_list":    (*api).partners,
		"stations_tile_retrieve":    (*api).tile,

		"users_list":           (*api).listUsers,
		"users_create":         (*api).createUser,
		"users_retrieve":       (*api).retrieveUser,
		"users_partial_update": (*api).updateUser,
		"users_destroy":        (*api).deleteUser,

		"users_billing_details_retrieve": (*api).retrieveBilling,
		"users_billing_details_update":   (*api).updateBilling,

		"users_charging_start_create":            (*api).startCharging,
		"users_charging_stop_create":             (*api).stopCharging,
		"users_charging_sessions_list":           (*api).listSessions,
		"users_charging_sessions_retrieve":       (*api).retrieveSession,
		"users_charging_sessions_partial_update": (*api).rateSession,

		"users_charging_debts_list": (*api).listDebts,
		"users_invoices_list":       (*api).listInvoices,

		"users_setup_intents_retrieve":         (*api).setupIntent,
		"users_payment_methods_list":           (*api).listPaymentMethods,
		"users_payment_methods_destroy":        (*api).removePaymentMethod,
		"users_payment_methods_default_create": (*api).setDefaultPaymentMethod,
	}
}

// knownOperation says whether the vendor's API has an operation.
func knownOperation(id string) bool {
	_, ok := operations()[id]
	return ok
}
