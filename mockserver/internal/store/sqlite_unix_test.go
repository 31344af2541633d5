//go:build unix

package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"cariqamock/mockserver/internal/store"
)

// TestSQLiteRefuses: what is wrong with a folder is said, with what to do.
func TestSQLiteRefuses(t *testing.T) {
	for name, tc := range map[string]struct {
		prepare func(t *testing.T, dir string) string // returns what is opened
		want    string
	}{
		"a file": {func(t *testing.T, dir string) string {
			return write(t, filepath.Join(dir, "notes.txt"), "hello")
		}, "is a file: want a folder, in which worlds.db is made"},
		"below a file": {func(t *testing.T, dir string) string {
			return filepath.Join(write(t, filepath.Join(dir, "notes.txt"), "hello"), "data")
		}, "the folder cannot be made"},
		"in use": {func(t *testing.T, dir string) string {
			openOnce(t, dir)
			return dir
		}, "another process uses"},
		"another program's database": {func(t *testing.T, dir string) string {
			execute(t, dir, "CREATE TABLE shopping (item TEXT)")
			return dir
		}, "worlds.db was not made by cariqa-mock: choose another folder"},
		"no database": {func(t *testing.T, dir string) string {
			write(t, filepath.Join(dir, "worlds.db"), strings.Repeat("this is no database ", 500))
			return dir
		}, "worlds.db is damaged or no SQLite database: move it away, or restore a backup"},
		"a newer schema": {func(t *testing.T, dir string) string {
			s := openOnce(t, dir)
			s.Close()
			execute(t, dir, "PRAGMA user_version = 7")
			return dir
		}, "the store was written by a newer cariqa-mock (schema 7, this program knows 1): run that version, or restore a backup made before it"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := tc.prepare(t, t.TempDir())
			s, err := store.OpenSQLite(t.Context(), dir, options)
			if err == nil {
				s.Close()
			}
			refused(t, err, tc.want)
		})
	}
}

func write(t *testing.T, file, text string) string {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func openOnce(t *testing.T, dir string) store.Store {
	t.Helper()
	s, err := store.OpenSQLite(context.Background(), dir, options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func execute(t *testing.T, dir, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(dir, "worlds.db"))
	if err == nil {
		_, err = db.Exec(statement)
	}
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
}

// TestSQLitePaths: a folder's name may be odd, and need not exist.
func TestSQLitePaths(t *testing.T) {
	for _, name := range []string{"a/b/c", "with space", "100%", "what?mode=memory", "a#b", "ä", "a;b&c=d"} {
		dir := filepath.Join(t.TempDir(), name)
		s := fixture{Store: openOnce(t, dir), t: t}
		s.create("w", "k", "1")
		s.Close()
		if info, err := os.Stat(filepath.Join(dir, "worlds.db")); err != nil || info.Size() == 0 {
			t.Errorf("%q: %v", name, err)
		}
		again := fixture{Store: openOnce(t, dir), t: t}
		again.same(name, shown(again.load("w", store.Version{}).Records), "k=1")
	}
}

// TestSQLiteAsAnother runs parts of this test in a process of another user, or
// with a limit, and prints what they report.
func TestSQLiteAsAnother(t *testing.T) {
	dir := os.Getenv("CARIQA_MOCK_TEST_FOLDER")
	if dir == "" {
		t.Skip("runs in other tests")
	}
	s, err := store.OpenSQLite(t.Context(), dir, options)
	fmt.Printf("opened: %v\n", err)
	if err != nil {
		return
	}
	defer s.Close()
	fill(t, fixture{Store: s, t: t})
}

// fill writes until the disk is full, then makes room and goes on.
func fill(t *testing.T, s fixture) {
	limit := syscall.Rlimit{Cur: 300 << 10, Max: 1 << 40}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Fatal(err)
	}
	big := strings.Repeat("x", 10<<10)
	v := s.create("w", "k", "1")
	for {
		next, err := s.Commit(t.Context(), "w", v, change("fill", "k", fmt.Sprint(v.Seq+1), "big", big))
		if err != nil {
			fmt.Printf("full: %v\n", err)
			break
		}
		v = next
	}
	_, err := s.Load(t.Context(), "w", v)
	fmt.Printf("read while full: %v\n", err)
	limit.Cur = limit.Max
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Fatal(err)
	}
	v = s.commit("w", v, change("room", "last", "1"))
	fmt.Printf("kept: %d\n", v.Seq)
}

// asAnother runs TestSQLiteAsAnother on a folder and returns what it prints.
func asAnother(t *testing.T, dir string, uid uint32) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "test")
	if err := copyFile(program, os.Args[0]); err != nil {
		t.Fatal(err)
	}
	for at := filepath.Dir(program); at != "/" && at != os.TempDir(); at = filepath.Dir(at) {
		if err := os.Chmod(at, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(program, "-test.run=^TestSQLiteAsAnother$")
	cmd.Env = append(os.Environ(), "CARIQA_MOCK_TEST_FOLDER="+dir)
	cmd.Dir = "/"
	if uid != 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uid, Gid: uid}}
	}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return string(out)
}

func copyFile(to, from string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY, 0o755)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

// TestSQLiteReadOnly: a folder that may not be written to is refused.
func TestSQLiteReadOnly(t *testing.T) {
	dir := t.TempDir()
	openOnce(t, dir).Close()
	for _, file := range []string{"worlds.db", "worlds.lock"} {
		if err := os.Chmod(filepath.Join(dir, file), 0o444); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(dir, 0o555); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Chmod(dir, 0o700) })
	uid := uint32(0)
	if os.Geteuid() == 0 {
		uid = 65534 // root may write everywhere
	}
	got := asAnother(t, dir, uid)
	if !strings.Contains(got, "cannot be written to") {
		t.Error(got)
	}
}

// TestSQLiteFull: on a disk that is full, a call fails with a sentence and
// changes nothing, and reads go on. Once there is room, writes do, too.
func TestSQLiteFull(t *testing.T) {
	dir := t.TempDir()
	got := asAnother(t, dir, 0)
	var kept int64
	_, after, _ := strings.Cut(got, "kept: ")
	fmt.Sscan(after, &kept)
	if !strings.Contains(got, "full: the store is not available: the disk") || !strings.Contains(got, "read while full: <nil>") || kept < 3 {
		t.Fatal(got)
	}
	s := fixture{Store: openOnce(t, dir), t: t}
	records := s.load("w", store.Version{}).Records
	s.same("records", []string{records[1].Key, string(records[1].Value), records[2].Key}, []string{"k", fmt.Sprint(kept - 1), "last"})
}
