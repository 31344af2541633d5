package api

// secretOperations are the operations whose answers carry a client secret.
var secretOperations = map[string]bool{
	"users_setup_intents_retrieve": true,
	"users_charging_debts_list":    true,
}

// secretNames returns a client secret for its current and for its former
// name, empty for a name that the configuration leaves out.
func (a *API) secretNames(secret string) (current, former string) {
	if a.cfg.Secrets.Current {
		current = secret
	}
	if a.cfg.Secrets.Former {
		former = secret
	}
	return current, former
}
