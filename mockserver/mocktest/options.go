package mocktest

import (
	"time"

	"cariqamock/mockserver"
)

// An Option changes how a server is made.
type Option func(*mockserver.Config)

// With changes any setting of the server.
func With(change func(*mockserver.Config)) Option { return change }

// Scenario sets the scenario of worlds whose token names none.
func Scenario(name string) Option {
	return func(c *mockserver.Config) { c.Scenario = name }
}

// Files adds scenario files.
func Files(paths ...string) Option {
	return func(c *mockserver.Config) { c.Files = append(c.Files, paths...) }
}

// Strict makes the server refuse, with 400, requests that do not conform to
// openapi.yaml. By default it only reports them, as findings.
func Strict() Option {
	return func(c *mockserver.Config) { c.Strict = true }
}

// AdminToken makes the admin API require a token, which the kit then sends.
func AdminToken(token string) Option {
	return func(c *mockserver.Config) { c.AdminToken = token }
}

// Stations sets the number of synthetic stations. The vendor's virtual charge
// points and the one for each failure exist besides.
func Stations(n int) Option {
	return func(c *mockserver.Config) { c.Stations = n }
}

// Seed sets the seed of ids and of the synthetic stations.
func Seed(seed uint64) Option {
	return func(c *mockserver.Config) { c.Seed = seed }
}

// CDRDelay sets the time from the end of a session to its CDR.
func CDRDelay(d time.Duration) Option {
	return func(c *mockserver.Config) { c.CDRDelay = d }
}
