// Package world gives every token a universe of its own: made on first use
// from a scenario, reset, dropped, and let go of when nobody uses it.
package world

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"cariqamock/mockserver/internal/clock"
	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/fault"
	"cariqamock/mockserver/internal/journal"
)

// A World is one isolated universe. It never changes which state it holds; a
// reset puts another World in its place.
type World struct {
	ID        string // the token itself for mock. tokens, else w_ and twelve digits of its hash
	Scenario  string
	CreatedAt time.Time // wall time
	Clock     *clock.Clock
	State     *connect.State
	Faults    *fault.Set
	Journal   *journal.Journal
	Revoked   bool // its token is refused
}

// Errors of finding a world.
var (
	ErrRevoked = errors.New("the token has been revoked")
	ErrUnknown = errors.New("no such world")
)

// A TokenError says what is wrong with a token or a scenario name.
type TokenError struct{ Text string }

func (e *TokenError) Error() string { return e.Text }

// revokedToken is refused on every server, as an invalid token is on the
// vendor's.
const revokedToken = "revoked"

const mockPrefix = "mock."

var mockToken = regexp.MustCompile(`^mock\.([a-z0-9-]{1,40})(?:\.[A-Za-z0-9._-]{1,80})?$`)

// name is what a token says: which world, and the scenario to make it from.
func name(token, fallback string) (id, scenario string, err error) {
	if token == revokedToken {
		return "", "", ErrRevoked
	}
	if !strings.HasPrefix(token, mockPrefix) {
		sum := sha256.Sum256([]byte(token))
		return "w_" + hex.EncodeToString(sum[:6]), fallback, nil
	}
	m := mockToken.FindStringSubmatch(token)
	if m == nil {
		return "", "", &TokenError{"The token is not mock.<scenario> or mock.<scenario>.<anything>: scenario names are 1 to 40 of a-z, 0-9 and -, the rest 1 to 80 of A-Z, a-z, 0-9, dot, _ and -."}
	}
	return token, m[1], nil
}

func unknownScenario(name string, near []string) *TokenError {
	text := fmt.Sprintf("There is no scenario %q.", name)
	if len(near) > 0 {
		text += " Near names: " + strings.Join(near, ", ") + "."
	}
	return &TokenError{text}
}
