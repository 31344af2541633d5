package main

import (
	"bytes"
	"testing"
)

// TestHeapFloorTakesNoMemory: pages of the floor that were in use are given back,
// and so are empty if they are read.
func TestHeapFloorTakesNoMemory(t *testing.T) {
	memory := bytes.Repeat([]byte{1}, heapFloor)
	if n := bytes.Count(untouched(memory), []byte{1}); n > 0 {
		t.Errorf("%d of %d bytes are still there", n, len(memory))
	}
}
