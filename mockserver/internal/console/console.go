// Package console serves the pages for people, which show and control worlds.
//
// They are rendered on the server and work without their script, which only
// keeps them up to date. All data comes from the admin API and all actions go
// through it, with the Host, Origin and cookies of the browser. So a script
// can do everything that the console does, and one guard protects both.
package console

import (
	"bytes"
	"embed"
	"errors"
	"html/template"
	"io/fs"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"

	"cariqamock/internal/printable"
	"cariqamock/mockserver/internal/admin/adminapi"
	"cariqamock/mockserver/internal/docs"
	"cariqamock/mockserver/internal/wire"
)

//go:embed templates/*.html
var templates embed.FS

//go:embed assets
var assets embed.FS

// Config configures the console.
type Config struct {
	// Admin is the admin API.
	Admin http.Handler
	// Cookie returns the cookie that the admin API accepts instead of its
	// token, at the server that a request is for.
	Cookie func(r *http.Request, token string) (name, value string)
	// Base returns the public origin of the server as the client of a request
	// sees it, without a slash at the end.
	Base func(*http.Request) string
	// Documents are the repository's documents, by their paths there.
	Documents fs.FS
}

type handler struct {
	cfg    Config
	pages  map[string]*template.Template
	mux    *http.ServeMux
	docs   func() (*docs.Library, error)
	opened atomic.Int64 // worlds without a name of the user's, whose names they count
}

// New returns the console's handler. It serves every path that no other
// handler has.
func New(cfg Config) http.Handler {
	h := &handler{cfg: cfg, pages: parseTemplates(), mux: http.NewServeMux()}
	h.docs = sync.OnceValues(func() (*docs.Library, error) { return docs.Open(cfg.Documents) })
	h.mux.HandleFunc("GET /{$}", h.page((*request).home))
	h.mux.HandleFunc("GET /trust", h.page((*request).trust))
	h.mux.HandleFunc("GET /docs", redirectToDocs)
	h.mux.HandleFunc("GET "+docs.Root, h.showDocs)
	h.mux.HandleFunc("POST "+docs.Root+"{$}", h.renewDocs)
	h.mux.HandleFunc("GET /openapi.yaml", func(w http.ResponseWriter, r *http.Request) { // if the console has an address of its own
		http.Redirect(w, r, cfg.Base(r)+r.URL.Path, http.StatusFound)
	})
	h.mux.HandleFunc("GET /worlds/{world}", h.page((*request).world))
	h.mux.HandleFunc("GET /worlds/{world}/journal", h.page((*request).journal))
	h.mux.HandleFunc("GET /worlds/{world}/journal/{request}", h.page((*request).entry))
	h.mux.HandleFunc("GET /worlds/{world}/compare", h.page((*request).compare))
	h.mux.HandleFunc("GET /worlds/{world}/scenario", h.page((*request).handOn))
	h.mux.HandleFunc("GET /worlds/{world}/scenario.yaml", h.download)
	h.mux.HandleFunc("GET /worlds/{world}/report.yaml", h.report)
	h.mux.HandleFunc("POST /worlds/{world}/copy", h.action((*request).copyWorld))
	h.mux.HandleFunc("POST /scenarios", h.action((*request).addScenario))
	h.mux.HandleFunc("POST /worlds", h.action((*request).openWorld))
	h.mux.HandleFunc("POST /worlds/{world}/{action}", h.action((*request).act))
	h.mux.HandleFunc("GET /login", h.showLogin)
	h.mux.HandleFunc("POST /login", h.login)
	h.mux.HandleFunc("POST /logout", h.logout)
	h.mux.HandleFunc("GET /assets/", serveAsset)
	h.mux.HandleFunc("GET /favicon.ico", func(w http.ResponseWriter, r *http.Request) {
		http.ServeFileFS(w, r, assets, "assets/icon.svg") // for responses that are not pages, such as JSON
	})
	h.mux.HandleFunc("/", h.notFound)
	return h.secured(h.mux)
}

// secured adds the headers of every response. The policy lets pages load from
// this server only, and run no script but the one file. Requests that the admin
// API refuses from anybody, such as those for unknown hosts, are refused here, too.
func (h *handler) secured(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; "+
			"form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Referrer-Policy", "same-origin")
		header.Set("Cache-Control", "no-store")
		req := h.request(r)
		var p *adminapi.Problem
		if err := req.admin.get("/health", nil); errors.As(err, &p) && p.Status == http.StatusForbidden {
			req.fail(w, p)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// notFound answers browsers with a page, and programs, which get here by
// mistake more often, with a line of text.
func (h *handler) notFound(w http.ResponseWriter, r *http.Request) {
	p := adminapi.NewProblem(http.StatusNotFound,
		"Not found. The vendor's API is under /api/v1/, Stripe's under /v1/ and /stripe.js, the admin API under /__admin/, the console at /.")
	if r.URL.Path == "/" {
		w.Header().Set("Allow", "GET, HEAD")
		p = adminapi.NewProblem(http.StatusMethodNotAllowed, "Method not allowed: use GET.")
	}
	if strings.Contains(r.Header.Get("Accept"), "text/html") {
		h.request(r).fail(w, p)
		return
	}
	http.Error(w, p.Detail, p.Status)
}

// parseTemplates returns the template of each page, by name.
func parseTemplates() map[string]*template.Template {
	common := template.Must(template.New("").Option("missingkey=error").Funcs(functions()).ParseFS(templates, "templates/common*.html"))
	pages := map[string]*template.Template{}
	for _, name := range []string{"home", "world", "journal", "request", "compare", "handon", "trust", "docs", "document", "login", "problem", "confirm"} {
		page := template.Must(common.Clone())
		pages[name] = template.Must(page.ParseFS(templates, "templates/"+name+"*.html"))
	}
	return pages
}

// A request is a request with access to the admin API on its behalf.
type request struct {
	*http.Request
	h     *handler
	admin client
}

func (h *handler) request(r *http.Request) *request {
	return &request{Request: r, h: h, admin: client{h.cfg.Admin, r}}
}

// A view is a page with its data.
type view struct {
	Page  string // key of handler.pages
	Title string
	World string // id, on pages about one; else empty
	// SignedIn is whether the browser has sent the cookie of the login.
	SignedIn bool
	Flash    *flash // outcome of the last action; nil without one
	Data     any
}

// pollHeader marks requests that the script sends to update a page. They leave
// the flash to the next page that a person opens.
const pollHeader = "X-Poll"

// page serves a page.
func (h *handler) page(show func(*request) (view, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, req *http.Request) {
		r := h.request(req)
		err := r.gone()
		var v view
		if err == nil {
			v, err = show(r)
		}
		if err != nil {
			r.fail(w, err)
			return
		}
		name, _ := h.cfg.Cookie(req, "")
		_, err = req.Cookie(name)
		v.SignedIn = err == nil
		if r.Header.Get(pollHeader) == "" {
			v.Flash = takeFlash(w, req)
		}
		h.render(w, http.StatusOK, v)
	}
}

// action performs an action, and redirects to the page that shows its outcome.
func (h *handler) action(perform func(*request) (f flash, to string, err error)) http.HandlerFunc {
	return func(w http.ResponseWriter, req *http.Request) {
		r := h.request(req)
		req.Body = http.MaxBytesReader(w, req.Body, wire.MaxBody)
		if err := req.ParseMultipartForm(wire.MaxBody); err != nil && !errors.Is(err, http.ErrNotMultipart) {
			r.fail(w, adminapi.NewProblem(http.StatusBadRequest, "The form is malformed."))
			return
		}
		err := r.gone()
		var f flash
		var to string
		if err == nil {
			f, to, err = perform(r)
		}
		if err != nil {
			r.fail(w, err)
			return
		}
		f.set(w)
		http.Redirect(w, req, to, http.StatusSeeOther)
	}
}

// fail shows an error, or the login page if the token is missing.
func (r *request) fail(w http.ResponseWriter, err error) {
	var ask *question
	if errors.As(err, &ask) {
		r.h.render(w, http.StatusOK, view{Page: "confirm", Title: ask.Label, World: ask.World, Data: ask})
		return
	}
	var p *adminapi.Problem
	if !errors.As(err, &p) {
		p = adminapi.NewProblem(http.StatusInternalServerError, "%s", err)
	}
	if p.Status == http.StatusUnauthorized {
		to := "/"
		if world := r.PathValue("world"); world != "" {
			to = worldPath(world)
		}
		if r.Method == http.MethodGet || r.Method == http.MethodHead {
			to = r.URL.RequestURI()
		}
		http.Redirect(w, r.Request, "/login?"+url.Values{"next": {to}}.Encode(), http.StatusSeeOther)
		return
	}
	r.h.render(w, p.Status, view{Page: "problem", Title: p.Title, Data: problemPage{p, r.reopen(p)}})
}

// A problemPage is the data of a page that shows an error.
type problemPage struct {
	*adminapi.Problem
	Reopen string // path of a world that a link on another site has not opened, or ""
}

// reopen returns the path of a request that a link on a page of another site has
// made for a world that is not open. From this server's page it opens the world.
func (r *request) reopen(p *adminapi.Problem) string {
	if world := r.PathValue("world"); p.Status == http.StatusNotFound && strings.HasPrefix(world, "mock.") && r.gone() != nil {
		return worldPath(world) + "?again=yes"
	}
	site := r.Header.Get("Sec-Fetch-Site")
	if p.Status != http.StatusNotFound || r.PathValue("world") == "" || site != "cross-site" && site != "same-site" {
		return ""
	}
	again := *r.URL
	query := again.Query()
	query.Set("again", "yes") // this page is one of the world's, too
	again.RawQuery = query.Encode()
	return next(again.RequestURI())
}

// render writes a page, in which what clients sent cannot change the order of
// characters.
func (h *handler) render(w http.ResponseWriter, status int, v view) {
	var page bytes.Buffer
	if err := h.pages[v.Page].ExecuteTemplate(printable.NewWriter(&page), "page", v); err != nil {
		http.Error(w, "The page could not be rendered: "+err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(page.Bytes()) // a client that leaves early is not an error
}

// serveAsset serves the style sheet, the script and the icon.
func serveAsset(w http.ResponseWriter, r *http.Request) {
	if strings.HasSuffix(r.URL.Path, "/") {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Cache-Control", "no-cache")
	http.FileServerFS(assets).ServeHTTP(w, r)
}
