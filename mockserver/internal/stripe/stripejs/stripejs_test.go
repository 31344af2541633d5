package stripejs_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"cariqamock/mockserver/internal/stripe/stripejs"
)

func handler(t *testing.T) *stripejs.Handler {
	t.Helper()
	h, err := stripejs.New(func(r *http.Request) string { return "http://" + r.Host })
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func ask(h http.Handler, method, path string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, http.NoBody)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestPathsAndVersions(t *testing.T) {
	h := handler(t)
	for path, version := range map[string]string{
		"/stripe.js": `"endive"`, "/endive/stripe.js": `"endive"`, "/basil/stripe.js": `"basil"`, "/clover/stripe.js?advancedFraudSignals=false": `"clover"`,
		"/v3": "3", "/v3/": "3", "/v3/stripe.js": "3", "/v3/?advancedFraudSignals=false": "3",
	} {
		w := ask(h, "GET", path)
		if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "\nconst VERSION = "+version+";\n") {
			t.Errorf("%s: %d, want version %s", path, w.Code, version)
		}
		if head := ask(h, "HEAD", path); head.Code != http.StatusOK || head.Body.Len() != 0 || head.Header().Get("ETag") != w.Header().Get("ETag") {
			t.Errorf("HEAD %s: %d, %d bytes, %s", path, head.Code, head.Body.Len(), head.Header().Get("ETag"))
		}
	}
	for _, path := range []string{
		"/", "/stripe.js/", "/v3/x", "/v4", "/V3/", "/Endive/stripe.js", "/endive/", "/a/b/stripe.js", "//stripe.js", "/a1/stripe.js", "/__admin/stripe.js", "stripe.js",
	} {
		if _, ok := stripejs.Train(path); ok {
			t.Errorf("%s serves the script", path)
		}
	}
	if w := ask(h, "GET", "/v4"); w.Code != http.StatusNotFound {
		t.Errorf("/v4: %d", w.Code)
	}
}

func TestHeaders(t *testing.T) {
	w := ask(handler(t), "GET", "/stripe.js")
	for name, want := range map[string]string{
		"Content-Type": "text/javascript; charset=utf-8", "Cache-Control": "no-cache", "Cross-Origin-Resource-Policy": "cross-origin",
		"X-Content-Type-Options": "nosniff",
	} {
		if got := w.Header().Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestUnchanged(t *testing.T) {
	h := handler(t)
	tag := ask(h, "GET", "/stripe.js").Header().Get("ETag")
	if !regexp.MustCompile(`^"[0-9a-f]{24}"$`).MatchString(tag) {
		t.Errorf("ETag %s", tag)
	}
	if w := ask(h, "GET", "/stripe.js", "If-None-Match", tag); w.Code != http.StatusNotModified || w.Body.Len() != 0 {
		t.Errorf("the same again: %d, %d bytes", w.Code, w.Body.Len())
	}
	if w := ask(h, "GET", "/v3/", "If-None-Match", tag); w.Code != http.StatusOK {
		t.Errorf("another version: %d", w.Code)
	}
	if w := ask(h, "GET", "http://elsewhere.example/stripe.js", "If-None-Match", tag); w.Code != http.StatusOK {
		t.Errorf("another server: %d", w.Code)
	}
}

func TestOtherMethods(t *testing.T) {
	h := handler(t)
	for _, method := range []string{"POST", "PUT", "PATCH", "DELETE", "OPTIONS"} {
		if w := ask(h, method, "/endive/stripe.js"); w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "GET, HEAD" {
			t.Errorf("%s: %d, Allow %q", method, w.Code, w.Header().Get("Allow"))
		}
	}
}

// TestHostIsNoScript has host names that try to inject code.
func TestHostIsNoScript(t *testing.T) {
	h := handler(t)
	plain := ask(h, "GET", "/stripe.js").Body.String()
	for _, host := range []string{
		`a";alert(1);"`, `</script><script>alert(1)</script>`, `<!--`, "a\\\";alert(1)//", "a\nalert(1)", "a\u2028alert(1)", "a\u2029alert(1)", "${alert(1)}", "'+alert(1)+'", "\xff",
	} {
		r := httptest.NewRequest("GET", "/stripe.js", http.NoBody)
		r.Host = host
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		_, after, _ := strings.Cut(w.Body.String(), "\nconst SERVER = ")
		line, rest, _ := strings.Cut(after, ";\nconst VERSION = ")
		var got string
		if err := json.Unmarshal([]byte(line), &got); err != nil || got != "http://"+strings.ToValidUTF8(host, "\ufffd") {
			t.Errorf("%q became %s: %v", host, line, err)
		}
		if strings.ContainsAny(line, "<>&\n\u2028\u2029") {
			t.Errorf("%q left markup in %s", host, line)
		}
		if !strings.HasSuffix(plain, rest) {
			t.Errorf("%q changed the script", host)
		}
	}
}

// TestOneFunction: the parts are within one function, so that a page gets nothing
// but window.Stripe, and in files of a readable length.
func TestOneFunction(t *testing.T) {
	script := ask(handler(t), "GET", "/stripe.js").Body.String()
	if !strings.Contains(script, "(function () {\n'use strict';\n") || !strings.HasSuffix(script, "\n}());\n") {
		t.Error("the script is not one function in strict mode")
	}
	files, err := filepath.Glob("src/*.js")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	newer := regexp.MustCompile(`\?\.[A-Za-z([]|\?\?|\|\|=|&&=`)
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		part := strings.TrimSuffix(filepath.Base(name), ".js")
		if n := strings.Count(script, "\n// "+part+".js\n"+string(text)); n != 1 {
			t.Errorf("%s is in the script %d times", name, n)
		}
		if n := strings.Count(string(text), "\n"); n > 400 {
			t.Errorf("%s has %d lines", name, n)
		}
		if found := newer.Find(text); found != nil {
			t.Errorf("%s uses %q, which is newer than ECMAScript 2019", name, found)
		}
	}
}
