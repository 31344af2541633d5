package compare

import (
	"cmp"
	"maps"
	"net/http"
	"slices"
	"strings"

	"cariqamock/contracttests"
)

// An exchangePair is what two runs did at the same step of a case.
type exchangePair struct{ a, b contracttests.Exchange }

// pairs aligns the calls that two runs of a case made to the API itself, in their
// order. A call that only one side made, such as another read in a wait, has no
// partner and is not compared.
func pairs(a, b []contracttests.Exchange, baseA, baseB string) []exchangePair {
	a, b = steps(a, baseA), steps(b, baseB)
	keysA, keysB := stepKeys(a, baseA), stepKeys(b, baseB)
	gain := func(i, j int) int {
		if keysA[i] != keysB[j] {
			return 0
		}
		return likeness(a[i], b[j])
	}
	// best[i][j] is the maximum total of what is left from i and j on.
	best := make([][]int, len(a)+1)
	for i := range best {
		best[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			best[i][j] = max(best[i+1][j], best[i][j+1])
			if g := gain(i, j); g > 0 {
				best[i][j] = max(best[i][j], g+best[i+1][j+1])
			}
		}
	}
	var out []exchangePair
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch g := gain(i, j); {
		case g > 0 && best[i][j] == g+best[i+1][j+1]:
			out = append(out, exchangePair{a[i], b[j]})
			i, j = i+1, j+1
		case best[i][j] == best[i+1][j]:
			i++
		default:
			j++
		}
	}
	return out
}

// likeness compares two answers to the same call. It only decides which of
// several calls in a row are partners.
func likeness(x, y contracttests.Exchange) int {
	const call, status, rule = 4, 2, 1
	sum := call
	if x.Status == y.Status {
		sum += status
	}
	if x.Header["X-Cariqa-Mock-Rule"] == y.Header["X-Cariqa-Mock-Rule"] {
		sum += rule
	}
	return sum
}

// steps returns the calls to the API itself. Of a read that is repeated in a wait
// only the last counts; calls that were made at the same time are in the order
// of their answers' status.
func steps(all []contracttests.Exchange, base string) []contracttests.Exchange {
	var out []contracttests.Exchange
	for _, x := range all {
		if !strings.HasPrefix(x.URL, base+"/") && x.URL != base {
			continue
		}
		if n := len(out); n > 0 && x.Method == http.MethodGet && sameCall(out[n-1], x) {
			out[n-1] = x
			continue
		}
		out = append(out, x)
	}
	for from := 0; from < len(out); {
		to := from + 1
		for to < len(out) && sameCall(out[from], out[to]) {
			to++
		}
		slices.SortStableFunc(out[from:to], func(x, y contracttests.Exchange) int { return cmp.Compare(x.Status, y.Status) })
		from = to
	}
	return out
}

func sameCall(x, y contracttests.Exchange) bool {
	return x.Method == y.Method && x.URL == y.URL && x.Request == y.Request && maps.Equal(x.Sent, y.Sent)
}

// stepKeys returns which call each is, without what no two runs share.
func stepKeys(all []contracttests.Exchange, base string) []string {
	out := make([]string, len(all))
	for i, x := range all {
		out[i] = x.Method + " " + unnumbered(local(x.URL, base))
	}
	return out
}
