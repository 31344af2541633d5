package console

import (
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"cariqamock/mockserver/internal/admin/adminapi"
	"cariqamock/mockserver/internal/docs"
)

// A docsPage is the data of the list of documents, or of a search in them.
type docsPage struct {
	Groups []docs.Group
	Search string
	Hits   []docs.Hit
	Found  int // all hits; Hits are the first of them
}

// maxHits is how many sections the page of a search lists.
const maxHits = 50

// A documentPage is the data of the page of a document, or of sources that one
// refers to.
type documentPage struct {
	*docs.Page  // nil if the page shows sources
	docs.Reader // of the snippets
	Groups      []docs.Group
	Path        string // of this page
	Sources     []docs.File
}

// docsCookie keeps the name of a reader's worlds, so that the steps of several
// pages are taken in the same ones. It is no secret.
const docsCookie = "cariqa-mock-docs"

// worldName is what the cookie may contain.
var worldName = regexp.MustCompile(`^[a-z0-9]{1,20}$`)

func redirectToDocs(w http.ResponseWriter, r *http.Request) {
	http.Redirect(w, r, docs.Root, http.StatusMovedPermanently)
}

// showDocs serves everything under /docs/.
func (h *handler) showDocs(w http.ResponseWriter, req *http.Request) {
	r := h.request(req)
	library, err := h.docs()
	if err == nil {
		err = r.admin.get("/version", nil) // the documents need the admin token, as the rest of the console does
	}
	if err != nil {
		r.fail(w, err)
		return
	}
	path := req.URL.Path
	if data, ok := library.Picture(path); ok {
		w.Header().Set("Content-Type", "image/png")
		_, _ = w.Write(data) // a client that leaves early is not an error
		return
	}
	p := library.Page(path)
	if path != docs.Root && p != nil && p.Path != path {
		http.Redirect(w, req, p.Path, http.StatusMovedPermanently)
		return
	}
	h.page(func(r *request) (view, error) {
		if path == docs.Root {
			return r.listDocs(library), nil
		}
		data := documentPage{Page: p, Groups: library.Groups, Path: path, Sources: library.Sources(path)}
		if p == nil && data.Sources == nil {
			return view{}, adminapi.NewProblem(http.StatusNotFound, "No such document. %s lists all of them.", docs.Root)
		}
		if p == nil {
			return view{Page: "document", Title: path, Data: data}, nil
		}
		if p.Fills() {
			data.Reader = r.reader(w, library)
		}
		return view{Page: "document", Title: p.Title, Data: data}, nil
	})(w, req)
}

func (r *request) listDocs(library *docs.Library) view {
	page := docsPage{Groups: library.Groups, Search: strings.TrimSpace(r.URL.Query().Get("q"))}
	hits := library.Search(page.Search)
	page.Found, page.Hits = len(hits), hits[:min(len(hits), maxHits)]
	return view{Page: "docs", Title: "Docs", Data: page}
}

// reader returns the sender's server and the name of the sender's worlds, which
// is a new one if the cookie has none.
func (r *request) reader(w http.ResponseWriter, library *docs.Library) docs.Reader {
	reader := docs.Reader{URL: r.h.cfg.Base(r.Request)}
	if c, err := r.Cookie(docsCookie); err == nil && worldName.MatchString(c.Value) {
		reader.Name = c.Value
		return reader
	}
	for reader.Name == "" || slices.ContainsFunc(library.Tokens(reader), r.isOpen) {
		reader.Name = strconv.FormatInt(r.h.opened.Add(1), 10)
	}
	setDocsCookie(w, reader.Name)
	return reader
}

func setDocsCookie(w http.ResponseWriter, name string) {
	http.SetCookie(w, &http.Cookie{Name: docsCookie, Value: name, Path: docs.Root, HttpOnly: true, SameSite: http.SameSiteStrictMode})
}

// renewDocs drops the name of the sender's worlds, so that the next page has a
// new one.
func (h *handler) renewDocs(w http.ResponseWriter, req *http.Request) {
	h.action(func(r *request) (flash, string, error) {
		setDocsCookie(w, "")
		return flash{Kind: "done", Text: "The commands have fresh tokens."}, next(r.field("next")), r.admin.get("/version", nil)
	})(w, req)
}
