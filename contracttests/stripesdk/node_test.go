package stripesdk_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// nodeLibrary returns a folder with Stripe's Node library and the script that
// uses it. It skips the test where npm, node or the registry are missing.
func nodeLibrary(t *testing.T) string {
	t.Helper()
	for _, program := range []string{"npm", "node"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("Stripe's Node library is not tested: %v", err)
		}
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("node")); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline",
		"--fetch-retries=2", "--fetch-retry-mintimeout=500", "--fetch-retry-maxtimeout=4000")
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	switch {
	case err == nil:
		return dir
	case ctx.Err() != nil, unreachable.Match(out):
		t.Skip("Stripe's Node library is not tested: npm cannot reach its registry")
	}
	t.Fatalf("npm ci: %v\n%s", err, out)
	return ""
}

// unreachable matches npm's codes of network errors.
var unreachable = regexp.MustCompile(`code (ENOTFOUND|EAI_AGAIN|E(NET|HOST)UNREACH|ENOTCACHED|E50[234]|\w*TIME(D)?OUT|ECONN\w+)`)

// A nodeCall is a call with Stripe's Node library.
type nodeCall struct {
	kind, method string // of the library, such as setupIntents and confirm
	before       int    // calls on the same connection before it
	retries      int    // of the library
}

// A nodeEnd is how such a call ended: with the status of an intent, or an error.
type nodeEnd struct {
	Status, Type, Code, Decline string
	HTTP                        int
	Request                     string // the first characters of its id
	Intent                      string // status of the one in the error
}

func (c nodeCall) make(t *testing.T, dir, origin string, i handle) (end nodeEnd) {
	t.Helper()
	var stderr bytes.Buffer
	cmd := exec.CommandContext(t.Context(), "node", "--no-warnings", "call.mjs", origin, c.kind, c.method, i.id, i.secret,
		strconv.Itoa(c.before), strconv.Itoa(c.retries))
	cmd.Dir, cmd.Stderr = dir, &stderr
	cmd.Env = append(os.Environ(), "NODE_TLS_REJECT_UNAUTHORIZED=0")
	out, err := cmd.Output()
	if err == nil {
		err = json.Unmarshal(out, &end)
	}
	if err != nil {
		t.Fatalf("%+v: %v\n%s%s", c, err, out, stderr.Bytes())
	}
	return end
}

// fault queues a fault for Stripe's calls and returns its id.
func (f *fake) fault(spec string) string {
	f.t.Helper()
	var fault struct{ ID string }
	f.call("POST", "/__admin/worlds/"+f.token+"/faults", json.RawMessage(spec), 201, &fault)
	return fault.ID
}

// hits returns the operations and statuses of the calls that a fault has taken.
func (f *fake) hits(fault string) []string {
	f.t.Helper()
	var journal struct {
		Requests []struct {
			Operation, Fault string
			Status           int
		}
	}
	f.call("GET", "/__admin/worlds/"+f.token+"/requests", nil, 200, &journal)
	var out []string
	for _, r := range journal.Requests {
		if r.Fault == fault {
			out = append(out, fmt.Sprint(r.Operation, " ", r.Status))
		}
	}
	return out
}

// TestNode tests with Stripe's Node library, which is installed once.
func TestNode(t *testing.T) {
	dir, server := nodeLibrary(t), start(t, "default")
	t.Run("drop", func(t *testing.T) { testNodeDrop(t, dir, server) })
	t.Run("errors", func(t *testing.T) { testNodeErrors(t, dir, server) })
}

// testNodeDrop drops the answer of a call: the library fails once, the call has
// its effect once, and the journal has it once, although the library repeats a
// call whose connection was closed even if it is told not to.
func testNodeDrop(t *testing.T, dir string, plain *fake) {
	secure := httptest.NewTLSServer(plain.Handler)
	defer secure.Close()
	for _, origin := range []string{plain.URL, secure.URL} {
		for _, before := range []int{0, 2} {
			for method, operation := range map[string]string{"retrieve": "stripe_setup_intents_retrieve", "confirm": "stripe_setup_intents_confirm"} {
				t.Run(fmt.Sprintf("%.5s %s after %d", origin, method, before), func(t *testing.T) {
					f := *plain
					f.t, f.token = t, plain.For(t).Token("default")
					i := f.setup()
					fault := f.fault(fmt.Sprintf(`{"operation":"stripe_*","drop":true,"times":20,"skip":%d}`, before))
					got := nodeCall{kind: "setupIntents", method: method, before: before}.make(t, dir, origin, i)
					if got.Type != "StripeConnectionError" || got.HTTP != 0 {
						t.Errorf("ended with %+v, want a connection error", got)
					}
					if hits := f.hits(fault); !slices.Equal(hits, []string{operation + " 0"}) {
						t.Errorf("the fault took %q", hits)
					}
					if added := len(f.methods()) - 2; added != map[string]int{"retrieve": 0, "confirm": 1}[method] {
						t.Errorf("%d methods were added", added)
					}
				})
			}
		}
	}
}

// testNodeErrors injects errors into a confirmation: the library reads each as
// the error that it is at Stripe.
func testNodeErrors(t *testing.T, dir string, server *fake) {
	card := func(code, decline string) nodeEnd {
		return nodeEnd{Type: "StripeCardError", Code: code, Decline: decline, HTTP: 402, Request: "req_", Intent: "requires_payment_method"}
	}
	for effect, want := range map[string]struct {
		retries, calls int
		end            nodeEnd
	}{
		`"status":402,"error":"card_declined"`: {2, 1, card("card_declined", "generic_decline")},
		`"status":402,"error":"expired_card"`:  {2, 1, card("expired_card", "")},
		`"status":401`:                         {2, 1, nodeEnd{Type: "StripeAuthenticationError", HTTP: 401, Request: "req_"}},
		`"status":403`:                         {2, 1, nodeEnd{Type: "StripePermissionError", HTTP: 403, Request: "req_"}},
		`"status":400,"error":"url_invalid"`:   {2, 1, nodeEnd{Type: "StripeInvalidRequestError", Code: "url_invalid", HTTP: 400, Request: "req_"}},
		`"status":500`:                         {2, 1, nodeEnd{Type: "StripeAPIError", HTTP: 500, Request: "req_"}},
		`"status":503`:                         {1, 2, nodeEnd{Type: "StripeAPIError", HTTP: 503, Request: "req_"}},
		`"rate_limit":"1s"`:                    {2, 1, nodeEnd{Type: "StripeRateLimitError", Code: "rate_limit", HTTP: 429, Request: "req_"}},
	} {
		t.Run(effect, func(t *testing.T) {
			f := *server
			f.t, f.token = t, server.For(t).Token("default")
			i := f.setup()
			fault := f.fault(`{"operation":"stripe_setup_intents_confirm","times":20,` + effect + `}`)
			got := nodeCall{kind: "setupIntents", method: "confirm", retries: want.retries}.make(t, dir, f.URL, i)
			if diff := cmp.Diff(want.end, got); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
			if hits := f.hits(fault); len(hits) != want.calls {
				t.Errorf("the fault took %q, want %d calls", hits, want.calls)
			}
		})
	}
}
