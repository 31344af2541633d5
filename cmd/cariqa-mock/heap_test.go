package main

import (
	"runtime"
	"runtime/metrics"
	"testing"
)

// heapGoal returns the heap size at which the next collection begins.
func heapGoal() uint64 {
	runtime.GC()
	sample := []metrics.Sample{{Name: "/gc/heap/goal:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// TestHeapFloor: while a server runs, the heap may grow by twice the floor
// before it is collected, unless the environment says when.
func TestHeapFloor(t *testing.T) {
	const most = 2 * heapFloor
	serve(t, env{"GOGC": "100"}, "--addr", "127.0.0.1:0").stop() // what is loaded once
	for name, want := range map[string]uint64{"": most, "GOGC": 0, "GOMEMLIMIT": 0} {
		before := heapGoal()
		s := serve(t, env{name: "100"}, "--addr", "127.0.0.1:0")
		grown := int64(heapGoal()) - int64(before)
		s.stop()
		// What other tests have left may be collected meanwhile.
		if want > 0 && grown < most*3/4 || want == 0 && grown > most/2 {
			t.Errorf("with %q the goal grows by %d bytes", name, grown)
		}
	}
}
