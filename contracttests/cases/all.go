// Package cases holds the cases of the contract suite, one file for each part
// of the API.
package cases

import (
	"slices"

	contract "cariqamock/contracttests"
)

// All returns all cases, by area.
func All() []contract.Case {
	return slices.Concat(
		userCases(),
		billingCases(),
		setupCases(),
		methodCases(),
		removalCases(),
		startCases(),
		stopCases(),
		sessionCases(),
		moneyCases(),
		deletionCases(),
		stationCases(),
		wireCases(),
	)
}
