package limit_test

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cariqamock/mockserver/internal/limit"
)

var update = flag.Bool("update", false, "write the table of limits into the README again")

// rows are the table: what is bounded, the bound, and what happens beyond it.
var rows = [][3]string{
	{"a request's line and headers", bytes(limit.Header) + ", within " + span(limit.HeaderTime), "431, or the connection is closed"},
	{"a body", bytes(limit.Body), "413"},
	{"the time of a body", span(limit.BodyTime) + ", and 1 s more for each " + bytes(limit.BodyRate), "408; without a valid token no body is read, but a form of Stripe's that may contain its key; over HTTP/2 it is read and thrown away, up to 16 MiB"},
	{"all bodies in flight", bytes(limit.Bodies) + "; the first " + bytes(limit.FreeBody) + " of each do not count", "503 with `Retry-After`"},
	{"reading an answer", span(limit.WriteTime) + "; an event of a stream " + span(limit.StreamTime), "the connection is closed"},
	{"a connection without a request", span(limit.IdleTime), "the connection is closed"},
	{"open connections of an address", number(limit.Connections), "an idle one makes room, else 503"},
	{"connections of the proxy to the hosts of `--proxy-allow`", number(limit.ProxyConnections) + ", each unused for " + span(limit.TunnelTime), "502; an unused one is closed"},
	{"a text without a length in `openapi.yaml`", number(limit.Text) + " characters", "400"},
	{"a parameter of Stripe's API", number(limit.StripeText) + " characters", "400"},
	{"metadata", number(limit.MetadataKeys) + " keys of " + number(limit.MetadataKey) + " characters, with values of " + number(limit.MetadataValue), "400"},
	{"users of a world", number(limit.Users), full},
	{"payment methods of a world", number(limit.Methods) + ", of one user " + number(limit.UserMethods), full},
	{"sessions of a world", number(limit.Sessions), full},
	{"setup and payment intents of a world", number(limit.Intents), full},
	{"waiting intents of a user", number(limit.Setups) + " setup intents, " + number(limit.Holds) + " holds", "the oldest is forgotten"},
	{"debts of a user, made by the admin API", number(limit.Debts), "409"},
	{"faults of a world", number(limit.Faults), "409"},
	{"changed charge points of a world", number(limit.Points), "409"},
	{"data of a world", "about " + bytes(limit.WorldMemory/limit.WorldShare), full},
	{"data of all worlds", "about " + bytes(limit.WorldMemory) + quarter, "worlds larger than the average go, those unused for longest first"},
	{"a scenario file, also one that `export` writes", bytes(limit.Scenario), "it is refused; `export` answers 409 before it reads the world"},
	{"a bug report", bytes(limit.Report), "later calls are compared by their status only, or the report begins later; 409 if the state alone is larger"},
	{"scenarios sent to `POST /__admin/scenarios`", fmt.Sprintf("%s, of %s each and %s together", number(limit.PostedScenarios), bytes(limit.Body), bytes(limit.PostedMemory)), "413 for a longer one, else 409"},
	{"worlds", number(limit.Worlds) + " (`--max-worlds`)", "one unused for longest goes, of those that begin with the same two letters as most others: many tokens of one client do not push out the worlds of others"},
	{"journal of a world", number(limit.JournalCalls) + " calls, " + bytes(limit.Journal) + ", of a body " + bytes(limit.JournalBody), "the oldest calls go" + dropped},
	{"changes of a world", number(limit.Changes), "the oldest are forgotten"},
	{"history of all worlds in memory", bytes(limit.HistoryMemory) + " (`--history-memory`)" + quarter, "the oldest changes are forgotten"},
	{"all journals", bytes(limit.JournalMemory) + " (`--journal-memory`)" + quarter, "worlds unused for longest lose their oldest calls first" + dropped},
	{"methods, tokens and return URLs at Stripe that no intent has taken", bytes(limit.PoolMemory) + " each", "the oldest are forgotten"},
	{"answers saved by `Idempotency-Key`", number(limit.SavedAnswers) + ", about " + bytes(limit.SavedMemory) + ", for " + span(limit.SavedTime), "the oldest are forgotten"},
}

const (
	full    = "507; 400 by Stripe's API, 409 by the admin API"
	quarter = ", or a quarter of `GOMEMLIMIT`"
	dropped = "; `requests`, `find` and `count` say `\"dropped\": n`"
)

func bytes(n int64) string {
	for _, unit := range []string{"B", "KiB", "MiB"} {
		if n < 1<<10 || n%(1<<10) != 0 {
			return fmt.Sprintf("%d %s", n, unit)
		}
		n >>= 10
	}
	return fmt.Sprintf("%d GiB", n)
}

func span(d time.Duration) string {
	switch {
	case d%time.Hour == 0:
		return fmt.Sprintf("%d h", d/time.Hour)
	case d%time.Minute == 0:
		return fmt.Sprintf("%d min", d/time.Minute)
	}
	return fmt.Sprintf("%d s", d/time.Second)
}

// number writes thousands apart.
func number(n int) string {
	text := strconv.Itoa(n)
	for i := len(text) - 3; i > 0 && n >= 10_000; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// TestREADME compares the table of limits in the README with the limits;
// -update writes it again.
func TestREADME(t *testing.T) {
	const readme, from, to = "../../README.md", "<!-- limits -->\n", "<!-- /limits -->"
	text, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, opened := strings.Cut(string(text), from)
	got, after, closed := strings.Cut(rest, to)
	if !opened || !closed {
		t.Fatalf("%s has nothing between %s and %s", readme, from, to)
	}
	want := "| what | at most | beyond it |\n| --- | --- | --- |\n"
	for _, r := range rows {
		want += "| " + strings.Join(r[:], " | ") + " |\n"
	}
	if *update {
		if err := os.WriteFile(readme, []byte(before+from+want+to+after), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the limits of %s are outdated; run go test ./mockserver/internal/limit -update (-want +got):\n%s", readme, diff)
	}
}

// TestTableIsComplete finds each limit in the table.
func TestTableIsComplete(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "limit.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	own, err := os.ReadFile("limit_test.go")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	ast.Inspect(file, func(node ast.Node) bool {
		if spec, ok := node.(*ast.ValueSpec); ok {
			n++
			if name := spec.Names[0].Name; !regexp.MustCompile(`limit\.` + name + `\b`).Match(own) {
				t.Errorf("the table does not have limit.%s", name)
			}
		}
		return true
	})
	if n < 30 {
		t.Errorf("only %d limits", n)
	}
}
