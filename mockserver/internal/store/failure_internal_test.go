package store

import (
	"errors"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
)

// TestPostgresFailure: an error is the store's, so that all writes of a
// transaction fail, or that of a write, so that the others are run again.
func TestPostgresFailure(t *testing.T) {
	for code, want := range map[string]struct {
		unavailable, shared bool
		text                string
	}{
		"28P01": {true, true, "refuses the user or the password"},
		"53100": {true, true, "disk is full"},
		"53300": {true, true, "no connection left"},
		"57P01": {true, true, "being stopped or started"},
		"57P03": {true, true, "being stopped or started"},
		"42P01": {true, true, "replace this server by that version"},
		"25006": {true, true, "read-only"},
		"40001": {true, false, "busy"},
		"40P01": {true, false, "busy"},
		"23503": {false, false, "somebody else was faster"},
		"22021": {false, false, "PostgreSQL refuses it: ERROR: some words (SQLSTATE 22021)"},
		"54000": {false, false, "PostgreSQL refuses it: ERROR: some words (SQLSTATE 54000)"},
	} {
		err := postgresFailure(errors.Join(errors.New("10.0.0.1"), &pgconn.PgError{Severity: "ERROR", Code: code, Message: "some words"}))
		if unavailable(err) != want.unavailable || shared(err) != want.shared || !strings.Contains(err.Error(), want.text) || strings.Contains(err.Error(), "10.0.0.1") {
			t.Errorf("%s: %v (unavailable %t, shared %t)", code, err, unavailable(err), shared(err))
		}
		if again := postgresFailure(err); again.Error() != err.Error() {
			t.Errorf("%s: %v, then %v", code, err, again)
		}
	}
}
