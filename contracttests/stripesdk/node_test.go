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

// A nodeCall is a call about a setup intent with Stripe's Node library, in a
// world with a fault.
type nodeCall struct {
	Origin  string `json:"origin"`
	Method  string `json:"method"` // of the library, such as confirm
	ID      string `json:"id"`
	Secret  string `json:"secret"`
	Before  int    `json:"before"`  // calls on the same connection before it
	Retries int    `json:"retries"` // of the library

	*fake       `json:"-"`
	name, fault string // of the subtest and of the fault
}

// newNodeCall opens a world with a setup intent and a fault, written as JSON.
func newNodeCall(t *testing.T, server *fake, name, fault string) nodeCall {
	t.Helper()
	f := *server
	f.t, f.token = t, server.Token("default")
	i := f.setup()
	return nodeCall{Origin: f.URL, Method: "confirm", ID: i.id, Secret: i.secret, fake: &f, name: name, fault: f.fault(fault)}
}

// A nodeEnd is how such a call ended: with the status of an intent, or an error.
type nodeEnd struct {
	Status, Type, Code, Decline string
	HTTP                        int
	Request                     string // the first characters of its id
	Intent                      string // status of the one in the error
}

// callNode makes calls and returns how they ended.
func callNode(t *testing.T, lib library, calls []nodeCall) (ends []nodeEnd) {
	t.Helper()
	list, err := json.Marshal(calls)
	if err != nil {
		t.Fatal(err)
	}
	var stderr bytes.Buffer
	cmd := exec.CommandContext(t.Context(), "node", "--no-warnings", "call.mjs", string(list), lib.name)
	cmd.Dir, cmd.Stderr = lib.dir, &stderr
	cmd.Env = append(os.Environ(), "NODE_TLS_REJECT_UNAUTHORIZED=0")
	out, err := cmd.Output()
	if err == nil {
		err = json.Unmarshal(out, &ends)
	}
	if err != nil || len(ends) != len(calls) {
		t.Fatalf("%v\n%s%s", err, out, stderr.Bytes())
	}
	return ends
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

// A library is an installed version of Stripe's Node library.
type library struct{ dir, name string }

// TestNode tests with Stripe's Node library of today and with one of 2023, which
// are installed once.
func TestNode(t *testing.T) {
	dir, server := nodeLibrary(t), start(t, "default")
	for _, name := range []string{"stripe", "stripe-2023"} {
		lib := library{dir, name}
		t.Run(name, func(t *testing.T) {
			t.Run("script", func(t *testing.T) { testNodeScript(t, lib, server) })
			t.Run("drop", func(t *testing.T) { testNodeDrop(t, lib, server) })
			t.Run("errors", func(t *testing.T) { testNodeErrors(t, lib, server) })
			t.Run("retries", func(t *testing.T) { testNodeRetries(t, lib, server) })
		})
	}
}

// testNodeDrop drops the answer of a call: the library fails once, the call has
// its effect once, and the journal has it once, although the library repeats a
// call whose connection was closed even if it is told not to.
func testNodeDrop(t *testing.T, lib library, plain *fake) {
	secure := httptest.NewTLSServer(plain.Handler)
	defer secure.Close()
	var calls []nodeCall
	for _, origin := range []string{plain.URL, secure.URL} {
		for _, before := range []int{0, 2} {
			for _, method := range []string{"retrieve", "confirm"} {
				c := newNodeCall(t, plain, fmt.Sprintf("%.5s %s after %d", origin, method, before),
					fmt.Sprintf(`{"operation":"stripe_*","drop":true,"times":20,"skip":%d}`, before))
				c.Origin, c.Method, c.Before = origin, method, before
				calls = append(calls, c)
			}
		}
	}
	for n, got := range callNode(t, lib, calls) {
		c := calls[n]
		t.Run(c.name, func(t *testing.T) {
			if got.Type != "StripeConnectionError" || got.HTTP != 0 {
				t.Errorf("ended with %+v, want a connection error", got)
			}
			if hits := c.hits(c.fault); !slices.Equal(hits, []string{"stripe_setup_intents_" + c.Method + " 0"}) {
				t.Errorf("the fault took %q", hits)
			}
			if added := len(c.methods()) - 2; added != map[string]int{"retrieve": 0, "confirm": 1}[c.Method] {
				t.Errorf("%d methods were added", added)
			}
		})
	}
}

// testNodeRetries breaks the first answer of a confirmation, which the library
// repeats with the same idempotency key: it gets the answer that was lost, and the
// card is added once. It does not repeat a call whose answer is cut.
func testNodeRetries(t *testing.T, lib library, server *fake) {
	var calls []nodeCall
	for _, effect := range []string{`"drop":true`, `"drop":"reset"`, `"status":503`, `"status":409`} {
		c := newNodeCall(t, server, effect, `{"operation":"stripe_setup_intents_confirm","times":1,`+effect+`}`)
		c.Retries = 2
		calls = append(calls, c)
	}
	for n, got := range callNode(t, lib, calls) {
		c := calls[n]
		t.Run(c.name, func(t *testing.T) {
			if got.Status != "succeeded" {
				t.Errorf("ended with %+v", got)
			}
			if hits := c.hits(c.fault); len(hits) != 1 {
				t.Errorf("the fault took %q", hits)
			}
			if added := len(c.methods()) - 2; added != 1 {
				t.Errorf("%d methods were added", added)
			}
		})
	}
}

// testNodeErrors injects errors into a confirmation: the library reads each as
// the error that it is at Stripe.
func testNodeErrors(t *testing.T, lib library, server *fake) {
	card := func(code, decline string) nodeEnd {
		return nodeEnd{Type: "StripeCardError", Code: code, Decline: decline, HTTP: 402, Request: "req_", Intent: "requires_payment_method"}
	}
	wants := map[string]struct {
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
	}
	var calls []nodeCall
	for effect, want := range wants {
		c := newNodeCall(t, server, effect, `{"operation":"stripe_setup_intents_confirm","times":20,`+effect+`}`)
		c.Retries = want.retries
		calls = append(calls, c)
	}
	for n, got := range callNode(t, lib, calls) {
		c, want := calls[n], wants[calls[n].name]
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(want.end, got); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
			if hits := c.hits(c.fault); len(hits) != want.calls {
				t.Errorf("the fault took %q, want %d calls", hits, want.calls)
			}
		})
	}
}
