// Package storetest runs a PostgreSQL server for tests: one a test binary, of
// the programs that the machine has, on a socket of its own. With
// CARIQA_MOCK_TEST_POSTGRES, the address of a user who may create databases, a
// server that runs already is used.
package storetest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"sync"

	"github.com/jackc/pgx/v5"
)

// shared returns the server of all tests of a package, which ends when nobody
// refers to it, and its address.
var shared = sync.OnceValue(func() (s struct {
	*Server
	address string
	err     error
}) {
	if s.address = os.Getenv("CARIQA_MOCK_TEST_POSTGRES"); s.address != "" { //nolint:forbidigo // for tests only
		return s
	}
	if s.Server, s.err = Start(); s.err == nil {
		s.address = s.URL("postgres")
	}
	return s
})

// T is what Postgres needs of a test.
type T interface {
	Helper()
	Cleanup(func())
	Skip(...any)
	Fatal(...any)
	Error(...any)
}

// Postgres returns the address of an empty database, which another test may use
// later. The test is skipped if the machine has no PostgreSQL.
func Postgres(t T) string {
	t.Helper()
	server := shared()
	if server.err != nil {
		t.Skip("skipped without PostgreSQL: ", server.err)
	}
	u, err := url.Parse(server.address)
	if err != nil {
		t.Fatal(err)
	}
	if u.Path, err = free.take(server.address); err != nil {
		t.Fatal(err)
	}
	address := u.String()
	t.Cleanup(func() {
		if err := run(address, empty); err != nil {
			t.Error(err)
			return
		}
		free.put(u.Path)
	})
	return address
}

// empty removes the schemas of the store.
const empty = `DO $$ DECLARE name text; BEGIN
	FOR name IN SELECT nspname FROM pg_namespace WHERE nspname LIKE 'cariqa_mock%' LOOP
		EXECUTE 'DROP SCHEMA ' || name || ' CASCADE';
	END LOOP;
END $$`

// Disconnect closes all other connections to a database.
func Disconnect(address string) error {
	return run(address, "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
}

// run executes a statement in a database.
func run(address, statement string) error {
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, address)
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, statement)
	return errors.Join(err, conn.Close(ctx))
}

// databases are those that no test uses.
type databases struct {
	mu    sync.Mutex
	made  int
	names []string
}

var free databases //nolint:gochecknoglobals // of the one server of a package's tests

// take returns the path of a database that is empty, which it makes on the
// server at an address if necessary.
func (d *databases) take(server string) (string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if n := len(d.names); n > 0 {
		name := d.names[n-1]
		d.names = d.names[:n-1]
		return name, nil
	}
	d.made++
	name := fmt.Sprintf("cariqa_mock_test_%d_%d", os.Getpid(), d.made)
	return "/" + name, run(server, "CREATE DATABASE "+name)
}

func (d *databases) put(name string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.names = append(d.names, name)
}
