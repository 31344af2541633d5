package spec

// A LedgerEntry is a tolerated departure.
type LedgerEntry struct{ Name, Why, Source string }

// Tolerated returns the ledger of tolerated departures.
func Tolerated() []LedgerEntry {
	out := make([]LedgerEntry, len(tolerances))
	for i, t := range tolerances {
		out[i] = LedgerEntry{Name: t.name, Why: t.why, Source: t.source}
	}
	return out
}
