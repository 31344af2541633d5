package lockstep

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
)

// The scenario and the token of the fake's world.
const (
	sceneName = "lockstep"
	token     = "mock." + sceneName + ".judge"
	origin    = "http://fake.localhost"
)

// fake is the fake that answers the calls again.
type fake struct {
	handler http.Handler
	loaded  []byte
}

// serve sends a request to the fake.
func (f *fake) serve(method, path string, header http.Header, body []byte) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, origin+path, bytes.NewReader(body))
	for name, values := range header {
		r.Header[name] = values
	}
	rec := httptest.NewRecorder()
	f.handler.ServeHTTP(rec, r)
	return rec
}

// admin calls the fake's admin API.
func (f *fake) admin(method, path, kind string, body []byte, into any) error {
	rec := f.serve(method, "/__admin"+path, http.Header{"Content-Type": {kind}}, body)
	if rec.Code >= 300 {
		return fmt.Errorf("the fake answers %d to %s %s: %s", rec.Code, method, path, rec.Body)
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(rec.Body.Bytes(), into)
}

// load starts the world again, from a scenario file.
func (f *fake) load(file []byte) error {
	if f.loaded != nil && bytes.Equal(f.loaded, file) {
		return nil
	}
	if err := f.admin(http.MethodPost, "/scenarios", "application/yaml", file, nil); err != nil {
		return err
	}
	f.loaded = file
	return f.admin(http.MethodDelete, "/worlds/"+url.PathEscape(token), "", nil, nil)
}

// ask returns the fake's answer to a call. What it changes is loaded again.
func (f *fake) ask(c *Call, n *names) (target, string) {
	header := http.Header{}
	for _, name := range []string{"Content-Type", "Accept", "X-Http-Method-Override"} {
		if v, ok := c.Header[name]; ok {
			header[name] = v
		}
	}
	switch scheme, _, _ := strings.Cut(c.Header.Get("Authorization"), " "); {
	case c.As == nobody, c.As == "" && scheme == "":
	case c.As != "" || strings.EqualFold(scheme, "bearer"):
		header.Set("Authorization", "Bearer "+token)
	default:
		header["Authorization"] = c.Header["Authorization"]
	}
	u, err := url.Parse(c.URL)
	if err != nil {
		return target{}, ""
	}
	_, path, _ := strings.Cut(u.EscapedPath(), "/api/v1/")
	if u.RawQuery != "" {
		path += "?" + u.RawQuery
	}
	rec := f.serve(c.Method, "/api/v1/"+n.there(path), header, []byte(n.there(string(c.Body))))
	if c.Method != http.MethodGet {
		f.loaded = nil
	}
	answer := Call{Status: rec.Code, Answered: rec.Header(), Answer: []byte(n.here(rec.Body.String()))}
	return answer.target(), rec.Header().Get("X-Cariqa-Mock-Rule")
}

// nobody is who calls without a credential.
const nobody = "nobody"

// A rule is one of the fake's rules.
type rule struct {
	ID, Operation, Sentence, Source string
	Assumed                         bool
}

func (f *fake) rules() (map[string]rule, error) {
	var answer struct{ Rules []rule }
	if err := f.admin(http.MethodGet, "/rules", "", nil, &answer); err != nil {
		return nil, err
	}
	out := map[string]rule{}
	for _, r := range answer.Rules {
		out[r.ID] = r
	}
	return out, nil
}

// export returns the world as a scenario file.
func (f *fake) export() ([]byte, error) {
	rec := f.serve(http.MethodGet, "/__admin/worlds/"+url.PathEscape(token)+"/export", nil, nil)
	if rec.Code != http.StatusOK {
		return nil, fmt.Errorf("the fake answers %d: %s", rec.Code, rec.Body)
	}
	return rec.Body.Bytes(), nil
}
