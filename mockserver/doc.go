// Package mockserver is the fake: the vendor's API under
// /api/v1/, Stripe's under /v1/, the admin API under /__admin/, and a console
// for people at /, all served by one http.Handler.
//
//	cfg := mockserver.DefaultConfig()
//	cfg.Scenario = "debt"
//	server, err := mockserver.New(cfg)
//
// It is the only package that wires the parts in internal/. What happens to a
// request of the vendor's API is in internal/api/pipeline.go.
//
// In Go tests, use package mocktest.
package mockserver
