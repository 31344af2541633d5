package mockserver

import "cariqamock/mockserver/internal/scenario/library"

// Scenarios returns the scenarios with their steps.
func (s *Server) Scenarios() *library.Library { return s.library }
