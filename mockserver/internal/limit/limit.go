// Package limit has the limits of the server: what one client may send, store
// or keep busy. Each is far above what a load test of a day needs, and all
// together keep a publicly reachable server from running out of memory.
package limit

import "time"

// Requests.
const (
	Header      = 64 << 10         // bytes of a request's line and headers
	HeaderTime  = 10 * time.Second // from a request's first byte to the end of its headers
	Body        = 1 << 20          // bytes of a request's body
	BodyTime    = 10 * time.Second // in which a body must arrive, plus the time that BodyRate allows
	BodyRate    = 16 << 10         // bytes of a body that allow it a second more
	FreeBody    = 16 << 10         // bytes of each body that do not count towards Bodies
	Bodies      = 64 << 20         // bytes of all bodies whose calls are being answered
	WriteTime   = 2 * time.Minute  // in which a client must read its answer
	StreamTime  = 30 * time.Second // in which a client must read an event of a stream
	IdleTime    = 2 * time.Minute  // for which a connection may be unused
	Connections = 4096             // open at once, of each address that the server listens on
)

// The proxy.
const (
	ProxyConnections = 256              // to hosts that it lets through, at once
	TunnelTime       = 10 * time.Minute // for which nothing may pass through such a connection
)

// Texts, in characters.
const (
	Text          = 10_000 // of the vendor's API, where openapi.yaml has no length
	StripeText    = 5000   // a parameter of Stripe's API
	MetadataKeys  = 50
	MetadataKey   = 40
	MetadataValue = 500
)

// A world.
const (
	Users       = 250_000
	UserMethods = 10_000 // payment methods of one user
	Methods     = 500_000
	Sessions    = 250_000
	Intents     = 500_000
	Setups      = 100 // setup intents of one user that wait; the oldest are forgotten
	Holds       = 10  // holds of one user that wait for 3-D Secure; the oldest are forgotten
	Debts       = 100 // unpaid debts of one user at which no more are made on request
	Faults      = 1000
	Points      = 1000 // charge points that differ from the catalogue
)

// The journal of a world.
const (
	JournalCalls = 1000
	Journal      = 4 << 20  // bytes, about
	JournalBody  = 64 << 10 // bytes that are kept of a body
)

// History of a world.
const (
	Changes = 1000 // that are kept of a world
)

// Files.
const (
	Scenario        = 256 << 20 // bytes of a scenario file, exported ones included
	Report          = Body      // bytes of a bug report, which the admin API takes
	PostedScenarios = 1000      // sent to the admin API
	PostedMemory    = 16 << 20  // bytes of them together
)

// The server.
const (
	Worlds        = 10_000
	WorldMemory   = 2 << 30   // bytes of all worlds, about
	WorldShare    = 2         // one world may take 1/WorldShare of WorldMemory
	JournalMemory = 256 << 20 // bytes of all journals, about
	HistoryMemory = 64 << 20  // bytes of the history of all worlds in memory, about
	PoolMemory    = 16 << 20  // bytes of Stripe's methods, tokens or return URLs that wait for an intent
	SavedAnswers  = 10_000    // answers of Stripe's API kept by idempotency key
	SavedMemory   = 32 << 20  // bytes of those
	SavedTime     = 24 * time.Hour
)
