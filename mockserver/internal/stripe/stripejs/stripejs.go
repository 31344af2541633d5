// Package stripejs serves the fake's own browser script: it defines
// window.Stripe, so that the packages @stripe/stripe-js and
// @stripe/react-stripe-js run unchanged against the fake.
//
// The script is written for the fake and is no copy of Stripe's. Its parts are
// the files in src, put together once, within one function. What it promises
// to pages are the types that @stripe/stripe-js publishes; how it behaves is
// what Stripe's documentation says, or assumed where that is silent.
package stripejs

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

//go:embed src/*.js
var sources embed.FS

// Newest is the release train that the newest package, @stripe/stripe-js 10,
// asks for. Each train is a major version of the package.
const Newest = "endive"

// order is the order of the script's parts: what runs at once needs what is
// before it.
func order() []string {
	return []string{
		"base", "text", "countries", "card", "format", "marks", "style", "appearance", "dom", "field", "fields", "element",
		"cardelement", "splitelement", "payment", "paymentform", "group", "api", "dialog", "methods", "confirm", "client",
	}
}

// A Handler serves the script. It is safe for concurrent use.
type Handler struct {
	base func(*http.Request) string
	body string
	sum  [sha256.Size]byte // of body
}

// New makes a Handler. base is the public origin of the server as a request's
// client sees it, without a slash at the end: that is where the script will
// send its calls.
func New(base func(*http.Request) string) (*Handler, error) {
	var body strings.Builder
	names, err := sources.ReadDir("src")
	if err != nil {
		return nil, err
	}
	if len(names) != len(order()) {
		return nil, errors.New("src and order() name different parts of the script")
	}
	for _, part := range order() {
		text, err := sources.ReadFile("src/" + part + ".js")
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&body, "\n// %s.js\n%s", part, text)
	}
	return &Handler{base: base, body: body.String(), sum: sha256.Sum256([]byte(body.String()))}, nil
}

// Train tells the release train of a path; false: it is none of the script's.
// @stripe/stripe-js loads /v3 (up to version 5) or /{train}/stripe.js.
func Train(path string) (train string, ok bool) {
	switch path {
	case "/stripe.js":
		return Newest, true
	case "/v3", "/v3/", "/v3/stripe.js":
		return "v3", true
	}
	train, ok = strings.CutSuffix(strings.TrimPrefix(path, "/"), "/stripe.js")
	if !ok || train == "" || !strings.HasPrefix(path, "/") || strings.Trim(train, "abcdefghijklmnopqrstuvwxyz") != "" {
		return "", false
	}
	return train, true
}

// ServeHTTP answers with the script.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	train, ok := Train(r.URL.Path)
	if !ok {
		http.NotFound(w, r)
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "Only GET.", http.StatusMethodNotAllowed)
		return
	}
	head, err := h.head(r, train)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	header := w.Header()
	header.Set("Content-Type", "text/javascript; charset=utf-8")
	header.Set("Cache-Control", "no-cache")
	header.Set("Cross-Origin-Resource-Policy", "cross-origin")
	header.Set("X-Content-Type-Options", "nosniff")
	sum := sha256.Sum256(append([]byte(head), h.sum[:]...))
	header.Set("ETag", `"`+hex.EncodeToString(sum[:12])+`"`)
	http.ServeContent(w, r, "", time.Time{}, strings.NewReader(head+h.body+"\n}());\n"))
}

// head begins the script with what depends on the request. The origin may come
// from the Host header, which is anybody's: as JSON, with <, > and & escaped,
// it stays a string wherever the script ends up.
func (h *Handler) head(r *http.Request, train string) (string, error) {
	origin, err := json.Marshal(h.base(r))
	if err != nil {
		return "", err
	}
	// For v3 the packages expect the number 3, for others the train's name.
	version := "3"
	if train != "v3" {
		version = `"` + train + `"`
	}
	return "// The browser script of cariqa-mock: a stand-in for Stripe.js, not made by Stripe.\n" +
		"(function () {\n'use strict';\nconst SERVER = " + string(origin) + ";\nconst VERSION = " + version + ";\n", nil
}
