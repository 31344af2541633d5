package har_test

import (
	"archive/zip"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cariqamock/contracttests/har"
)

// write writes an archive with entries and returns its path.
func write(t *testing.T, entries ...string) string {
	t.Helper()
	return put(t, t.TempDir(), `{"log":{"version":"1.2","entries":[`+strings.Join(entries, ",")+`]}}`)
}

func put(t *testing.T, dir, text string) string {
	t.Helper()
	path := filepath.Join(dir, "a.har")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const users = "https://dev.connect.cariqa.com/api/v1/users/"

// A produced entry is one of a producer, without what all have in common.
type produced struct {
	started, request, response, more string
}

func (p produced) String() string {
	if p.started == "" {
		p.started = "2026-04-02T14:00:00.000Z"
	}
	if p.request == "" {
		p.request = `"method":"GET","url":"` + users + `","headers":[{"name":"Authorization","value":"Bearer k"}]`
	}
	return fmt.Sprintf(`{"startedDateTime":%q,"time":5,%s"request":{%s},"response":{%s}}`, p.started, p.more, p.request, p.response)
}

// page is an answer with the body of a list.
func page(content string) string {
	return `"status":200,"headers":[{"name":"content-type","value":"application/json"}],"content":{"mimeType":"application/json",` + content + `}`
}

// TestProducers reads what the programs that write archives do differently.
func TestProducers(t *testing.T) {
	const list = `{"count":0}`
	type call struct {
		Method, URL, Token, Type, Body, Answer string
		Status                                 int
		Cut, Left                              bool
	}
	whole := call{Method: "GET", URL: users, Token: "Bearer k", Answer: list, Status: 200}
	with := func(change func(*call)) call {
		c := whole
		change(&c)
		return c
	}
	cut := func(c *call) { c.Cut = true }
	none := with(func(c *call) { c.Answer, c.Cut = "", true })
	form := with(func(c *call) {
		c.Method, c.Type, c.Body = "POST", "application/x-www-form-urlencoded", "a=1+2&b=%26"
	})
	for _, test := range []struct {
		name string
		in   produced
		want call
		left string
	}{
		{name: "Chromium", in: produced{response: page(`"size":11,"text":"{\"count\":0}"`) + `,"bodySize":-1,"_transferSize":300`, more: `"_resourceType":"fetch",`}, want: whole},
		{name: "Chromium, HTTP/2", in: produced{request: `"method":"get","httpVersion":"http/2.0","url":"` + users + `#top","headers":[{"name":":authority","value":"x"},{"name":":path","value":"/"},{"name":"authorization","value":"Bearer k"}]`, response: page(`"size":11,"text":"{\"count\":0}"`)}, want: whole},
		{name: "Chromium, a body that is gone", in: produced{response: page(`"size":11`)}, want: none},
		{name: "Chromium, a body without a size", in: produced{response: page(`"size":0,"text":"{\"count\":0}"`)}, want: whole},
		{name: "Chromium, small and compressed", in: produced{response: page(`"size":11,"compression":-20,"text":"{\"count\":0}"`)}, want: whole},
		{name: "Chromium, canceled", in: produced{response: `"status":0,"statusText":"","headers":[],"content":{"size":0,"mimeType":"x-unknown"},"_error":"net::ERR_ABORTED"`}, want: with(func(c *call) { c.Status, c.Answer, c.Left = 0, "", true })},
		{name: "Chromium, a preflight", in: produced{response: page(`"size":0`), more: `"_resourceType":"preflight",`}, left: "preflights of browsers"},
		{name: "Chromium, from the disk", in: produced{response: page(`"size":0`), more: `"_fromCache":"disk",`}, left: "answers from a cache"},
		{name: "Chromium, of a service worker", in: produced{response: page(`"size":0`), more: `"_fetchedViaServiceWorker":true,`}, left: "calls that a service worker repeats"},
		{name: "Firefox", in: produced{started: "2026-04-02T16:00:00.000+02:00", response: page(`"size":11,"text":"{\"count\":0}"`) + `,"redirectURL":"","headersSize":100,"bodySize":400`}, want: whole},
		{name: "Firefox, a truncated body", in: produced{response: page(`"size":4000000,"text":"{\"count\":0}","comment":"Response body was truncated."`)}, want: with(cut)},
		{name: "Firefox, without bodies", in: produced{response: page(`"size":11,"comment":"Response bodies are not included."`)}, want: none},
		{name: "Firefox, a form", in: produced{request: `"method":"POST","url":"` + users + `","headers":[{"name":"Authorization","value":"Bearer k"}],"bodySize":11,"postData":{"mimeType":"application/x-www-form-urlencoded","params":[{"name":"a","value":"1 2"},{"name":"b","value":"&"}],"text":"a=1+2&b=%26"}`, response: page(`"size":11,"text":"{\"count\":0}"`)}, want: form},
		{name: "mitmproxy", in: produced{started: "2026-04-02T14:00:00.000000+00:00", response: page(`"size":11,"compression":0,"text":"eyJjb3VudCI6MH0=","encoding":"base64"`) + `,"bodySize":11`}, want: whole},
		{name: "mitmproxy, compressed, with the size as sent", in: produced{response: page(`"size":31,"compression":-20,"text":"{\"count\":0}"`) + `,"bodySize":31`}, want: whole},
		{name: "Playwright", in: produced{response: page(`"size":-1,"text":"eyJjb3VudCI6MH0=","encoding":"base64"`) + `,"headersSize":-1,"bodySize":-1`}, want: whole},
		{name: "Playwright, without bodies", in: produced{response: page(`"size":-1`) + `,"bodySize":-1`}, want: none},
		{name: "Playwright, a body in a file", in: produced{response: page(`"size":11,"_file":"b.json"`)}, want: whole},
		{name: "Playwright, a file that is missing", in: produced{response: page(`"size":11,"_file":"c.json"`)}, want: none},
		{name: "Playwright, a file above the folder", in: produced{response: page(`"size":11,"_file":"../b.json"`)}, want: none},
		{name: "Playwright, no answer", in: produced{response: `"status":-1,"headers":[],"content":{"size":-1,"mimeType":"x-unknown"}`, more: `"_failureText":"net::ERR_FAILED",`}, want: with(func(c *call) { c.Status, c.Answer, c.Left = 0, "", true })},
		{name: "Playwright, a WebSocket", in: produced{request: `"method":"GET","url":"wss://dev.connect.cariqa.com/live","headers":[]`, response: page(`"size":0`)}, left: "WebSockets"},
		{name: "Charles", in: produced{started: "2026-04-02T16:00:00.000+0200", response: page(`"size":11,"compression":20,"text":"eyJjb3Vu\ndCI6MH0=","encoding":"base64"`)}, want: whole},
		{name: "Charles, a form without its text", in: produced{request: `"method":"POST","url":"` + users + `","headers":[{"name":"Authorization","value":"Bearer k"}],"postData":{"mimeType":"application/x-www-form-urlencoded; charset=utf-8","params":[{"name":"a","value":"1 2"},{"name":"b","value":"&"}]}`, response: page(`"size":11,"text":"{\"count\":0}"`)}, want: with(func(c *call) { *c = form; c.Type += "; charset=utf-8" })},
		{name: "a request whose body is missing", in: produced{request: `"method":"POST","url":"` + users + `","headers":[{"name":"Authorization","value":"Bearer k"}],"bodySize":9`, response: page(`"size":11,"text":"{\"count\":0}"`)}, want: with(func(c *call) { c.Method, c.Cut = "POST", true })},
		{name: "broken base64", in: produced{response: page(`"size":11,"text":"eyJjb3VudCI6MH0=!","encoding":"base64"`)}, want: with(cut)},
		{name: "no content", in: produced{response: `"status":204,"headers":[],"content":{"size":-1,"mimeType":"x-unknown"}`}, want: with(func(c *call) { c.Status, c.Answer = 204, "" })},
		{name: "an unknown size, and a header that has it", in: produced{response: `"status":200,"headers":[{"name":"content-length","value":"11"}],"content":{"size":0}`}, want: none},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := write(t, test.in.String())
			if err := os.WriteFile(filepath.Join(filepath.Dir(path), "b.json"), []byte(list), 0o600); err != nil {
				t.Fatal(err)
			}
			calls, left, err := har.Read(path)
			if err != nil {
				t.Fatal(err)
			}
			if test.left != "" {
				if len(calls) != 0 || left[test.left] != 1 {
					t.Errorf("%d calls, left out %v, want %s", len(calls), left, test.left)
				}
				return
			}
			if len(calls) != 1 {
				t.Fatalf("%d calls, left out %v", len(calls), left)
			}
			c := calls[0]
			got := call{c.Method, c.URL, c.Header.Get("Authorization"), c.Header.Get("Content-Type"), string(c.Body), string(c.Answer), c.Status, c.Cut, c.Left}
			if test.want.Cut { // what there is of a body is not read
				test.want.Answer = got.Answer
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
			if at := time.Date(2026, 4, 2, 14, 0, 0, 0, time.UTC); !c.Began.Equal(at) || c.Ended.Sub(at) != 5*time.Millisecond {
				t.Errorf("from %v to %v", c.Began, c.Ended)
			}
			for name := range c.Header {
				if strings.HasPrefix(name, ":") {
					t.Errorf("header %s", name)
				}
			}
		})
	}
}

// TestFollowing reads calls that follow each other within a millisecond, which is as
// exact as the beginnings in most archives are, or while the body of the first comes,
// for which apps need not wait: the first has been answered when the second begins.
func TestFollowing(t *testing.T) {
	at := func(started string, took, receive float64) string {
		p := produced{started: started, response: page(`"size":11,"text":"{\"count\":0}"`)}
		return strings.Replace(p.String(), `"time":5`, fmt.Sprintf(`"time":%v,"timings":{"send":0,"wait":1,"receive":%v}`, took, receive), 1)
	}
	for name, test := range map[string]struct {
		first, second string
		took, receive float64
		after         bool
	}{
		"milliseconds":                    {"2026-04-02T14:00:00.300Z", "2026-04-02T14:00:00.392Z", 92.787, -1, true},
		"milliseconds, with an overlap":   {"2026-04-02T14:00:00.300Z", "2026-04-02T14:00:00.391Z", 92.787, -1, false},
		"microseconds, with an overlap":   {"2026-04-02T14:00:00.300123Z", "2026-04-02T14:00:00.392000Z", 92.787, -1, false},
		"microseconds without an overlap": {"2026-04-02T14:00:00.300123Z", "2026-04-02T14:00:00.392911Z", 92.787, -1, true},
		"while the body comes":            {"2026-04-02T14:00:00.300Z", "2026-04-02T14:00:00.350Z", 92.787, 45.5, true},
		"before the body comes":           {"2026-04-02T14:00:00.300Z", "2026-04-02T14:00:00.346Z", 92.787, 45.5, false},
	} {
		calls, _, err := har.Read(write(t, at(test.first, test.took, test.receive), at(test.second, 5, 0)))
		if err != nil {
			t.Fatal(err)
		}
		if got := !calls[0].Answering.After(calls[1].Began); got != test.after {
			t.Errorf("%s: answered at %v, the next began at %v", name, calls[0].Answering, calls[1].Began)
		}
	}
}

// TestZIP reads an archive of Playwright, which has bodies as files.
func TestZIP(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.zip")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w := zip.NewWriter(f)
	for name, text := range map[string]string{
		"har.har": `{"log":{"entries":[` + produced{response: page(`"size":-1,"_file":"1f.json"`)}.String() + `]}}`, "1f.json": `{"count":0}`,
	} {
		entry, err := w.Create(name)
		if err == nil {
			_, err = entry.Write([]byte(text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	calls, _, err := har.Read(path)
	if err != nil || len(calls) != 1 || string(calls[0].Answer) != `{"count":0}` || calls[0].Cut {
		t.Errorf("%v: %+v", err, calls)
	}
}

// TestWhose tells users apart, if the file can: one without any credentials is of
// one user.
func TestWhose(t *testing.T) {
	get := func(headers string) string {
		return produced{request: `"method":"GET","url":"` + users + `","headers":[` + headers + `]`, response: page(`"size":0`)}.String()
	}
	for name, test := range map[string]struct {
		entries []string
		want    []string
	}{
		"no credentials":     {[]string{get(""), get("")}, []string{"somebody", "somebody"}},
		"some are anonymous": {[]string{get(""), get(`{"name":"authorization","value":"Bearer a"}`)}, []string{"", "Bearer a"}},
		"several tokens":     {[]string{get(`{"name":"authorization","value":"Bearer a"}`), get(`{"name":"Authorization","value":"Bearer b"}`)}, []string{"Bearer a", "Bearer b"}},
	} {
		calls, _, err := har.Read(write(t, test.entries...))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, c := range calls {
			got = append(got, c.As+c.Header.Get("Authorization"))
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// TestBroken reads what is no archive, without trouble.
func TestBroken(t *testing.T) {
	for name, text := range map[string]string{
		"empty": "", "another document": "{}", "a list": "[]", "cut off": `{"log":{"entries":[`, "another type": `{"log":{"entries":{"a":1}}}`,
		"an address that is none": `{"log":{"entries":[{"request":{"method":"GET","url":"http://[::1"}}]}}`,
	} {
		if _, _, err := har.Read(put(t, t.TempDir(), text)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	calls, _, err := har.Read(put(t, t.TempDir(), "\ufeff"+`{"log":{"entries":[{}]}}`))
	if err != nil || len(calls) != 1 || calls[0].Status != 0 {
		t.Errorf("an empty entry: %v %v", calls, err)
	}
}
