package connect

import (
	_ "embed"
	"encoding/json"
	"maps"
	"slices"
	"sync"

	"github.com/shopspring/decimal"
)

// minimums are the least amounts of a payment intent by currency, from Stripe's
// documentation (Supported currencies, Minimum and maximum charge amounts): those
// of currencies with two decimals.
//
//go:embed minimums.json
var minimums []byte

var minimumOf = sync.OnceValue(func() map[string]decimal.Decimal {
	out := map[string]decimal.Decimal{}
	if err := json.Unmarshal(minimums, &out); err != nil {
		panic(err) // minimums.json must be right
	}
	return out
})

// Currencies returns the currencies that a tariff may have, in lower case and in
// alphabetical order.
func Currencies() []string { return slices.Sorted(maps.Keys(minimumOf())) }

// MinimumCharge returns the least amount in a currency, one of Currencies, for
// which the payment provider makes a payment intent.
func MinimumCharge(currency string) decimal.Decimal { return minimumOf()[currency] }
