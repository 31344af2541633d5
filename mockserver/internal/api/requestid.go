package api

import (
	"strconv"
	"sync/atomic"
	"time"
)

// requestIDs numbers requests. The start time distinguishes runs.
type requestIDs struct {
	run   string
	count *atomic.Uint64
}

func newRequestIDs(start time.Time) requestIDs {
	return requestIDs{run: strconv.FormatInt(start.UnixMicro(), 36), count: new(atomic.Uint64)}
}

func (i requestIDs) next() string {
	return "req_" + i.run + "-" + strconv.FormatUint(i.count.Add(1), 10)
}
