//go:build unix

package store_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"cariqamock/mockserver/internal/store"
	"cariqamock/mockserver/internal/store/storetest"
)

const writers = 4

// TestKill: a process that writes is killed at any moment. What it has
// acknowledged is there, and nothing is there in part. More rounds with
// CARIQA_MOCK_TEST_KILLS=1000.
func TestKill(t *testing.T) {
	rounds, err := strconv.Atoi(os.Getenv("CARIQA_MOCK_TEST_KILLS"))
	if err != nil {
		rounds = 20
	}
	places := map[string]func() string{
		"sqlite":   t.TempDir,
		"postgres": func() string { return storetest.Postgres(t) },
	}
	for kind, place := range places {
		t.Run(kind, func(t *testing.T) {
			where := place()
			for round := range rounds {
				acknowledged := killed(t, where, 1+(round*37)%200)
				checkSurvived(t, where, acknowledged)
			}
		})
	}
}

func openAt(where string) (store.Store, error) {
	o := store.Options{Changes: 20, Wall: time.Now}
	if strings.HasPrefix(where, "postgres:") {
		return store.OpenPostgres(context.Background(), where, o)
	}
	return store.OpenSQLite(context.Background(), where, o)
}

// killed runs writers in a process of their own until they have acknowledged so
// many changes, kills it, and returns the last change of each world that was
// acknowledged.
func killed(t *testing.T, where string, lines int) map[string]int64 {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestWriters$")
	cmd.Env = append(os.Environ(), "CARIQA_MOCK_TEST_WRITERS="+where)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	acknowledged := map[string]int64{}
	read := bufio.NewScanner(out)
	for n := 0; read.Scan(); n++ {
		if n == lines {
			cmd.Process.Kill()
		}
		var world string
		var seq int64
		if _, err := fmt.Sscanf(read.Text(), "%s %d", &world, &seq); err == nil && strings.HasSuffix(read.Text(), ";") {
			acknowledged[world] = seq
		}
	}
	cmd.Wait()
	if len(acknowledged) == 0 {
		t.Fatal("the writers have written nothing")
	}
	return acknowledged
}

// checkSurvived: each world is at the last change that was acknowledged, or at
// the one that was being written. All that the change wrote is there.
func checkSurvived(t *testing.T, where string, acknowledged map[string]int64) {
	t.Helper()
	s, err := openAt(where)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for world, last := range acknowledged {
		got, err := s.Load(context.Background(), world, store.Version{})
		if err != nil {
			t.Fatal(err)
		}
		if got.Seq != last && got.Seq != last+1 {
			t.Fatalf("%s is at %d, acknowledged was %d", world, got.Seq, last)
		}
		item, err := s.Item(context.Background(), world)
		if err != nil {
			t.Fatal(err)
		}
		n := fmt.Sprint(got.Seq)
		if shown(got.Records) != "a="+n+" b="+n || string(got.Value) != n || string(item.Value) != n {
			t.Fatalf("%s at %s: records %s, head %s, item %s", world, n, shown(got.Records), got.Value, item.Value)
		}
	}
}

// TestWriters is the process that TestKill kills.
func TestWriters(t *testing.T) {
	where := os.Getenv("CARIQA_MOCK_TEST_WRITERS")
	if where == "" {
		t.Skip("runs in TestKill")
	}
	s, err := openAt(where)
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for i := range writers {
		group.Go(func() { writeOn(t, s, fmt.Sprint("w", i)) })
	}
	group.Wait()
}

// writeOn writes changes to a world until the process is killed.
func writeOn(t *testing.T, s store.Store, world string) {
	ctx := context.Background()
	got, err := s.Load(ctx, world, store.Version{})
	for v := got.Version; ; {
		n := fmt.Sprint(v.Seq + 1)
		c := change(n, "a", n, "b", n)
		c.Head = []byte(n)
		c.Items = []store.Item{{Key: world, Value: []byte(n), Seq: store.AnySeq}}
		if err != nil {
			v, err = s.Create(ctx, world, c)
		} else {
			v, err = s.Commit(ctx, world, v, c)
		}
		if err != nil {
			t.Error(err)
			return
		}
		fmt.Printf("%s %d ;\n", world, v.Seq)
	}
}
