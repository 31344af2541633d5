package har

import (
	"net/http"
	"slices"
	"time"

	"cariqamock/contracttests/lockstep"
)

// straighten corrects the times of calls if the recorder's clock was set back, or if it
// counted whole seconds. It relies on the order of the calls in the file.
func straighten(calls []*lockstep.Call) {
	if slices.ContainsFunc(calls, func(c *lockstep.Call) bool { return c.Began.IsZero() }) {
		return
	}
	goOn(calls)
	spread(calls)
}

// goOn moves the calls after a moment at which the clock was set back to after the one
// before. A file that is in no order at all goes back often.
func goOn(calls []*lockstep.Call) {
	var back []int
	for i := 1; i < len(calls); i++ {
		if c, last := calls[i], calls[i-1]; c.Began.Before(last.Began) && c.Ended.Before(last.Ended) {
			if !follows(c, last) {
				return
			}
			back = append(back, i)
		}
	}
	if len(back) > 1+len(calls)/50 {
		return
	}
	for _, i := range back {
		gap := calls[i-1].Ended.Sub(calls[i].Began)
		for _, c := range calls[i:] {
			move(c, gap)
		}
	}
}

// follows reports whether a call was answered after another one by the target's clock.
func follows(c, last *lockstep.Call) bool {
	at, err := http.ParseTime(c.Answered.Get("Date"))
	before, err2 := http.ParseTime(last.Answered.Get("Date"))
	return err == nil && err2 == nil && !at.Before(before)
}

// mostAtOnce is how many calls before one are looked at for the time when it began.
const mostAtOnce = 20

// spread has calls that began in the same second follow each other, where all times are
// in whole seconds.
func spread(calls []*lockstep.Call) {
	whole := func(c *lockstep.Call) bool { return c.Began.Equal(c.Began.Truncate(time.Second)) }
	inOrder := slices.IsSortedFunc(calls, func(a, b *lockstep.Call) int { return a.Began.Compare(b.Began) })
	if len(calls) < 3 || !inOrder || slices.ContainsFunc(calls, func(c *lockstep.Call) bool { return !whole(c) }) {
		return
	}
	for i, c := range calls {
		began := c.Began
		for _, last := range calls[max(0, i-mostAtOnce):i] {
			if last.Ended.After(began) && last.Ended.Before(c.Began.Add(time.Second)) {
				began = last.Ended
			}
		}
		move(c, began.Sub(c.Began))
	}
}

func move(c *lockstep.Call, by time.Duration) {
	c.Began, c.Ended, c.Answering = c.Began.Add(by), c.Ended.Add(by), c.Answering.Add(by)
}
