package store

import (
	"context"
	"errors"
	"strings"
)

// Open opens the store that a setting names: memory, a folder for a SQLite file,
// or the address of a PostgreSQL database. Errors have no part of an address.
func Open(ctx context.Context, where string, o Options) (Store, error) {
	switch {
	case where == "memory":
		return NewMemory(o), nil
	case strings.HasPrefix(where, "postgres://"), strings.HasPrefix(where, "postgresql://"):
		return OpenPostgres(ctx, where, o)
	case where == "" || strings.Contains(where, "://"):
		return nil, errors.New("want memory, a folder such as ./data, or postgres://user:password@host:5432/database")
	}
	return OpenSQLite(ctx, where, o)
}
