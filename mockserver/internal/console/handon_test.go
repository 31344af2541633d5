package console_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"cariqamock/mockserver"
	"cariqamock/mockserver/mocktest"
)

// call makes a call of the vendor's API and returns its id in the journal.
func (b *browser) call(world, method, path string) string {
	b.t.Helper()
	r := b.request(method, "/api/v1"+path, nil)
	r.Header.Set("Authorization", "Bearer "+world)
	res, _ := b.do(r)
	return res.Header.Get("X-Request-Id")
}

// Requests are marked on several pages, compared, made a scenario, and handed on
// to another server.
func TestMarkedRequests(t *testing.T) {
	b := open(t)
	const world, w = "mock.cdr-pending.marks", "/worlds/mock.cdr-pending.marks"
	b.get(w)
	remove := "/users/" + user + "/payment-methods/pm_abc123/"
	refused := b.call(world, "DELETE", remove)
	b.post(w+"/clock", "advance", "10m")
	removed := b.call(world, "DELETE", remove)
	twice := b.call(world, "DELETE", remove)
	for range 120 {
		b.call(world, "GET", "/users/")
	}
	b.contains(b.get(w+"/journal"), `name="mark" value="`, "Real time")
	page := b.get(w + "/journal?mark=" + refused + "&mark=" + removed + "&mark=req_gone")
	b.contains(page, "Also marked", `value="`+refused+`" checked`, `value="`+removed+`" checked`, "mark="+refused)
	if strings.Contains(page, `value="req_gone"`) {
		t.Error("a request that is gone is marked")
	}

	page = b.get(w + "/compare?mark=" + removed + "&mark=" + refused)
	b.contains(page, "Different: status and rule, response body, ", "<del>400 Bad Request</del>", "<ins>204 No Content</ins>", "<h2>Call</h2> <span class=\"chip\">same")
	if strings.Index(page, refused) > strings.Index(page, removed) {
		t.Error("the older request is not the first")
	}
	if res, body := b.do(b.request(http.MethodGet, w+"/compare?mark="+refused, nil)); res.StatusCode != 422 || !strings.Contains(body, "Mark two") {
		t.Errorf("compare one: %d", res.StatusCode)
	}

	query := url.Values{"mark": {removed, refused}, "name": {"cannot-be-removed"}, "title": {"A card"}}.Encode()
	page = b.get(w + "/scenario?" + query)
	b.contains(page, "all responses are the same again", "name: cannot-be-removed", "advance: 10m")
	res, file := b.do(b.request(http.MethodGet, w+"/scenario.yaml?"+query, nil))
	if got := res.Header.Get("Content-Disposition"); !strings.Contains(got, `"cannot-be-removed.yaml"`) {
		t.Errorf("download: %q", got)
	}
	checks(t, file)
	b.contains(b.get(w+"/scenario?mark="+twice), "No scenario can be made", "Add the earlier calls")

	other := open(t)
	page = other.upload(file)
	other.flashes(page, "done", "Scenario cannot-be-removed added")
	other.contains(page, "mock.cannot-be-removed.1", "cannot be removed")
	other.flashes(other.upload("name: [\n"), "failed", "")
}

// upload sends a scenario file from the home page.
func (b *browser) upload(file string) string {
	b.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("upload", "any.yaml")
	if err != nil {
		b.t.Fatal(err)
	}
	_, _ = part.Write([]byte(file))
	form.Close()
	r, err := http.NewRequest(http.MethodPost, b.base+"/scenarios", &body)
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set("Origin", b.base)
	res, page := b.do(r)
	if res.StatusCode != http.StatusOK {
		b.t.Fatalf("upload: %d\n%s", res.StatusCode, page)
	}
	return page
}

// checks runs a scenario file as `scenario check` does.
func checks(t *testing.T, file string) {
	t.Helper()
	name := regexp.MustCompile(`(?m)^name: (\S+)$`).FindStringSubmatch(file)[1]
	path := filepath.Join(t.TempDir(), name+".yaml")
	if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	results, err := mocktest.Start(t, mocktest.Files(path)).Handler.(*mockserver.Server).CheckScenario(t.Context(), name)
	if err != nil || len(results) == 0 {
		t.Fatalf("%d steps, %v", len(results), err)
	}
	for _, r := range results {
		if r.Err != nil {
			t.Errorf("%s: %v", r.What, r.Err)
		}
	}
}
