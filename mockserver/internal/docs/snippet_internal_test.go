package docs

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSession(t *testing.T) {
	for text, want := range map[string]string{
		"$ a\nout\n":              "a\n",
		"$ a\n$ b\n":              "a\nb\n",
		"$ a \\\n  b\nout\n$ c\n": "a \\\n  b\nc\n",
		"$ cat <<'EOF'\n$ not a command\nEOF\nout\n": "cat <<'EOF'\n$ not a command\nEOF\n",
		"$ cat > x <<EOF\na \\\nEOF\n$ b\n":          "cat > x <<EOF\na \\\nEOF\nb\n",
		"":                                           "",
	} {
		shown, got := session(text)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
		if strings.Contains(shown, "<samp>") != strings.Contains(text, "out") {
			t.Errorf("%q is shown as %q", text, shown)
		}
	}
}

func TestFill(t *testing.T) {
	r := Reader{URL: "https://mock.internal:8443", Name: "7"}
	local := Reader{URL: "http://127.0.0.1:5000", Name: "7"}
	for _, test := range []struct {
		name   string
		reader Reader
		s      snippet
		want   string // in the page; empty for the text as it is
	}{
		{"address and token", r, snippet{lang: "sh", text: "curl http://127.0.0.1:4343/api/v1/ -H 'Authorization: Bearer mock.debt.me'"},
			"curl https://mock.internal:8443/api/v1/ -H &#39;Authorization: Bearer mock.debt.me-7&#39;"},
		{"path", r, snippet{text: "$B/__admin/worlds/mock.cdr-pending.tour/clock"}, "$B/__admin/worlds/mock.cdr-pending.tour-7/clock"},
		{"variable", r, snippet{text: "CONNECT_API_KEY=mock.default.phone --world mock.debt.me"}, "CONNECT_API_KEY=mock.default.phone-7 --world mock.debt.me-7"},
		{"host", r, snippet{text: "--proxy-server=127.0.0.1:4343"}, "--proxy-server=mock.internal:8443"},
		{"quotes", r, snippet{lang: "ts", text: "const token = 'mock.debt.ui'"}, "const token = &#39;mock.debt.ui-7&#39;"},
		{"no token", r, snippet{lang: "ts", text: "await mock.proxy.url; mock.world('debt')"}, ""},
		{"a scenario alone", r, snippet{text: "Bearer mock.debt"}, ""},
		{"another address", r, snippet{text: "cariqa-mock --addr 0.0.0.0:4343"}, ""},
		{"what this server prints", local, snippet{lang: "console", text: "$ cariqa-mock\nlistening on http://127.0.0.1:4343\n"}, "<samp>listening on http://127.0.0.1:5000"},
		{"exec", r, snippet{text: "cariqa-mock exec --world mock.debt.team-a -- x"}, ""},
		{"what exec prints", r, snippet{text: "cat /mock.default.exec"}, ""},
		{"elsewhere", r, snippet{lang: "yaml", text: "STRIPE_API_BASE: http://127.0.0.1:4343"}, ""},
		{"another port", r, snippet{text: "http://127.0.0.1:4390"}, ""},
		{"emulator of a shared server", r, snippet{text: "http://10.0.2.2:4343"}, ""},
		{"emulator", local, snippet{text: "http://10.0.2.2:4343; adb reverse tcp:4343 tcp:4343; http://localhost:4343"}, "http://10.0.2.2:5000; adb reverse tcp:5000 tcp:5000; http://localhost:5000"},
		{"hostile address", Reader{URL: `http://"><script>`, Name: "7"}, snippet{text: "http://127.0.0.1:4343"}, "http://&#34;&gt;&lt;script&gt;"},
	} {
		page := Page{html: test.s.html()}
		if got := string(page.HTML(test.reader)); test.want == "" && got != page.html || !strings.Contains(got, test.want) {
			t.Errorf("%s: %s", test.name, got)
		}
	}
	page := Page{html: "<p><code>http://127.0.0.1:4343/</code>, the default address <code>http://127.0.0.1:4343</code> with <code>mock.debt.x</code>, <code>http://10.0.2.2:4343</code></p>"}
	want := "<p><code>http://127.0.0.1:5000/</code>, the default address <code>http://127.0.0.1:4343</code> with <code>mock.debt.x</code>, <code>http://10.0.2.2:5000</code></p>"
	if got := string(page.HTML(local)); got != want {
		t.Errorf("%s", got)
	}
}

// What is copied is filled in as well.
func TestFillsWhatIsCopied(t *testing.T) {
	page := Page{html: snippet{lang: "console", text: "$ curl http://127.0.0.1:4343/ -H 'Authorization: Bearer mock.debt.a'\nout\n"}.html()}
	got := string(page.HTML(Reader{URL: "http://127.0.0.1:5000", Name: "9"}))
	if want := "data-copy=\"curl http://127.0.0.1:5000/ -H &#39;Authorization: Bearer mock.debt.a-9&#39;\n\""; !strings.Contains(got, want) {
		t.Errorf("no %s in %s", want, got)
	}
}

func TestTokens(t *testing.T) {
	l := &Library{pages: map[string]*Page{
		"a.md": {html: snippet{text: "Bearer mock.debt.b\nBearer mock.debt.a /mock.debt.a/"}.html()},
		"b.md": {html: snippet{text: "Bearer mock.default.c\ncariqa-mock exec --world mock.debt.d"}.html()},
	}}
	want := []string{"mock.debt.a-4", "mock.debt.b-4", "mock.default.c-4"}
	if diff := cmp.Diff(want, l.Tokens(Reader{Name: "4"})); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestNotes(t *testing.T) {
	for skip, want := range map[string]bool{"": false, "executed by readme.mjs": false, "needs Xcode": true} {
		if got := strings.Contains(snippet{skip: skip}.html(), "Not executed by the tests: "+skip); got != want {
			t.Errorf("%q: %v", skip, got)
		}
	}
}
