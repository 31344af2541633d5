package main

// heapFloor is how many bytes the garbage collector counts as in use besides
// those that are. It collects when the heap has doubled, which a server with
// few worlds, of 8 MB, does a hundred times a second under load. This makes it
// half as often, for as many bytes of memory as it is: they are never
// touched, so they take none themselves. In large heaps it is next to nothing.
const heapFloor = 8 << 20

// raiseHeap returns memory to keep for as long as a server runs, see heapFloor.
// It returns none if GOGC or GOMEMLIMIT say when to collect.
func (p *program) raiseHeap() []byte {
	if p.getenv("GOGC") != "" || p.getenv("GOMEMLIMIT") != "" {
		return nil
	}
	return untouched(make([]byte, heapFloor))
}
