package mocktest

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"

	"cariqamock/mockserver/internal/fault"
	"cariqamock/mockserver/internal/journal"
)

// Fault queues a fault in a token's world: the next call that it fits goes
// wrong, or the next Times calls.
func (s *Server) Fault(token string, f fault.Spec) {
	s.t.Helper()
	s.admin(http.MethodPost, token, "/faults", f, nil)
}

// Count tells how many calls a token's world has had that a filter fits.
func (s *Server) Count(token string, f journal.Filter) int {
	s.t.Helper()
	var answer struct{ Count int }
	s.admin(http.MethodPost, token, "/requests/count", f, &answer)
	return answer.Count
}

// Drop lets go of a token's world, if it is there.
func (s *Server) Drop(token string) {
	s.t.Helper()
	s.admin(http.MethodDelete, token, "", nil, nil)
}

// admin calls the admin API on a token's world, and fails the test where it
// refuses. A nil body sends none; a nil answer is not read.
func (s *Server) admin(method, token, path string, body, answer any) {
	s.t.Helper()
	var sent bytes.Buffer
	if body != nil {
		if err := json.NewEncoder(&sent).Encode(body); err != nil {
			s.t.Fatalf("mocktest: %v", err)
		}
	}
	r, err := http.NewRequest(method, s.URL+"/__admin/worlds/"+url.PathEscape(token)+path, &sent)
	if err != nil {
		s.t.Fatalf("mocktest: %v", err)
	}
	if s.adminToken != "" {
		r.Header.Set("Authorization", "Bearer "+s.adminToken)
	}
	res, err := s.client.Do(r)
	if err != nil {
		s.t.Fatalf("mocktest: %v", err)
	}
	defer res.Body.Close()
	if res.StatusCode >= http.StatusBadRequest {
		var problem struct{ Detail string }
		if err := json.NewDecoder(res.Body).Decode(&problem); err != nil {
			problem.Detail = res.Status
		}
		s.t.Fatalf("mocktest: %s of %s: %s", path, token, problem.Detail)
	}
	if answer == nil {
		return
	}
	if err := json.NewDecoder(res.Body).Decode(answer); err != nil {
		s.t.Fatalf("mocktest: %s of %s: %v", path, token, err)
	}
}
