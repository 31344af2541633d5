package proxy

import (
	"context"
	"errors"
	"net"
	"sync"

	"cariqamock/mockserver/internal/clock"
	"cariqamock/mockserver/internal/limit"
)

var errFull = errors.New("the proxy has as many connections to allowed hosts as it may have; close some")

// dial connects to an allowed host, unless there are too many such connections.
func (p *Proxy) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	select {
	case p.open <- struct{}{}:
	default:
		return nil, errFull
	}
	ctx, cancel := context.WithTimeout(ctx, limit.HeaderTime)
	defer cancel()
	conn, err := p.cfg.Dial(ctx, network, addr)
	if err != nil {
		<-p.open
		return nil, err
	}
	return &outgoing{Conn: conn, closed: sync.OnceFunc(func() { <-p.open })}, nil
}

// outgoing is a connection to an allowed host. It ends when nothing has passed
// for a time.
type outgoing struct {
	net.Conn
	closed func()
}

func (o *outgoing) extend() { _ = o.SetDeadline(clock.Wall().Add(limit.TunnelTime)) }

// Read reads what the host sends.
func (o *outgoing) Read(b []byte) (int, error) {
	o.extend()
	return o.Conn.Read(b)
}

// Write sends to the host.
func (o *outgoing) Write(b []byte) (int, error) {
	o.extend()
	return o.Conn.Write(b)
}

// CloseWrite ends what is sent to the host, whose answer may go on.
func (o *outgoing) CloseWrite() error {
	if half, ok := o.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return o.Close()
}

// CloseRead ends what is read from the host.
func (o *outgoing) CloseRead() error {
	if half, ok := o.Conn.(interface{ CloseRead() error }); ok {
		return half.CloseRead()
	}
	return nil
}

// Close ends the connection, which another one may replace.
func (o *outgoing) Close() error {
	o.closed()
	return o.Conn.Close()
}
