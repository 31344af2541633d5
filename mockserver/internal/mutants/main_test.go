package mutants

import (
	"os"
	"runtime/debug"
	"testing"
)

// TestMain collects garbage less often: thousands of fakes leave much of it, and
// little is in use at a time. GOGC can say otherwise.
func TestMain(m *testing.M) {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400)
	}
	os.Exit(m.Run())
}
