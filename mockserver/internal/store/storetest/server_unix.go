//go:build unix

package storetest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5"
)

// A Server is a PostgreSQL server in a temporary folder. It ends, and the folder
// goes, with the process that started it.
type Server struct {
	dir, bin string
	keeper   *exec.Cmd
	orders   io.WriteCloser
}

// keep runs a server until it reads a line or the end of its input.
const keep = `dir=$1; shift; "$@" & read -r order; kill -QUIT $!; wait $!; [ "$order" = keep ] || rm -rf "$dir"`

// Password is that of the user postgres.
const Password = "not-a-secret"

// Start makes a server with an empty cluster and waits until it answers.
func Start() (*Server, error) {
	bin, err := programs()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "pg")
	if err != nil {
		return nil, err
	}
	s := &Server{dir: dir, bin: bin}
	if err := s.create(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	if err := s.Run(); err != nil {
		return nil, err
	}
	return s, nil
}

// programs returns the folder of PostgreSQL's programs; Debian has it outside
// the PATH.
func programs() (string, error) {
	if initdb, err := exec.LookPath("initdb"); err == nil {
		file, err := filepath.EvalSymlinks(initdb)
		return filepath.Dir(file), err
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(found) == 0 {
		return "", errors.New("initdb is not installed")
	}
	return filepath.Dir(found[len(found)-1]), nil
}

// Program returns the path of one of PostgreSQL's programs, or "".
func Program(name string) string {
	bin, err := programs()
	if err != nil {
		return ""
	}
	return filepath.Join(bin, name)
}

func (s *Server) create() error {
	password := filepath.Join(s.dir, "password")
	err := errors.Join(os.WriteFile(password, []byte(Password), 0o600), s.own(s.dir), s.own(password))
	if err != nil {
		return err
	}
	initdb := s.command(filepath.Join(s.bin, "initdb"), "--pgdata", s.data(), "--username=postgres", "--pwfile", password, "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync")
	if out, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, out)
	}
	return nil
}

func (s *Server) data() string { return filepath.Join(s.dir, "data") }

// Run starts the server, again after Kill, and waits until it answers.
func (s *Server) Run() error {
	s.keeper = s.command("/bin/sh", "-c", keep, "sh", s.dir, filepath.Join(s.bin, "postgres"),
		"-D", s.data(), "-k", s.dir, "-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=200")
	log, err := os.OpenFile(filepath.Join(s.dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	s.keeper.Stdout, s.keeper.Stderr = log, log
	if s.orders, err = s.keeper.StdinPipe(); err != nil {
		return err
	}
	if err := s.keeper.Start(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	for {
		conn, err := pgx.Connect(ctx, s.URL("postgres"))
		if err == nil {
			return conn.Close(ctx)
		}
		if ctx.Err() != nil {
			text, _ := os.ReadFile(log.Name())
			return fmt.Errorf("PostgreSQL does not start: %w\n%s", err, text)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// URL returns the address of a database of the server.
func (s *Server) URL(database string) string {
	return (&url.URL{Scheme: "postgres", User: url.UserPassword("postgres", Password), Path: database, RawQuery: "host=" + url.QueryEscape(s.dir)}).String()
}

// Kill ends the server as a crash does. Run starts it again.
func (s *Server) Kill() error {
	_, err := fmt.Fprintln(s.orders, "keep")
	_ = s.keeper.Wait() // the server's exit code is not 0
	return err
}

// Stop ends the server and removes its files.
func (s *Server) Stop() {
	_ = s.orders.Close()
	_ = s.keeper.Wait() // the server's exit code is not 0
}
