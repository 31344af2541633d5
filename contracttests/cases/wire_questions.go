package cases

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	contract "cariqamock/contracttests"
)

// questionCases are what proxies, caches and browsers ask, or rely on. The vendor
// documents nothing of it.
var questionCases = functions{
	"wire/head": func(a *contract.API) {
		u := a.NewUser()
		for _, path := range []string{
			"/users/" + u.ID + "/", "/users/?search=" + u.ID, "/users/" + u.ID + "/payment-methods/", "/stations/partners/", "/users/" + nobody + "/",
			"/users/" + u.ID + "/charging-sessions/", "/users/" + u.ID + "/charging/debts/", "/users/" + u.ID + "/invoices/", detailsPath("evse_id", contract.ProgressPoints()[0]),
		} {
			get := a.Get(path)
			head := a.Want(a.Call(http.MethodHead, path, nil), get.Status)
			for _, name := range []string{"Content-Type", "Allow", "Vary"} {
				headerIs(a, head, name, get.Header.Get(name), get)
			}
			if length := head.Header.Get("Content-Length"); length != "" {
				headerIs(a, head, "Content-Length", strconv.Itoa(len(get.Body)), get)
			}
		}
		a.Want(a.Call(http.MethodHead, "/users/"+u.ID+"/", nil, contract.Header("Authorization", "")), http.StatusUnauthorized)
	},
	"wire/options": func(a *contract.API) {
		u := a.NewUser()
		for _, call := range [][]string{{"/users/", "GET", "POST"}, {"/users/" + u.ID + "/", "GET", "PATCH", "DELETE"}, {"/users/" + u.ID + "/billing-details/", "GET", "PUT"}, {"/users/" + u.ID + "/charging-sessions/", "GET"}} {
			answer := a.Want(a.Call(http.MethodOptions, call[0], nil), http.StatusOK)
			allowed := listOf(answer.Header.Get("Allow"))
			for _, method := range append(call[1:], "OPTIONS") {
				if !slices.Contains(allowed, method) {
					a.ErrorAt(answer, "header Allow: %q does not have %s", allowed, method)
				}
			}
			for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE"} {
				if slices.Contains(allowed, method) && !slices.Contains(call[1:], method) {
					a.ErrorAt(answer, "header Allow: %q has %s, which the path does not have", allowed, method)
				}
			}
			if kind := answer.Header.Get("Content-Type"); !strings.HasPrefix(kind, "application/json") {
				a.ErrorAt(answer, "header Content-Type: wanted application/json, got %q", kind)
			}
			said := contract.Into[object](a, answer)
			a.True(said["renders"] != nil && said["parses"] != nil, "body: wanted the media types under renders and parses, got %s", answer)
		}
		a.Want(a.Call(http.MethodOptions, "/users/"+u.ID+"/", nil, contract.Header("Authorization", "")), http.StatusUnauthorized)
		a.Equal("the user after it", u, readUser(a, u.ID))
	},
	"wire/preflight": func(a *contract.API) {
		u := a.NewUser()
		path, origin := "/users/"+u.ID+"/", "https://play.connect.cariqa.com"
		if a.Has(contract.MagicPoints) {
			origin = "http://localhost:3000"
		}
		for _, asked := range [][]string{{"GET", path}, {"PATCH", path}, {"DELETE", path}, {"PUT", path + "billing-details/"}, {"POST", path + "charging/start/"}} {
			method := asked[0]
			answer := a.Call(http.MethodOptions, asked[1], nil, contract.Header("Authorization", ""), contract.Header("Origin", origin),
				contract.Header("Access-Control-Request-Method", method), contract.Header("Access-Control-Request-Headers", "authorization,content-type"))
			if answer.Status != http.StatusOK {
				a.Want(answer, http.StatusNoContent)
			}
			readable(a, answer, origin)
			if methods := listOf(answer.Header.Get("Access-Control-Allow-Methods")); !slices.Contains(methods, method) && !slices.Contains(methods, "*") {
				a.ErrorAt(answer, "header Access-Control-Allow-Methods: %q does not have %s", methods, method)
			}
			for _, name := range []string{"AUTHORIZATION", "CONTENT-TYPE"} {
				if allowed := listOf(strings.ToUpper(answer.Header.Get("Access-Control-Allow-Headers"))); !slices.Contains(allowed, name) {
					a.ErrorAt(answer, "header Access-Control-Allow-Headers: %q does not have %s", allowed, name)
				}
			}
		}
		readable(a, a.Want(a.Call(http.MethodGet, path, nil, contract.Header("Origin", origin)), http.StatusOK), origin)
		readable(a, a.Want(a.Call(http.MethodGet, "/users/"+nobody+"/", nil, contract.Header("Origin", origin)), http.StatusNotFound), origin)
		readable(a, a.Want(a.Call(http.MethodPatch, path, &contract.Body{JSON: object{}}, contract.Header("Origin", origin)), http.StatusOK), origin)
		readable(a, a.Want(a.Call(http.MethodGet, path, nil, contract.Header("Origin", origin), contract.Header("Authorization", "")), http.StatusUnauthorized), origin)
		stranger := a.Call(http.MethodGet, path, nil, contract.Header("Origin", "https://evil.example"))
		if stranger.Header.Get("Access-Control-Allow-Origin") == "https://evil.example" && stranger.Header.Get("Access-Control-Allow-Credentials") == "true" {
			a.ErrorAt(stranger, "header Access-Control-Allow-Origin: any page may use the cookies of its visitors")
		}
		a.Equal("the user after it", u, readUser(a, u.ID))
	},
	"wire/get-without-slash": func(a *contract.API) {
		tag := a.Tag()
		u := newUserAs(a, tag, nil)
		newUserAs(a, a.Tag(), nil)
		for _, call := range []string{"/users?search=" + url.QueryEscape(tag) + "&page_size=1", "/users/" + u.ID, "/users/" + u.ID + "/charging-sessions?page_size=5", "/stations/tile?x=550&y=335&z=10"} {
			path, query, _ := strings.Cut(call, "?")
			want := a.Want(a.Get(path+"/?"+query), http.StatusOK)
			shows := path == "/users" || path == "/users/"+u.ID
			a.True(!shows || strings.Contains(string(want.Body), u.ID), "id: user %s is missing from %s", u.ID, want)
			got := a.Ask(call)
			if got.Status == http.StatusMovedPermanently || got.Status == http.StatusPermanentRedirect {
				to, err := url.Parse(got.Header.Get("Location"))
				if err != nil || !strings.HasSuffix(to.Path, path+"/") || to.RawQuery != query {
					a.FatalAt(got, "header Location: wanted …%s/?%s, got %q", path, query, got.Header.Get("Location"))
				}
				got = a.Get(path + "/?" + to.RawQuery)
			}
			a.Equal(path+", against the same path with a slash", string(want.Body), string(a.Want(got, http.StatusOK).Body))
		}
	},
	"wire/caches": func(a *contract.API) {
		u := a.NewUser()
		path := "/users/" + u.ID + "/"
		list := "/users/?search=" + u.ID
		before, listed := a.Want(a.Get(path), http.StatusOK), a.Want(a.Get(list), http.StatusOK)
		patchUser(a, u.ID, object{"locale": "de"})
		now := a.Want(a.Call(http.MethodGet, path, nil, contract.Header("If-None-Match", cmp.Or(before.Header.Get("ETag"), `"0123456789"`))), http.StatusOK)
		a.Equal("locale, for a cache that has the user of before", "de", contract.Into[contract.User](a, now).Locale)
		a.Want(a.Call(http.MethodGet, list, nil, contract.Header("If-None-Match", cmp.Or(listed.Header.Get("ETag"), `"0123456789"`))), http.StatusOK)
		a.Want(a.Call(http.MethodGet, path, nil, contract.Header("If-Modified-Since", unmodified(a, before))), http.StatusOK)
		if part := a.Call(http.MethodGet, path, nil, contract.Header("Range", "bytes=0-4")); part.Status != http.StatusPartialContent || part.Header.Get("Content-Range") == "" {
			a.Equal("the answer to a call for a range that is not answered with 206", string(now.Body), string(a.Want(part, http.StatusOK).Body))
		}
	},
	"wire/browser-headers": func(a *contract.API) {
		u := a.NewUser()
		for _, path := range []string{"/users/" + u.ID + "/", "/users/?search=" + u.ID, "/stations/partners/", "/users/" + nobody + "/"} {
			answer := a.Get(path)
			headerIs(a, answer, "X-Content-Type-Options", "nosniff")
			headerIs(a, answer, "X-Frame-Options", "DENY")
			headerIs(a, answer, "Referrer-Policy", "same-origin")
		}
	},
}

// unmodified returns the time that a cache would send: that of the answer that it has, or
// any if that has none, or "" if it is too young to differ from that of a later write.
func unmodified(a *contract.API, before *contract.Answer) string {
	modified, err := http.ParseTime(before.Header.Get("Last-Modified"))
	sent, undated := http.ParseTime(before.Header.Get("Date"))
	if undated != nil {
		sent = a.Now()
	}
	switch {
	case err != nil:
		return "Fri, 01 Jan 2100 00:00:00 GMT"
	case sent.Sub(modified) > 2*time.Second:
		return before.Header.Get("Last-Modified")
	}
	return ""
}

// headerIs fails the case unless a header of an answer has a value, which may be that of
// others.
func headerIs(a *contract.API, answer *contract.Answer, name, want string, others ...*contract.Answer) {
	if got := answer.Header.Get(name); got != want {
		a.ErrorBetween(answer, others, "header %s: wanted %q, got %q", name, want, got)
	}
}

// readable fails the case unless a page of an origin may read an answer, and caches do
// not give it to pages of others.
func readable(a *contract.API, answer *contract.Answer, origin string) {
	got := answer.Header.Get("Access-Control-Allow-Origin")
	if got == "*" {
		return
	}
	if got != origin {
		a.ErrorAt(answer, "header Access-Control-Allow-Origin: wanted %s or *, got %q", origin, got)
	}
	if !slices.Contains(listOf(strings.ToUpper(strings.Join(answer.Header.Values("Vary"), ","))), "ORIGIN") {
		a.ErrorAt(answer, "header Vary: wanted Origin, as the answer depends on it, got %q", answer.Header.Values("Vary"))
	}
}

// listOf returns the elements of a header that is a list.
func listOf(header string) []string {
	return strings.FieldsFunc(header, func(r rune) bool { return r == ',' || r == ' ' })
}
