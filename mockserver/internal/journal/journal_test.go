package journal

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cariqamock/mockserver/internal/limit"
	"cariqamock/mockserver/spec"
)

// refused is a whole exchange, as the server records it.
func refused(id string) Exchange {
	return Exchange{
		ID: id, Time: time.Date(2026, 4, 2, 14, 0, 0, 0, time.UTC),
		Began: time.Date(2027, 1, 5, 9, 30, 0, 250_000_000, time.UTC), Took: 12_345_678 * time.Nanosecond,
		Operation: "users_payment_methods_destroy", Method: "DELETE",
		URL:     &url.URL{Path: "/api/v1/users/u1/payment-methods/pm_abc123/", RawQuery: "a=1"},
		Request: Message{Header: http.Header{"Authorization": {"Bearer mock.cdr-pending"}, "Accept": {"*/*"}, "X-Odd": {"1", "2"}}},
		Status:  400,
		Response: Message{
			Header: http.Header{"Content-Type": {jsonType}, "X-Request-Id": {id}},
			Body:   []byte(`{"detail":"No.","error":{"type":"payment_method_error","details":"CDR"}}`),
		},
		User: "u1", Rule: "remove-payment-method/cdr-pending", Fault: "f1",
		Findings: []spec.Finding{{Side: spec.SideRequest, In: spec.InQuery, Path: "a", Kind: spec.KindUndeclared, Message: "query a: parameter is not declared"}},
		Facts:    []string{"The session stopped at 13:59."}, Remedy: "The record arrives.",
		Before: map[string]int{"methods": 2}, After: json.RawMessage(`{"methods":2}`),
	}
}

func TestEntry(t *testing.T) {
	j := New()
	j.Record(refused("req_1"))
	entry, ok := j.Get("req_1")
	if !ok {
		t.Fatal("entry not found")
	}
	got, err := json.MarshalIndent(entry, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	want := `{
 "id": "req_1",
 "time": "2026-04-02T14:00:00Z",
 "wall": "2027-01-05T09:30:00.25Z",
 "duration_ms": 12.345,
 "operation": "users_payment_methods_destroy",
 "method": "DELETE",
 "path": "/api/v1/users/u1/payment-methods/pm_abc123/",
 "query": "a=1",
 "status": 400,
 "request": {
  "headers": {
   "Accept": "*/*",
   "Authorization": "Bearer [redacted]",
   "X-Odd": "1, 2"
  },
  "body": null
 },
 "response": {
  "headers": {
   "Content-Type": "application/json",
   "X-Request-Id": "req_1"
  },
  "body": {
   "detail": "No.",
   "error": {
    "type": "payment_method_error",
    "details": "CDR"
   }
  }
 },
 "rule": "remove-payment-method/cdr-pending",
 "findings": [
  {
   "side": "request",
   "in": "query",
   "path": "a",
   "kind": "undeclared",
   "message": "query a: parameter is not declared"
  }
 ],
 "fault": "f1",
 "user": "u1"
}`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("the entry differs (-want +got):\n%s", diff)
	}
}

func TestEmptyEntry(t *testing.T) {
	j := New()
	j.Record(Exchange{ID: "1"})
	got, err := json.Marshal(j.List(0))
	if err != nil {
		t.Fatal(err)
	}
	want := `[{"id":"1","time":"0001-01-01T00:00:00Z","wall":"0001-01-01T00:00:00Z","duration_ms":0,"operation":"","method":"","path":"","query":"","status":0,` +
		`"request":{"headers":{},"body":null},"response":{"headers":{},"body":null},"rule":"","findings":[],"fault":"","user":""}]`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("the entry differs (-want +got):\n%s", diff)
	}
}

func TestExplain(t *testing.T) {
	j := New()
	j.Record(refused("req_1"))
	j.Record(Exchange{ID: "req_2", Before: make(chan int)})
	for id, want := range map[string]string{
		"req_1": `{"rule":"remove-payment-method/cdr-pending","facts":["The session stopped at 13:59."],` +
			`"remedy":"The record arrives.","before":{"methods":2},"after":{"methods":2}}`,
		"req_2": `{"rule":"","facts":[],"remedy":""}`,
	} {
		e, ok := j.Explain(id)
		got, err := json.Marshal(e)
		if !ok || err != nil {
			t.Fatal(ok, err)
		}
		if diff := cmp.Diff(want, string(got)); diff != "" {
			t.Errorf("the explanation of %s differs (-want +got):\n%s", id, diff)
		}
	}
	if _, ok := j.Explain("req_3"); ok {
		t.Error("an unknown request is explained")
	}
}

func listed(j *Journal, limit int) string {
	out := []string{}
	for _, e := range j.List(limit) {
		out = append(out, e.ID)
	}
	return strings.Join(out, " ")
}

func TestList(t *testing.T) {
	j := newJournal(3)
	if got := listed(j, 0); got != "" {
		t.Errorf("a new journal lists %q", got)
	}
	for i := range 5 {
		j.Record(Exchange{ID: fmt.Sprint(i)})
	}
	if got := listed(j, 0); got != "4 3 2" {
		t.Errorf("List(0) = %s, want 4 3 2", got)
	}
	if got := listed(j, 2); got != "4 3" {
		t.Errorf("List(2) = %s, want 4 3", got)
	}
	if _, ok := j.Get("1"); ok {
		t.Error("an entry that was pushed out is found")
	}
	j.Clear()
	if got := listed(j, 0); got != "" {
		t.Errorf("after Clear: %s", got)
	}
}

func TestBytesAreBounded(t *testing.T) {
	j := New()
	for i := range 300 {
		x := refused(fmt.Sprint(i))
		x.Request.Body = make([]byte, 1<<20)
		x.Response.Header = http.Header{"X-Big": {strings.Repeat("x", 10_000)}}
		x.After = json.RawMessage(`"` + strings.Repeat("y", 20_000) + `"`)
		j.Record(x)
	}
	n := len(j.List(0))
	if most := limit.Journal / (maxBody + 30_000 - freeState); n < most/2 || n > most {
		t.Errorf("%d large entries are kept, want about %d", n, most)
	}
}

// large is a state that reports its size.
type large int

func (l large) Size() int { return int(l) }

func TestStatesCount(t *testing.T) {
	j := New()
	for i := range 300 {
		x := refused(fmt.Sprint(i))
		x.Before, x.After = large(20_000), large(20_000)
		j.Record(x)
	}
	n := len(j.List(0))
	if most := limit.Journal / (40_000 - freeState); n < most/2 || n > most {
		t.Errorf("%d entries with large states are kept, want about %d", n, most)
	}
}

// What an entry shows of the world's state does not cost calls, while it is as
// short as a summary.
func TestStatesAreFree(t *testing.T) {
	j := New()
	without := newRecord(refused("999"))
	rest := without.size - without.free + 64
	for i := range 2 * limit.JournalCalls {
		x := refused(fmt.Sprint(i))
		x.Before, x.After, x.Facts = large(1000), large(1000), []string{strings.Repeat("f", 1500)}
		x.Request.Body = make([]byte, limit.Journal/limit.JournalCalls-rest)
		j.Record(x)
	}
	if n := j.Count(Filter{}); n != limit.JournalCalls {
		t.Errorf("%d entries are kept, want %d", n, limit.JournalCalls)
	}
}

// waitEntry returns the next entry of a stream, or false if it has ended.
func waitEntry(t *testing.T, stream <-chan Event) (Event, bool) {
	t.Helper()
	select {
	case e, ok := <-stream:
		return e, ok
	case <-time.After(10 * time.Second):
		t.Fatal("nothing comes")
		return Event{}, false
	}
}

func TestSubscribe(t *testing.T) {
	j := newJournal(2)
	ctx, cancel := context.WithCancel(t.Context())
	stream, other := j.Subscribe(ctx, ""), j.Subscribe(t.Context(), "")
	for i := range 5 {
		j.Record(refused(fmt.Sprint(i)))
	}
	for i := range 5 {
		var rendered [2]Event
		for n, s := range []<-chan Event{stream, other} {
			e, ok := waitEntry(t, s)
			if !ok || e.ID != fmt.Sprint(i) || !bytes.Contains(e.JSON, []byte(`"Authorization":"Bearer [redacted]"`)) {
				t.Fatalf("entry %d is %+v", i, e)
			}
			rendered[n] = e
		}
		if &rendered[0].JSON[0] != &rendered[1].JSON[0] {
			t.Errorf("entry %d is rendered for each subscriber", i)
		}
	}
	cancel()
	if e, ok := waitEntry(t, stream); ok {
		t.Errorf("after the end comes %+v", e)
	}
	j.Clear()
	j.Record(Exchange{ID: "more"})
	if e, ok := waitEntry(t, other); !ok || e.ID != "more" {
		t.Errorf("the other stream gave %+v, %v", e, ok)
	}
	j.Close()
	j.Record(Exchange{ID: "late"})
	if e, ok := waitEntry(t, other); ok {
		t.Errorf("after Close comes %+v", e)
	}
	if e, ok := waitEntry(t, j.Subscribe(t.Context(), "")); ok {
		t.Errorf("a closed journal streams %+v", e)
	}
	if got := listed(j, 1); got != "late" {
		t.Errorf("after Close the latest is %q, want late", got)
	}
	j.Close()
}

// TestSlowReaderLosesEntries: whoever reads again is told how many are missing,
// and gets the next ones.
func TestSlowReaderLosesEntries(t *testing.T) {
	const sent = 3 * streamBuffer
	j := New()
	stream := j.Subscribe(t.Context(), "")
	for i := range sent {
		j.Record(Exchange{ID: fmt.Sprint(i)})
	}
	got, missed := 0, 0
	for e := range stream {
		if e.ID == "" {
			missed += e.Missing
			continue
		}
		if e.ID != fmt.Sprint(got+missed) {
			t.Fatalf("%s comes after %d entries and %d missing ones", e.ID, got, missed)
		}
		got++
		if missed == 0 && got == streamBuffer {
			j.Record(Exchange{ID: fmt.Sprint(sent)})
			j.Close()
		}
	}
	if got < streamBuffer || missed == 0 || got+missed != sent+1 {
		t.Errorf("%d entries came and %d are missing of %d", got, missed, sent+1)
	}
}

// TestSubscribeAfter resumes a stream from each entry, and from ones that are
// not kept.
func TestSubscribeAfter(t *testing.T) {
	j := newJournal(3)
	for i := range 5 {
		j.Record(Exchange{ID: fmt.Sprint(i)})
	}
	for after, want := range map[string]string{"4": "", "3": "4", "2": "3 4", "1": "? 2 3 4", "0": "? 2 3 4", "other": "? 2 3 4", "": ""} { // ? is a notice
		stream := j.Subscribe(t.Context(), after)
		got := ""
		for range strings.Fields(want) {
			e, _ := waitEntry(t, stream)
			if e.ID == "" {
				e.ID = "?"
			}
			got += " " + e.ID
		}
		j.Record(Exchange{ID: "next"})
		if e, ok := waitEntry(t, stream); strings.TrimSpace(got) != want || !ok || e.ID != "next" {
			t.Errorf("after %q come %q and then %q, want %q", after, got, e.ID, want)
		}
		j = newJournal(3)
		for i := range 5 {
			j.Record(Exchange{ID: fmt.Sprint(i)})
		}
	}
}

func TestSubscriptionsEnd(t *testing.T) {
	j := New()
	ctx, cancel := context.WithCancel(t.Context())
	stream := j.Subscribe(ctx, "")
	j.Record(Exchange{ID: "nobody reads this"})
	cancel()
	for range stream {
	}
	for {
		j.mu.Lock()
		n := len(j.streams)
		j.mu.Unlock()
		if n == 0 {
			return
		}
		runtime.Gosched() // the deadline of the test run bounds this
	}
}

func TestConcurrentUse(t *testing.T) {
	j := newJournal(50)
	var wg sync.WaitGroup
	for w := range 8 {
		wg.Go(func() {
			for i := range 100 {
				j.Record(refused(fmt.Sprint(w, i)))
				switch i % 10 {
				case 0:
					j.List(5)
				case 1:
					j.Count(Filter{User: "u1", Body: map[string]any{}})
				case 2:
					j.Explain("1 1")
				case 3:
					ctx, cancel := context.WithCancel(t.Context())
					stream := j.Subscribe(ctx, "")
					j.Record(refused("streamed"))
					cancel()
					for range stream {
					}
				case 4:
					if w == 0 {
						j.Clear()
					}
				}
			}
		})
	}
	wg.Wait()
	if n := len(j.List(0)); n == 0 || n > 50 {
		t.Errorf("%d entries, want 1 to 50", n)
	}
}

// TestSmallJournalsAreCheap bounds what ten thousand worlds with a few calls
// each cost.
func TestSmallJournalsAreCheap(t *testing.T) {
	const worlds = 2000
	journals := make([]*Journal, worlds)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for i := range journals {
		journals[i] = New()
		journals[i].Record(Exchange{ID: "1"})
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if each := (int64(after.HeapAlloc) - int64(before.HeapAlloc)) / worlds; each > 2048 {
		t.Errorf("a journal with one small entry takes %d bytes, want at most 2048", each)
	}
	runtime.KeepAlive(journals)
}

// typical is an exchange with the headers that browsers send.
func typical() Exchange {
	x := refused("req_mabcdef12-1234")
	x.Request.Header = http.Header{
		"Accept": {"application/json"}, "Accept-Encoding": {"gzip"}, "Accept-Language": {"de"},
		"Authorization": {"Bearer mock.default.qa"}, "Content-Type": {jsonType}, "User-Agent": {"curl/8"},
		"Origin": {"http://localhost:3000"}, "Referer": {"http://localhost:3000/"},
	}
	x.Request.Body = []byte(`{"evse_id":"DE*PWA*EALP22541X01617*01","payment_method_id":"pm_abc123"}`)
	x.Response.Header = http.Header{
		"Content-Type": {jsonType}, "Content-Length": {"70"}, "X-Request-Id": {x.ID}, "X-Cariqa-Mock": {"1"},
		"X-Cariqa-Mock-World": {"mock.default.qa"}, "X-Frame-Options": {"DENY"}, "Referrer-Policy": {"same-origin"}, "Allow": {"DELETE"},
	}
	return x
}

func BenchmarkRecord(b *testing.B) {
	j, x := New(), typical()
	b.ReportAllocs()
	for b.Loop() {
		j.Record(x)
	}
}

func BenchmarkRecordWatched(b *testing.B) {
	j, x := New(), typical()
	stream := j.Subscribe(b.Context(), "")
	go func() {
		for range stream {
		}
	}()
	b.ReportAllocs()
	for b.Loop() {
		j.Record(x)
	}
}

func BenchmarkList100(b *testing.B) {
	j, x := New(), typical()
	for range 1000 {
		j.Record(x)
	}
	b.ReportAllocs()
	for b.Loop() {
		j.List(100)
	}
}

func BenchmarkCountByBody(b *testing.B) {
	j, x := New(), typical()
	for range 1000 {
		j.Record(x)
	}
	f := Filter{Method: "DELETE", Path: "/api/v1/users/*/payment-methods/*/", Body: map[string]any{"payment_method_id": "pm_abc123"}}
	b.ReportAllocs()
	for b.Loop() {
		if j.Count(f) != 1000 {
			b.Fatal("not all are found")
		}
	}
}
