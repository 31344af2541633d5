package store

import (
	"context"
	"errors"
	"strings"

	"github.com/jackc/pgx/v5/pgxpool"
)

// Memory is the setting of a store in memory.
const Memory = "memory"

// Lasts reports whether a store outlives the process.
func Lasts(s Store) bool { return s.Name() != Memory }

// Shared reports whether other processes may have a store open at the same time.
func Shared(s Store) bool { return s.Name() == postgresName }

const postgresName = "postgres"

// Open opens the store that a setting names: memory, a folder for a SQLite file,
// or the address of a PostgreSQL database. Errors have no part of an address.
func Open(ctx context.Context, where string, o Options) (Store, error) {
	if err := Check(where); err != nil {
		return nil, err
	}
	switch {
	case where == Memory:
		return NewMemory(o), nil
	case isAddress(where):
		return OpenPostgres(ctx, where, o)
	}
	return OpenSQLite(ctx, where, o)
}

// Check returns an error if a setting cannot name a store. It opens nothing.
func Check(where string) error {
	if isAddress(where) {
		_, err := parseAddress(where)
		return err
	}
	if where == "" || strings.Contains(where, "://") {
		return errors.New("want memory, a folder such as ./data, or " + addressForm)
	}
	return nil
}

func isAddress(where string) bool {
	return strings.HasPrefix(where, "postgres://") || strings.HasPrefix(where, "postgresql://")
}

const addressForm = "postgres://user:password@host:5432/database"

func parseAddress(where string) (*pgxpool.Config, error) {
	config, err := pgxpool.ParseConfig(where)
	if err != nil { // its text has the address
		return nil, errors.New("not an address of PostgreSQL: want " + addressForm)
	}
	return config, nil
}
