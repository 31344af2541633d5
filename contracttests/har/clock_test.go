package har_test

import (
	"slices"
	"strings"
	"testing"

	"cariqamock/contracttests/har"
	"cariqamock/contracttests/lockstep"
)

// TestClock reads files whose recorder had a bad clock, or no order.
func TestClock(t *testing.T) {
	const date = `{"name":"Date","value":"Thu, 02 Apr 2026 14:00:00 GMT"}`
	for name, test := range map[string]struct {
		started []string
		dated   bool
		row     bool // each one begins no earlier than the one before
	}{
		"a clock that is set back":      {[]string{"14:00:00.300Z", "14:00:00.400Z", "13:00:00.410Z", "13:00:00.500Z"}, true, true},
		"the same without the target's": {[]string{"14:00:00.300Z", "14:00:00.400Z", "13:00:00.410Z", "13:00:00.500Z"}, false, false},
		"set back twice":                {[]string{"14:00:00.300Z", "13:00:00.400Z", "12:00:00.410Z", "12:00:00.500Z"}, true, false},
		"the last one first":            {[]string{"14:00:00.500Z", "14:00:00.400Z", "14:00:00.300Z", "14:00:00.200Z"}, true, false},
		"whole seconds":                 {[]string{"14:00:00Z", "14:00:00Z", "14:00:00Z", "14:00:01Z"}, true, true},
	} {
		var calls []string
		for _, s := range test.started {
			p := produced{started: "2026-04-02T" + s, response: page(`"size":11,"text":"{\"count\":0}"`)}.String()
			if test.dated {
				p = strings.Replace(p, `"headers":[{"name":"content-type"`, `"headers":[`+date+`,{"name":"content-type"`, 1)
			}
			calls = append(calls, p)
		}
		got, _, err := har.Read(write(t, calls...))
		if err != nil {
			t.Fatal(err)
		}
		row := slices.IsSortedFunc(got, func(a, b *lockstep.Call) int { return a.Began.Compare(b.Began) })
		if row != test.row {
			t.Errorf("%s: in the order of the file: %v, want %v", name, row, test.row)
		}
		if name == "whole seconds" && got[1].Began.Before(got[0].Ended) {
			t.Errorf("%s: the second call began at %v, and the first one ended at %v", name, got[1].Began, got[0].Ended)
		}
	}
}
