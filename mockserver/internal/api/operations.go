package api

import "cariqamock/mockserver/internal/wire"

// An operation answers one call, with a reply or with an error that the
// pipeline turns into one, whatever the reply. It does not change the call.
type operation func(*API, *call) (wire.Reply, error)

// operations is the API: every operationId of openapi.yaml and what answers
// it. New compares the two both ways.
var operations = map[string]operation{
	"stations_around_list":      (*API).stationsAround,
	"stations_details_retrieve": (*API).stationDetails,
	"stations_partners_list":    (*API).partners,
	"stations_tile_retrieve":    (*API).tile,

	"users_list":           (*API).listUsers,
	"users_create":         (*API).createUser,
	"users_retrieve":       (*API).retrieveUser,
	"users_partial_update": (*API).updateUser,
	"users_destroy":        (*API).deleteUser,

	"users_billing_details_retrieve": (*API).retrieveBilling,
	"users_billing_details_update":   (*API).updateBilling,

	"users_charging_start_create":            (*API).startCharging,
	"users_charging_stop_create":             (*API).stopCharging,
	"users_charging_sessions_list":           (*API).listSessions,
	"users_charging_sessions_retrieve":       (*API).retrieveSession,
	"users_charging_sessions_partial_update": (*API).rateSession,

	"users_charging_debts_list": (*API).listDebts,
	"users_invoices_list":       (*API).listInvoices,

	"users_setup_intents_retrieve":         (*API).setupIntent,
	"users_payment_methods_list":           (*API).listPaymentMethods,
	"users_payment_methods_destroy":        (*API).removePaymentMethod,
	"users_payment_methods_default_create": (*API).setDefaultPaymentMethod,
}

// shown returns the answer that shows an object, or err if that is not nil.
func shown[T, V any](status int, view func(T) V, object T, err error) (wire.Reply, error) {
	if err != nil {
		return wire.Reply{}, err
	}
	return wire.JSON(status, view(object))
}
