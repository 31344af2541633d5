// Package world provides an isolated universe for every token: made from a
// scenario on first use, reset and dropped on request, and dropped when unused
// for too long.
package world

import (
	"container/list"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"cariqamock/mockserver/internal/clock"
	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/fault"
	"cariqamock/mockserver/internal/journal"
)

// A World is one isolated universe. Its exported fields never change; a reset
// replaces the whole World.
type World struct {
	ID        string    // the token itself for mock. tokens, else w_ and twelve digits of its hash
	Scenario  string    // that it was made from
	CreatedAt time.Time // wall time
	Clock     *clock.Clock
	State     *connect.State
	Faults    *fault.Set
	Journal   *journal.Journal
	Secrets   Secrets
	Revoked   bool  // whether its token is refused
	Life      int64 // another one once the world has been reset, or dropped and made again

	keeper  *keeper
	intents *index
	*place
}

// Secrets selects the names under which answers carry the client secrets of
// setup intents and of debts.
type Secrets struct {
	Current bool `json:"current"` // setup_intent_client_secret and payment_intent_client_secret, the names of version 1.0.0
	Former  bool `json:"former"`  // client_secret, the name of spring 2026
}

// A place is where the Registry has a world. It is guarded by the Registry.
type place struct {
	prefix string        // of its token, see prefixOf
	peer   *list.Element // among the worlds of the same prefix
	used   time.Time     // wall time
	number uint64        // of its making; a reset keeps it
}

// Errors of finding a world.
var (
	ErrRevoked = errors.New("the token has been revoked")
	ErrUnknown = errors.New("no such world")
	ErrOther   = errors.New("the intent belongs to another world") // of a call that is made in one world
)

// A TokenError is the error of a token that is not well-formed or of a scenario
// that does not exist. Text is a sentence for the client.
type TokenError struct{ Text string }

// Error returns the text.
func (e *TokenError) Error() string { return e.Text }

var errToken = &TokenError{"The token is not mock.<scenario> or mock.<scenario>.<anything>: scenario names are 1 to 40 of a-z, 0-9 and -, the rest 1 to 80 of A-Z, a-z, 0-9, dot, _ and -."}

var errNotAllowed = &TokenError{"The server was started with --api-tokens, and this token is not among them."}

// revokedToken is refused by every server, as the vendor refuses an invalid
// token.
const revokedToken = "revoked"

const mockPrefix = "mock."

var mockToken = regexp.MustCompile(`^mock\.([a-z0-9-]{1,40})(?:\.[A-Za-z0-9._-]{1,80})?$`)

// parseToken returns the id of a token's world and the scenario to make it from.
func parseToken(token, fallback string) (id, scenario string, err error) {
	if token == revokedToken {
		return "", "", ErrRevoked
	}
	if !strings.HasPrefix(token, mockPrefix) {
		sum := sha256.Sum256([]byte(token))
		return "w_" + hex.EncodeToString(sum[:6]), fallback, nil
	}
	if scenario, err = ScenarioOf(token); err != nil {
		return "", "", err
	}
	return token, scenario, nil
}

// prefixOf returns what a token begins with: the first two characters of what
// follows mock.<scenario>, or of the token itself if it is another one. Case
// does not count, and all that is no letter is the same. When there are too
// many worlds, those with the most common prefix go first. The scenario does
// not count, since it is not what tells clients apart.
func prefixOf(token string) string {
	if rest, ok := strings.CutPrefix(token, mockPrefix); ok {
		_, token, _ = strings.Cut(rest, ".")
	}
	return strings.Map(func(c rune) rune {
		if c < 'a' || c > 'z' {
			return '0'
		}
		return c
	}, strings.ToLower(token[:min(len(token), 2)]))
}

// ScenarioOf returns the scenario that a mock. token names. For any other token
// it fails with a *TokenError, which names the accepted form. It does not check
// that the scenario exists.
func ScenarioOf(token string) (string, error) {
	m := mockToken.FindStringSubmatch(token)
	if m == nil {
		return "", errToken
	}
	return m[1], nil
}

// allows returns a function that reports whether a token matches one of some
// patterns, in which * stands for any characters. Without patterns all do.
func allows(patterns []string) func(token string) bool {
	if patterns == nil || slices.Contains(patterns, "*") {
		return func(string) bool { return true }
	}
	var all []string
	for _, p := range patterns {
		all = append(all, strings.ReplaceAll(regexp.QuoteMeta(p), `\*`, `.*`))
	}
	return regexp.MustCompile(`^(?s:` + strings.Join(all, "|") + `)$`).MatchString
}

func unknownScenario(name string, similar []string) *TokenError {
	text := fmt.Sprintf("There is no scenario %q.", name)
	if len(similar) > 0 {
		text += " Did you mean " + strings.Join(similar, " or ") + "?"
	}
	return &TokenError{text}
}
