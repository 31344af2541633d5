package hosts_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cariqamock/internal/property"
	"cariqamock/mockserver/internal/hosts"
)

// TestOrigins has which origin a browser sends and which settings allow it.
func TestOrigins(t *testing.T) {
	for setting, c := range map[string]struct{ allows, refuses string }{
		"https://app.example.org":            {"https://app.example.org HTTPS://App.Example.ORG https://app.example.org:443", "http://app.example.org https://app.example.org:444 https://x.app.example.org https://app.example.org/ https://u@app.example.org null"},
		"https://App.Example.org:443":        {"https://app.example.org https://app.example.org:443", "https://app.example.org:8443 http://app.example.org:443"},
		"http://pc:080":                      {"http://pc http://pc:80", "https://pc http://pc:8080"},
		"https://app.example.org:8443":       {"https://app.example.org:8443", "https://app.example.org"},
		"https://[2001:DB8::1]:443":          {"https://[2001:db8::1]", "https://[2001:db8::2]"},
		"capacitor://localhost":              {"capacitor://localhost", "capacitor://other ionic://localhost http://capacitor"},
		"ionic://localhost":                  {"ionic://localhost", "capacitor://localhost"},
		"tauri://localhost":                  {"tauri://localhost", "tauri://localhost:1"},
		"app://-":                            {"app://-", "app://x"},
		"chrome-extension://abcdefghijklmno": {"chrome-extension://abcdefghijklmno", "chrome-extension://abcdefghijklmnp moz-extension://abcdefghijklmno"},
		"moz-extension://0f3B-4a":            {"moz-extension://0f3b-4a", "moz-extension://0f3b"},
		"https://*.example.org":              {"https://a.example.org https://b.a.example.org https://A.Example.org:443", "https://example.org https://aexample.org http://a.example.org https://a.example.org:1 https://a.example.org.evil.com https://*.example.org"},
		"http://*.example.org:3000":          {"http://a.example.org:3000", "http://a.example.org https://a.example.org:3000"},
		"null":                               {"null", "https://null NULL file://"},
	} {
		o, err := hosts.ParseOrigins([]string{"http://first.example", setting})
		if err != nil {
			t.Errorf("%s: %v", setting, err)
			continue
		}
		for origin := range strings.FieldsSeq(c.allows) {
			if !o.Allow(origin) {
				t.Errorf("%s does not allow %s", setting, origin)
			}
		}
		for origin := range strings.FieldsSeq(c.refuses) {
			if o.Allow(origin) {
				t.Errorf("%s allows %s", setting, origin)
			}
		}
	}
}

// TestOriginsThatNeverMatch has settings which no browser's origin can be.
func TestOriginsThatNeverMatch(t *testing.T) {
	for setting, want := range map[string]string{
		"": "no scheme", "app.example.org": "no scheme", "app.example.org:443": "no scheme", "//app.example.org": "no scheme", "https:app": "no scheme",
		"*": "must be named", "https://*": "cannot be the host", "https://*.*.example.org": "cannot be the host", "https://a*.example.org": "cannot be the host",
		"https://a.*.org": "cannot be the host", "https://*.": "cannot be the host", "https://*.1.2.3.4": "cannot be the host", "https://.example.org": "cannot be the host",
		"https://app.example.org/": "no slash", "https://app.example.org/x": "no path", "https://app.example.org?a": "no path", "https://app.example.org#a": "no path",
		"https://app.example.org?": "no path", "https://u@app.example.org": "no user", "https://u:p@app.example.org": "no user", "https://app.example.org:0": "cannot be the host",
		"https://app.example.org:65536": "cannot be the host", "https://app.example.org:": "cannot be the host", "https://": "cannot be the host", "https://a b": "no scheme",
		"https://bücher.example": "cannot be the host", "file://": "send null", "file:///x": "send null", "data://x": "send null", "null ": "no scheme", "capacitor://": "cannot be the host",
	} {
		if _, err := hosts.ParseOrigins([]string{setting}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", setting, err, want)
		}
	}
}

// TestOriginsAllowThemselves: what is a valid setting without a star is allowed
// as an origin, and nothing that is not one.
func TestOriginsAllowThemselves(t *testing.T) {
	property.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`(https?|app|NULL|file)?:?//[a-zA-Z0-9.*\[:/?@_-]{0,12}(:[0-9]{1,5})?`).Draw(t, "text")
		o, err := hosts.ParseOrigins([]string{text})
		if err == nil && !strings.Contains(text, "*") && !o.Allow(text) {
			t.Fatalf("%q does not allow itself", text)
		}
		if err != nil && o.Allow(text) {
			t.Fatalf("%q is refused and allowed", text)
		}
	})
}

func TestOriginSources(t *testing.T) {
	o, err := hosts.ParseOrigins([]string{"https://App.example.org:443", "null", "https://*.example.org:8443", "capacitor://localhost"})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"https://app.example.org", "https://*.example.org:8443", "capacitor://localhost"}, o.Sources()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
