package contracttests

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestBodies: which cases keep the bodies of their calls.
func TestBodies(t *testing.T) {
	got := map[string][]Bodies{}
	for _, b := range []Bodies{OfFailed, OfAll, OfNone} {
		for _, s := range []Status{Pass, Inconclusive, Fail} {
			if b.of(s) {
				got[s.String()] = append(got[s.String()], b)
			}
		}
	}
	want := map[string][]Bodies{"pass": {OfAll}, "inconclusive": {OfFailed, OfAll}, "fail": {OfFailed, OfAll}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestExchangeBodies: bodies are redacted where they are shown, and as they came
// where a value is looked for in them.
func TestExchangeBodies(t *testing.T) {
	secret := `{"client_secret":"seti_1_secret_abc"}`
	x := &Exchange{raw: &rawBodies{http.Header{}, http.Header{"Content-Type": {"application/json"}}, []byte("a=1"), []byte(secret), "… and more"}}
	whole, bare := x.whole(true), x.whole(false)
	if want := `{"client_secret":"seti_1_secret_[redacted]"}… and more`; whole.Answer != want || whole.Request != "a=1" {
		t.Errorf("whole: %q, %q, want the answer %q", whole.Request, whole.Answer, want)
	}
	if bare.Answer != "" || bare.Request != "" {
		t.Errorf("without bodies: %q, %q", bare.Request, bare.Answer)
	}
	if string(x.answered()) != secret || string(x.asked()) != "a=1" {
		t.Errorf("raw: %q, %q", x.asked(), x.answered())
	}
	if string(whole.answered()) != whole.Answer || string(whole.asked()) != whole.Request {
		t.Error("an exchange that was read from a file has no other bodies than the redacted ones")
	}
}
