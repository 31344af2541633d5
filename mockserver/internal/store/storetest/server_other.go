//go:build !unix

package storetest

import "errors"

// A Server is a PostgreSQL server.
type Server struct{}

// Start returns an error.
func Start() (*Server, error) { return nil, errors.New("the tests start a server on Unix only") }

// Program returns "".
func Program(string) string { return "" }

// URL returns the address of a database of the server.
func (s *Server) URL(string) string { return "" }

// Run does nothing.
func (s *Server) Run() error { return nil }

// Kill does nothing.
func (s *Server) Kill() error { return nil }

// Stop does nothing.
func (s *Server) Stop() {}
