// Package console is the page for people: it shows worlds and steers them.
//
// It is rendered on the server, and each page works without its script, which
// only keeps it up to date. What it shows it asks of the admin API, and what
// it does the admin API does, in the name of whoever looks at the page: so
// there is nothing here that a program could not do, and one guard for both,
// which judges the Host, Origin and cookies that the browser sent.
package console

import (
	"bytes"
	"embed"
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"strings"
)

//go:embed templates/*.html
var templates embed.FS

//go:embed assets
var assets embed.FS

// Config is what the console is made of.
type Config struct {
	// Admin is the admin API.
	Admin http.Handler
	// Cookie gives the cookie that the admin API takes for its token.
	Cookie func(token string) (name, value string)
	// Base is the public origin of the server as a request's client sees it,
	// without a slash at the end.
	Base func(*http.Request) string
	// Operations are the operationIds of the vendor's API.
	Operations []string
}

type handler struct {
	cfg   Config
	pages map[string]*template.Template
	mux   *http.ServeMux
}

// New makes the console's handler, for all paths that nobody else has.
func New(cfg Config) http.Handler {
	h := &handler{cfg: cfg, pages: parse(), mux: http.NewServeMux()}
	h.mux.HandleFunc("GET /{$}", h.page((*visit).start))
	h.mux.HandleFunc("GET /trust", h.page((*visit).trust))
	h.mux.HandleFunc("GET /worlds/{world}", h.page((*visit).world))
	h.mux.HandleFunc("GET /worlds/{world}/journal", h.page((*visit).journal))
	h.mux.HandleFunc("GET /worlds/{world}/journal/{request}", h.page((*visit).request))
	h.mux.HandleFunc("POST /worlds", h.deed((*visit).open))
	h.mux.HandleFunc("POST /worlds/{world}/{action}", h.deed((*visit).act))
	h.mux.HandleFunc("GET /login", h.askToken)
	h.mux.HandleFunc("POST /login", h.takeToken)
	h.mux.HandleFunc("GET /assets/", serveAsset)
	h.mux.HandleFunc("GET /favicon.ico", func(w http.ResponseWriter, r *http.Request) {
		http.ServeFileFS(w, r, assets, "assets/icon.svg") // for the pages that are no pages of ours
	})
	h.mux.HandleFunc("/", h.unknown)
	return secured(h.mux)
}

// secured sends what every answer has. The policy lets the pages load from
// here alone and run no script but the one file.
func secured(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; "+
			"form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Referrer-Policy", "same-origin")
		header.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

// unknown answers people with a page, and programs, which come here by mistake
// more often, with a line.
func (h *handler) unknown(w http.ResponseWriter, r *http.Request) {
	p := &problem{
		Status: http.StatusNotFound, Title: "Not Found",
		Detail: "Not found. The vendor's API is under /api/v1/, Stripe's under /v1/ and /stripe.js, the admin API under /__admin/, the console at /.",
	}
	if r.URL.Path == "/" {
		w.Header().Set("Allow", "GET, HEAD")
		p = &problem{Status: http.StatusMethodNotAllowed, Title: "Method Not Allowed", Detail: "Method not allowed: use GET."}
	}
	if strings.Contains(r.Header.Get("Accept"), "text/html") {
		h.visit(r).fail(w, p)
		return
	}
	http.Error(w, p.Detail, p.Status)
}

// parse reads each page together with what all pages have.
func parse() map[string]*template.Template {
	common := template.Must(template.New("").Option("missingkey=error").Funcs(functions()).ParseFS(templates, "templates/common*.html"))
	pages := map[string]*template.Template{}
	for _, name := range []string{"start", "world", "journal", "request", "trust", "login", "problem"} {
		page := template.Must(common.Clone())
		pages[name] = template.Must(page.ParseFS(templates, "templates/"+name+"*.html"))
	}
	return pages
}

// A visit is one request on its way.
type visit struct {
	*handler
	admin client
	r     *http.Request
}

// A view is a page and what it shows.
type view struct {
	Page  string // of handler.pages
	Title string
	World string // of the pages about one; empty: none
	Flash *flash // what the last deed came to; nil: nothing to say
	Data  any
}

func (h *handler) visit(r *http.Request) *visit {
	return &visit{handler: h, admin: client{h.cfg.Admin, r}, r: r}
}

// page serves what a visitor looks at.
func (h *handler) page(show func(*visit) (view, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		v := h.visit(r)
		page, err := show(v)
		if err != nil {
			v.fail(w, err)
			return
		}
		if r.Header.Get(lookAgain) == "" {
			page.Flash = takeFlash(w, r)
		}
		h.render(w, http.StatusOK, page)
	}
}

// lookAgain is what the script sends when it looks for news by itself: what
// was left to be said is for those who look for the first time.
const lookAgain = "X-Look"

// deed serves what a visitor does: it leads back to the page that shows what
// has become of it.
func (h *handler) deed(do func(*visit) (flash, string, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		v := h.visit(r)
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		if err := r.ParseForm(); err != nil {
			v.fail(w, &problem{Status: http.StatusBadRequest, Title: "Bad Request", Detail: "The form is malformed."})
			return
		}
		f, to, err := do(v)
		if err != nil {
			v.fail(w, err)
			return
		}
		f.set(w)
		http.Redirect(w, r, to, http.StatusSeeOther)
	}
}

// maxForm is the most that a form may have.
const maxForm = 1 << 20

// fail shows what is wrong; who lacks the token is asked for it.
func (v *visit) fail(w http.ResponseWriter, err error) {
	var p *problem
	if !errors.As(err, &p) {
		p = &problem{Status: http.StatusInternalServerError, Title: "Internal Server Error", Detail: err.Error()}
	}
	if p.Status == http.StatusUnauthorized {
		to := "/"
		if world := v.r.PathValue("world"); world != "" {
			to = path(world)
		}
		if v.r.Method == http.MethodGet || v.r.Method == http.MethodHead {
			to = v.r.URL.RequestURI()
		}
		http.Redirect(w, v.r, "/login?"+url.Values{"next": {to}}.Encode(), http.StatusSeeOther)
		return
	}
	v.render(w, p.Status, view{Page: "problem", Title: p.Title, Data: p})
}

// render writes a page; it is the one place that does.
func (h *handler) render(w http.ResponseWriter, status int, v view) {
	var page bytes.Buffer
	if err := h.pages[v.Page].ExecuteTemplate(&page, "page", v); err != nil {
		http.Error(w, "The page could not be rendered: "+err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	// A client that leaves early is nothing to report.
	_, _ = w.Write(page.Bytes())
}

// serveAsset serves the style and the script.
func serveAsset(w http.ResponseWriter, r *http.Request) {
	if strings.HasSuffix(r.URL.Path, "/") {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Cache-Control", "no-cache")
	http.FileServerFS(assets).ServeHTTP(w, r)
}
