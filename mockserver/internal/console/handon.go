package console

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"cariqamock/mockserver/internal/admin/adminapi"
)

// A handOnPage is the data of the page that makes a scenario of requests.
type handOnPage struct {
	World       string
	Marks       []string // none: all requests
	Name, Title string
	File        string // empty if it could not be made
	Problem     string // why
	Download    string // address of the file
	Back        string // of the journal, with the same marks
}

// handOn shows requests as a scenario file.
func (r *request) handOn() (view, error) {
	page := r.handOnPage()
	var p *adminapi.Problem
	err := r.admin.do(http.MethodPost, worldPath(page.World, "requests", "scenario"), page.body(), &page.File)
	if errors.As(err, &p) && (p.Status == http.StatusConflict || p.Status == http.StatusUnprocessableEntity) {
		page.Problem, err = p.Detail, nil
	}
	return view{Page: "handon", Title: "Scenario of requests", World: page.World, Data: page}, err
}

func (r *request) handOnPage() handOnPage {
	query := r.URL.Query()
	page := handOnPage{
		World: r.PathValue("world"), Marks: r.marks(), Name: strings.TrimSpace(query.Get("name")), Title: strings.TrimSpace(query.Get("title")),
	}
	page.Back = worldPath(page.World, "journal") + "?" + url.Values{"mark": page.Marks}.Encode()
	page.Download = worldPath(page.World, "scenario.yaml") + "?" + page.query().Encode()
	return page
}

func (p handOnPage) query() url.Values {
	return url.Values{"mark": p.Marks, "name": {p.Name}, "title": {p.Title}}
}

// body returns the body of the call of the admin API.
func (p handOnPage) body() map[string]any {
	body := map[string]any{}
	if p.Marks != nil {
		body["requests"] = p.Marks
	}
	if p.Name != "" {
		body["name"] = p.Name
	}
	if p.Title != "" {
		body["title"] = p.Title
	}
	return body
}

// download sends the file.
func (h *handler) download(w http.ResponseWriter, req *http.Request) {
	r := h.request(req)
	page := r.handOnPage()
	if err := r.gone(); err != nil {
		r.fail(w, err)
		return
	}
	if err := r.admin.do(http.MethodPost, worldPath(page.World, "requests", "scenario"), page.body(), &page.File); err != nil {
		r.fail(w, err)
		return
	}
	download(w, page.File)
}

// download answers with a scenario file that browsers save.
func download(w http.ResponseWriter, file string) {
	w.Header().Set("Content-Type", "application/yaml")
	w.Header().Set("Content-Disposition", `attachment; filename="`+fileName(file)+`"`)
	_, _ = w.Write([]byte(file)) // a client that leaves early is not an error
}

// fileName returns the name of a scenario file, which is that of its scenario.
func fileName(file string) string {
	_, rest, _ := strings.Cut("\n"+file, "\nname: ")
	name, _, _ := strings.Cut(rest, "\n")
	return strings.Trim(name, `"`) + ".yaml"
}

// addScenario adds the form's scenario file to the server and opens a world of it.
func (r *request) addScenario() (flash, string, error) {
	var added struct{ Name string }
	file := r.PostForm.Get("file")
	if upload, _, err := r.FormFile("upload"); err == nil {
		defer upload.Close()
		var b strings.Builder
		if _, err := io.Copy(&b, upload); err != nil {
			return flash{}, "", adminapi.NewProblem(http.StatusBadRequest, "The file could not be read.")
		}
		file = b.String()
	}
	if err := r.admin.do(http.MethodPost, "/scenarios", yaml(file), &added); err != nil {
		return flashError(flash{}, r.back(), err)
	}
	r.PostForm.Set("scenario", added.Name)
	r.PostForm.Del("name")
	_, to, err := r.openWorld()
	if err == nil && r.isReport(added.Name) {
		f, err := r.replay(strings.TrimPrefix(to, "/worlds/"), added.Name)
		return flashError(f, to, err)
	}
	text := "Scenario " + added.Name + " added. It stays until the server ends: this world's address opens it for others."
	return flash{Kind: "done", Text: text}, to, err
}

// isReport reports whether a scenario is a bug report.
func (r *request) isReport(name string) bool {
	scenarios, err := all[adminapi.Scenario](r.admin, "/scenarios", "scenarios")
	return err == nil && slices.ContainsFunc(scenarios, func(s adminapi.Scenario) bool { return s.Name == name && s.Replay })
}

// back returns the page of this server that has the form, or the home page.
func (r *request) back() string {
	u, err := url.Parse(r.Referer())
	if err != nil {
		return "/"
	}
	return next(u.RequestURI())
}
