package mockserver

import "cariqamock/mockserver/internal/scenario"

// Scenarios returns the scenarios with their steps.
func (s *Server) Scenarios() *scenario.Library { return s.library }
