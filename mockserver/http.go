package mockserver

import (
	"net/http"

	"cariqamock/mockserver/internal/limit"
)

// MaxConnections is how many connections cariqa-mock keeps open at once on each
// address.
const MaxConnections = limit.Connections

// HTTPServer returns a server for a handler of this package, with bounds for
// what a client may send and for how long it may take. It speaks HTTP/1.1 only,
// also over TLS: over HTTP/2 a handler can break a stream only in ways after
// which Firefox sends the call again.
func HTTPServer(handler http.Handler) *http.Server {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	return &http.Server{
		Handler: handler, Protocols: protocols,
		ReadHeaderTimeout: limit.HeaderTime, WriteTimeout: limit.WriteTime, IdleTimeout: limit.IdleTime,
		MaxHeaderBytes:               limit.Header,
		DisableGeneralOptionsHandler: true, // or OPTIONS * would be answered without a word about it
	}
}
