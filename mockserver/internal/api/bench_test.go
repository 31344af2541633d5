package api_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"cariqamock/mockserver"
)

// A wireClient speaks HTTP over one connection and does as little as it can,
// so that a benchmark measures the server.
type wireClient struct {
	b    *testing.B
	conn net.Conn
	in   *bufio.Reader
}

func dial(b *testing.B, url string) *wireClient {
	b.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { conn.Close() })
	return &wireClient{b, conn, bufio.NewReaderSize(conn, 1<<16)}
}

// wireRequest writes a request as the client sends it.
func wireRequest(b *testing.B, r request, token string) []byte {
	b.Helper()
	req, err := http.NewRequest(r.method, "http://fake.localhost"+r.path, strings.NewReader(r.body))
	if err != nil {
		b.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", "bench")
	if r.body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	var out bytes.Buffer
	if err := req.Write(&out); err != nil {
		b.Fatal(err)
	}
	return out.Bytes()
}

// do sends a request and reads its answer; body is valid until the next call.
func (c *wireClient) do(request []byte, into []byte) (status string, body []byte) {
	if _, err := c.conn.Write(request); err != nil {
		c.b.Fatal(err)
	}
	length := 0
	for first := true; ; first = false {
		line, err := c.in.ReadSlice('\n')
		if err != nil {
			c.b.Fatal(err)
		}
		if first {
			status = string(line[9:12])
		}
		if len(line) <= 2 {
			break
		}
		if n, ok := bytes.CutPrefix(line, []byte("Content-Length: ")); ok {
			length, _ = strconv.Atoi(string(bytes.TrimSpace(n))) // the fake writes it
		}
	}
	body = into[:length]
	if _, err := io.ReadFull(c.in, body); err != nil {
		c.b.Fatal(err)
	}
	return status, body
}

// bare serves one answer's bytes and headers with nothing but net/http.
func bare(b *testing.B, answers map[string]answer) *httptest.Server {
	b.Helper()
	mux := http.NewServeMux()
	for pattern, a := range answers {
		body := []byte(a.Body)
		mux.HandleFunc(pattern, func(w http.ResponseWriter, _ *http.Request) {
			for name, value := range a.Header {
				w.Header().Set(name, value)
			}
			w.WriteHeader(a.Status)
			_, _ = w.Write(body) // a 204 must have none
		})
	}
	srv := httptest.NewServer(mux)
	b.Cleanup(srv.Close)
	return srv
}

// sent is what a call answers, with all headers that the server itself sets.
func (f *fake) sent(r request) answer {
	f.t.Helper()
	res, body := f.raw(r)
	a := answer{Status: res.StatusCode, Header: map[string]string{}, Body: body}
	for name := range res.Header {
		if name != "Date" {
			a.Header[name] = res.Header.Get(name)
		}
	}
	return a
}

// benchFake is a server for benchmarks: without a delay of CDRs, so that
// sessions do not pile up.
func benchFake(b *testing.B, stations, people int) *fake {
	b.Helper()
	f := start(b, config(func(c *mockserver.Config) { c.Stations, c.CDRDelay = stations, 0 }))
	for range people - 1 {
		r := httptest.NewRequest("POST", users, nil)
		r.Header.Set("Authorization", "Bearer "+f.token)
		w := httptest.NewRecorder()
		f.Handler.ServeHTTP(w, r)
		if w.Code != 201 {
			b.Fatal(w.Body)
		}
	}
	return f
}

// compare makes two calls in turn and reports the median time of each, and
// the first one's throughput in percent of the second's. Other load on the
// machine affects both alike.
func compare(b *testing.B, fake, bare func()) {
	b.Helper()
	f, o := medians(b, fake, bare)
	b.ReportMetric(f, "fake-ns/op")
	b.ReportMetric(o, "bare-ns/op")
	b.ReportMetric(100*o/f, "%bare")
}

// costs does the same for a call on a small and on a large server, and reports
// how much more the large one takes.
func costs(b *testing.B, small, large func()) {
	b.Helper()
	s, l := medians(b, small, large)
	b.ReportMetric(s, "small-ns/op")
	b.ReportMetric(l, "large-ns/op")
	b.ReportMetric(l/s, "large/small")
}

func medians(b *testing.B, one, other func()) (float64, float64) {
	b.Helper()
	var times [2][]time.Duration
	for b.Loop() {
		for i, do := range []func(){one, other} {
			began := time.Now()
			do()
			times[i] = append(times[i], time.Since(began))
		}
	}
	median := func(t []time.Duration) float64 {
		slices.Sort(t)
		return float64(t[len(t)/2])
	}
	b.ReportMetric(0, "ns/op") // of both together: meaningless
	return median(times[0]), median(times[1])
}

// BenchmarkListPaymentMethods compares the fake with a bare handler that
// writes the same bytes.
func BenchmarkListPaymentMethods(b *testing.B) {
	f := benchFake(b, 400, 1)
	list := get(me + "/payment-methods/")
	srv := bare(b, map[string]answer{"GET " + list.path: f.sent(list)})
	request := wireRequest(b, list, f.token)
	compare(b, dial(b, f.URL).once("200", request), dial(b, srv.URL).once("200", request))
}

// BenchmarkSetDefault does the same for a write.
func BenchmarkSetDefault(b *testing.B) {
	f := benchFake(b, 400, 1)
	set := call("POST", me+"/payment-methods/"+pm1+"/default/")
	srv := bare(b, map[string]answer{"POST " + set.path: f.sent(set)})
	request := wireRequest(b, set, f.token)
	compare(b, dial(b, f.URL).once("204", request), dial(b, srv.URL).once("204", request))
}

func (c *wireClient) once(want string, request []byte) func() {
	into := make([]byte, 1<<20)
	return func() {
		if status, body := c.do(request, into); status != want {
			c.b.Fatalf("got %s %s", status, body)
		}
	}
}

func (c *wireClient) startAndStop(f *fake) func() {
	const none = "00000000-0000-0000-0000-000000000000"
	begin := wireRequest(c.b, send("POST", me+"/charging/start/", `{"evse_id":"`+evse+`","payment_method_id":"`+pm1+`"}`), f.token)
	stop := wireRequest(c.b, call("POST", me+"/charging/stop/"+none+"/"), f.token)
	at := bytes.Index(stop, []byte(none))
	into := make([]byte, 1<<16)
	return func() {
		status, body := c.do(begin, into)
		if status != "201" {
			c.b.Fatalf("got %s %s", status, body)
		}
		copy(stop[at:], body[len(`{"id":"`):][:len(none)])
		if status, body := c.do(stop, into); status != "204" {
			c.b.Fatalf("got %s %s", status, body)
		}
	}
}

// BenchmarkStartAndStop makes two calls each time.
func BenchmarkStartAndStop(b *testing.B) {
	f := benchFake(b, 400, 1)
	started := f.sent(send("POST", me+"/charging/start/", `{"evse_id":"`+evse+`","payment_method_id":"`+pm1+`"}`))
	var s struct{ ID string }
	if err := json.Unmarshal([]byte(started.Body), &s); err != nil || s.ID == "" {
		b.Fatalf("%v: %s", err, started.Body)
	}
	srv := bare(b, map[string]answer{
		"POST " + me + "/charging/start/":     started,
		"POST " + me + "/charging/stop/{id}/": f.sent(call("POST", me+"/charging/stop/"+s.ID+"/")),
	})
	compare(b, dial(b, f.URL).startAndStop(f), dial(b, srv.URL).startAndStop(f))
}

// stationCalls are calls whose answers have the same size in catalogues of
// different sizes: around looks as far as it must to find a page.
func stationCalls(b *testing.B, f *fake) map[string]request {
	b.Helper()
	around := ""
	for distance := 250; ; distance *= 2 {
		around = fmt.Sprintf("/api/v1/stations/around/?latitude=50.1&longitude=8.7&distance=%d&page_size=10", distance)
		if at(b, f.body(get(around), 200), "count").(float64) >= 10 {
			break
		}
	}
	return map[string]request{
		"around":  get(around),
		"tile":    get("/api/v1/stations/tile/?x=33&y=21&z=6"),
		"details": get("/api/v1/stations/details/?type=evse_id&id=" + url.QueryEscape(evse)),
		"list":    get(me + "/payment-methods/"),
	}
}

// BenchmarkSizes shows that a call costs the same in large catalogues and
// among many users: each is compared with the same call on a small server.
func BenchmarkSizes(b *testing.B) {
	small := benchFake(b, 400, 1)
	for _, size := range []struct {
		name             string
		stations, people int
	}{
		{"stations=1000000", 1_000_000, 1}, {"users=100000", 400, 100_000},
	} {
		b.Run(size.name, func(b *testing.B) {
			if testing.Short() {
				b.Skip("takes seconds to build")
			}
			large := benchFake(b, size.stations, size.people)
			few, many := stationCalls(b, small), stationCalls(b, large)
			for _, name := range slices.Sorted(maps.Keys(few)) {
				b.Run(name, func(b *testing.B) {
					one := dial(b, small.URL).once("200", wireRequest(b, few[name], small.token))
					other := dial(b, large.URL).once("200", wireRequest(b, many[name], large.token))
					costs(b, one, other)
					b.ReportMetric(float64(len(small.sent(few[name]).Body)), "small-B")
					b.ReportMetric(float64(len(large.sent(many[name]).Body)), "large-B")
				})
			}
			b.Run("start+stop", func(b *testing.B) {
				costs(b, dial(b, small.URL).startAndStop(small), dial(b, large.URL).startAndStop(large))
			})
		})
	}
}
