package admin

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"

	"github.com/gorilla/mux"
)

// Routes are the methods and path templates that the handler answers, such as
// "GET /__admin/health", as the router and the answers to a foreign method
// have them.
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
