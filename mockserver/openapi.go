package mockserver

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"net/http"
	"sync"
	"time"

	"cariqamock"
	"cariqamock/mockserver/internal/admin"
	"cariqamock/mockserver/spec"
)

// AdminOpenAPI returns the description of the admin API, in YAML. That of the
// vendor's API is in package cariqamock.
func AdminOpenAPI() string { return admin.OpenAPI() }

// describe adds the paths that return the description of the vendor's API.
func (s *Server) describe(mux *http.ServeMux) {
	mux.Handle("/openapi.yaml", s.open(description("application/yaml", func() ([]byte, error) {
		return []byte(cariqamock.OpenAPI()), nil
	}), refusePlainly))
	mux.Handle("/openapi.json", s.open(description("application/json", func() ([]byte, error) {
		return spec.JSON(cariqamock.OpenAPI())
	}), refusePlainly))
}

// description returns a handler of one text, which is made when it is first
// asked for.
func description(contentType string, text func() ([]byte, error)) http.HandlerFunc {
	made := sync.OnceValues(text)
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "This path only returns the description of the vendor's API. Use GET.", http.StatusMethodNotAllowed)
			return
		}
		body, err := made()
		if err != nil {
			http.Error(w, "The description cannot be converted: "+err.Error()+".", http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", contentType)
		w.Header().Set("ETag", fmt.Sprintf(`"%x"`, sha256.Sum256(body)))
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
	}
}
