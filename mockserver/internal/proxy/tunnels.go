package proxy

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"sync"
	"time"

	"cariqamock/mockserver/internal/clock"
	"cariqamock/mockserver/internal/hosts"
	"cariqamock/mockserver/internal/limit"
)

// Tunnels is the listener of the clients' connections to hosts that are faked:
// each begins with the client's TLS handshake.
type Tunnels struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func newTunnels() *Tunnels {
	return &Tunnels{conns: make(chan net.Conn), closed: make(chan struct{})}
}

// add answers the client that its tunnel is open and passes the connection on.
func (t *Tunnels) add(client net.Conn, host string) {
	_ = client.SetDeadline(clock.Wall().Add(limit.HeaderTime))
	if _, err := io.WriteString(client, "HTTP/1.1 200 Connection established\r\n\r\n"); err != nil {
		_ = client.Close()
		return
	}
	_ = client.SetDeadline(time.Time{}) // the server sets its own
	select {
	case t.conns <- &tunnel{client, host}:
	case <-t.closed:
		_ = client.Close()
	}
}

// Accept returns the next tunnel, or net.ErrClosed.
func (t *Tunnels) Accept() (net.Conn, error) {
	select {
	case conn := <-t.conns:
		return conn, nil
	case <-t.closed:
		return nil, net.ErrClosed
	}
}

// Close ends Accept. Tunnels that are open remain.
func (t *Tunnels) Close() error {
	t.once.Do(func() { close(t.closed) })
	return nil
}

// Addr returns an address that says what the listener is.
func (t *Tunnels) Addr() net.Addr { return tunnelAddr{} }

type tunnelAddr struct{}

func (tunnelAddr) Network() string { return "tunnel" }
func (tunnelAddr) String() string  { return "tunnels of the proxy" }

// A tunnel is a client's connection to a host.
type tunnel struct {
	net.Conn
	host string
}

// CloseWrite ends what is sent to the client, without a reset.
func (t *tunnel) CloseWrite() error { return closeWrite(t.Conn) }

// closeWrite closes the writing side of a connection, or the whole if it has no
// sides.
func closeWrite(conn net.Conn) error {
	if half, ok := conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return conn.Close()
}

// TLS returns the settings with which a server answers in tunnels. certificate
// returns that of a host.
func TLS(certificate func(host string) (*tls.Certificate, error)) *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
		name, _, _ := hosts.Name(hello.ServerName)
		if t, ok := hello.Conn.(*tunnel); ok && hosts.SideOf(name) == hosts.None {
			name = t.host
		}
		return certificate(name)
	}}
}

// A hijacker hands on the bytes that a client has sent ahead, right behind
// its CONNECT: the library drops them.
type hijacker struct{ http.ResponseWriter }

// Unwrap lets http.ResponseController find the connection.
func (h hijacker) Unwrap() http.ResponseWriter { return h.ResponseWriter }

// Hijack returns the connection, from which all bytes can be read.
func (h hijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(h.ResponseWriter).Hijack()
	if err != nil || rw.Reader.Buffered() == 0 {
		return conn, rw, err
	}
	ahead, _ := io.ReadAll(io.LimitReader(rw.Reader, int64(rw.Reader.Buffered()))) // is in memory
	early := &tunnelAhead{Conn: conn, reader: io.MultiReader(bytes.NewReader(ahead), conn)}
	return early, rw, nil
}

// tunnelAhead is a connection of which a part is read already.
type tunnelAhead struct {
	net.Conn
	reader io.Reader
}

// Read reads what was sent ahead, then the rest.
func (t *tunnelAhead) Read(b []byte) (int, error) { return t.reader.Read(b) }

// CloseWrite ends what is sent to the client, without a reset.
func (t *tunnelAhead) CloseWrite() error { return closeWrite(t.Conn) }
