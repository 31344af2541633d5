//go:build unix

package store_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"cariqamock/mockserver/internal/store"
	"cariqamock/mockserver/internal/store/storetest"
)

// whileWriting runs a backup while a world is written to, and returns the last
// change before the backup.
func whileWriting(f fixture, backup func()) int64 {
	v := f.create("w", "n", "1")
	for range 20 {
		v = f.commit("w", v, change("before", "n", fmt.Sprint(v.Seq+1)))
	}
	before := v.Seq
	done := make(chan struct{})
	var writing sync.WaitGroup
	writing.Go(func() {
		for err := error(nil); err == nil; {
			select {
			case <-done:
				return
			default:
				v, err = f.Commit(context.Background(), "w", v, change("meanwhile", "n", fmt.Sprint(v.Seq+1)))
			}
		}
		f.t.Error("a write failed while the backup was made")
	})
	backup()
	close(done)
	writing.Wait()
	return before
}

// checkBackup: a backup is the store at one moment after it was begun.
func checkBackup(f fixture, before int64) {
	s := f.load("w", store.Version{})
	f.same("record", shown(s.Records), fmt.Sprint("n=", s.Seq))
	if s.Seq < before {
		f.t.Errorf("the backup is at change %d, it was begun after %d", s.Seq, before)
	}
	f.commit("w", s.Version, change("goes on"))
}

func TestSQLiteBackup(t *testing.T) {
	dir, restored := t.TempDir(), t.TempDir()
	f := fixture{Store: openOnce(t, dir), t: t}
	before := whileWriting(f, func() {
		execute(t, dir, "VACUUM INTO '"+filepath.Join(restored, "worlds.db")+"'")
	})
	checkBackup(fixture{Store: openOnce(t, restored), t: t}, before)
}

func TestPostgresBackup(t *testing.T) {
	from, to := storetest.Postgres(t), storetest.Postgres(t)
	file := filepath.Join(t.TempDir(), "worlds.dump")
	before := whileWriting(share(t, from), func() { program(t, "pg_dump", "--format=custom", "--file="+file, from) })
	program(t, "pg_restore", "--no-owner", "--dbname="+to, file)
	checkBackup(share(t, to), before)
}

// program runs a program of PostgreSQL.
func program(t *testing.T, name string, args ...string) {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		if path = storetest.Program(name); path == "" {
			t.Skip("skipped without ", name)
		}
	}
	cmd := exec.Command(path, args...)
	cmd.Env = append(os.Environ(), "LC_ALL=C")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
}
