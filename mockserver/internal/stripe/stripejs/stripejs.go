// Package stripejs serves the fake's own browser script: it defines
// window.Stripe, so that the packages @stripe/stripe-js and
// @stripe/react-stripe-js run unchanged against the fake.
//
// The script is written for the fake and is not a copy of Stripe's. Its parts are
// the files in src, joined once, within one function. It implements the types
// that @stripe/stripe-js publishes; it behaves as Stripe's documentation
// describes, or as assumed where that leaves a question open.
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

// parts are the script's parts in order: code that runs at once needs the parts
// before it.
var parts = []string{
	"base", "options", "text", "countries", "card", "format", "marks", "style", "appearance", "looks", "dom", "field", "fields", "element",
	"cardelement", "splitelement", "payment", "paymentform", "placeholder", "group", "api", "dialog", "methods", "confirm",
	"unsupported", "client",
}

// A Handler serves the script. It is safe for concurrent use.
type Handler struct {
	base func(*http.Request) string
	body string
	sum  [sha256.Size]byte // of body
}

// New returns a Handler. base returns the public origin of the server as a
// request's client sees it, without a slash at the end. The script sends its
// calls there.
func New(base func(*http.Request) string) (*Handler, error) {
	var body strings.Builder
	names, err := sources.ReadDir("src")
	if err != nil {
		return nil, err
	}
	if len(names) != len(parts) {
		return nil, errors.New("stripejs: src does not have the parts of the script")
	}
	for _, part := range parts {
		text, err := sources.ReadFile("src/" + part + ".js")
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&body, "\n// %s.js\n%s", part, text)
	}
	return &Handler{base: base, body: body.String(), sum: sha256.Sum256([]byte(body.String()))}, nil
}

// Train returns the release train of a path; ok is false if the path is not one of
// the script's. @stripe/stripe-js loads /v3 (up to version 5) or /{train}/stripe.js.
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
		http.Error(w, "This path accepts GET and HEAD only.", http.StatusMethodNotAllowed)
		return
	}
	head := h.head(r, train)
	header := w.Header()
	header.Set("Content-Type", "text/javascript; charset=utf-8")
	header.Set("Cache-Control", "no-cache")
	header.Add("Vary", "X-Forwarded-Host, X-Forwarded-Proto") // which the server's origin may come from
	header.Set("Cross-Origin-Resource-Policy", "cross-origin")
	header.Set("X-Content-Type-Options", "nosniff")
	sum := sha256.Sum256(append([]byte(head), h.sum[:]...))
	header.Set("ETag", `"`+hex.EncodeToString(sum[:12])+`"`)
	http.ServeContent(w, r, "", time.Time{}, strings.NewReader(head+h.body+"\n}());\n"))
}

// head returns the beginning of the script, which depends on the request. The
// origin may come from the Host header: as JSON, with <, > and & escaped, it
// remains a string in any context.
func (h *Handler) head(r *http.Request, train string) string {
	origin, _ := json.Marshal(h.base(r)) // a text always encodes
	// For v3 the packages expect the number 3, for others the train's name.
	version := "3"
	if train != "v3" {
		version = `"` + train + `"`
	}
	return "// The browser script of cariqa-mock, used instead of Stripe.js. It is not made by Stripe.\n" +
		"(function () {\n'use strict';\nconst SERVER = " + string(origin) + ";\nconst VERSION = " + version + ";\n"
}
