package admin

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"

	"github.com/gorilla/mux"
)

// Routes returns the methods and path templates of the handler, such as
// "GET /__admin/health", taken from the router and its 405 answers.
func Routes() (all []string, err error) {
	h := New(Config{}).(*handler)
	variable := regexp.MustCompile(`\{[^}]*\}`)
	err = h.router.Walk(func(route *mux.Route, _ *mux.Router, _ []*mux.Route) error {
		template, err := route.GetPathTemplate()
		if err != nil {
			return err
		}
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, httptest.NewRequest(http.MethodPatch, variable.ReplaceAllString(template, "x"), nil))
		for _, method := range strings.Split(rec.Header().Get("Allow"), ", ") {
			all = append(all, method+" "+template)
		}
		return nil
	})
	return all, err
}
