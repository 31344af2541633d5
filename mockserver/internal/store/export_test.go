package store

import "context"

// OpenNewer opens a database as a later version of the program would, which
// adds a table.
func OpenNewer(ctx context.Context, url string, o Options) (Store, error) {
	return openPostgres(ctx, url, o, append(postgresSchema(), "CREATE TABLE @later (n int)"))
}
