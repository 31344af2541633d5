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

// InFull makes s judge every answer in full, and returns it.
func (s *Spec) InFull() *Spec {
	all := []map[int]contents{s.refusals}
	for _, op := range s.operations {
		all = append(all, op.answers)
	}
	for _, answers := range all {
		for _, declared := range answers {
			for _, c := range declared {
				c.compiled = nil
			}
		}
	}
	return s
}

// Walks returns how many answers were judged in full.
func (s *Spec) Walks() int64 { return s.walks.Load() }
