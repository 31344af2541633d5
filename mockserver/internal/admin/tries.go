package admin

import (
	"net/netip"
	"sync"
	"time"
)

const (
	wrongAtOnce = 10              // wrong tokens that a client may send before it has to wait
	wrongEvery  = 2 * time.Second // after which it may send one more
	maxClients  = 1024            // clients that are remembered
)

// tries limits how fast a client can guess the token. No call waits: those that
// come too early are refused.
type tries struct {
	wall func() time.Time

	mu sync.Mutex
	// free is when each client may send wrongAtOnce wrong tokens again.
	free map[netip.Prefix]time.Time
}

func newTries(wall func() time.Time) *tries {
	return &tries{wall: wall, free: map[netip.Prefix]time.Time{}}
}

// judge notes an attempt with the right or a wrong token. It returns how long
// the client has to wait before its attempts count again; 0 if this one does.
func (t *tries) judge(remoteAddr string, right bool) time.Duration {
	client := network(remoteAddr)
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.wall()
	free := t.free[client]
	if full := now.Add((wrongAtOnce - 1) * wrongEvery); free.After(full) {
		return free.Sub(full)
	}
	if right {
		return 0
	}
	if free.Before(now) {
		free = now
		t.makeRoom(now)
	}
	t.free[client] = free.Add(wrongEvery)
	return 0
}

// makeRoom removes the clients that may send all their wrong tokens again. If
// there are no such clients, it removes the one that will be the first to.
func (t *tries) makeRoom(now time.Time) {
	if len(t.free) < maxClients {
		return
	}
	var first netip.Prefix
	for client, free := range t.free {
		if free.Before(now) {
			delete(t.free, client)
		} else if !first.IsValid() || free.Before(t.free[first]) {
			first = client
		}
	}
	if len(t.free) >= maxClients {
		delete(t.free, first)
	}
}

// network returns what counts as one client: an IPv4 address, or the 64 bits of
// an IPv6 address that name a network.
func network(remoteAddr string) netip.Prefix {
	at, err := netip.ParseAddrPort(remoteAddr)
	if err != nil {
		return netip.Prefix{}
	}
	addr := at.Addr().Unmap().WithZone("")
	bits := addr.BitLen()
	if addr.Is6() {
		bits = 64
	}
	p, _ := addr.Prefix(bits) // bits are within the address
	return p
}
