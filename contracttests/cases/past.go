package cases

import contract "cariqamock/contracttests"

// A past is a user with a card and one finished, paid session.
type past struct {
	user    contract.User
	method  string // id of the card
	session contract.Session
}

// sharedPast returns the finished session that all read-only cases of a run
// share: making it takes a minute on a real target.
func sharedPast(a *contract.API) past {
	return contract.Shared(a, "past", func(a *contract.API) past {
		u, method := a.NewDriver()
		return past{u, method, a.Finish(u.ID, a.Charge(u.ID, method).ID)}
	})
}
