package contracttests

import "time"

// now is the time of this machine. Nothing else in the suite reads it.
func now() time.Time { return time.Now() }
