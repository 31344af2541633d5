package mockserver_test

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cariqamock/mockserver"
)

func TestRecords(t *testing.T) {
	h, err := mockserver.New(mockserver.DefaultConfig())
	if err != nil {
		t.Fatal(err)
	}
	long := "mock.debt." + strings.Repeat("x", 80)
	for _, token := range []string{"any", "mock.debt.A_1", "mock.debt.a.1", "mock.debt", long, "mock.debt.."} {
		r := httptest.NewRequest("GET", "/api/v1/users/?page=2", http.NoBody)
		r.Header.Set("Authorization", "Bearer "+token)
		h.ServeHTTP(httptest.NewRecorder(), r)
	}
	names := map[string]string{}
	for r := range h.Records() {
		names[r.World] = r.Name
		if r.Err != nil || !strings.Contains(string(r.Scenario), "\nname: "+r.Name+"\n") {
			t.Errorf("%s: %v\n%s", r.World, r.Err, r.Scenario)
		}
		names[r.World+" report"] = r.Report.Name
		if r.Report.Err != nil || !strings.Contains(string(r.Report.File), "\nname: "+r.Report.Name+"\n") {
			t.Errorf("%s: %v\n%s", r.World, r.Report.Err, r.Report.File)
		}
		for _, c := range r.Calls {
			if c.Method != "GET" || c.Path != "/api/v1/users/" || c.Query != "page=2" || c.Status != 404 {
				t.Errorf("%s: %+v", r.World, c)
			}
		}
	}
	want := map[string]string{
		"w_d6a7cd2a7371": "w-d6a7cd2a7371", "mock.debt": "mock-debt", "mock.debt.A_1": "mock-debt-a-1-2", "mock.debt.a.1": "mock-debt-a-1",
		long: "mock-debt-" + strings.Repeat("x", 30), "mock.debt..": "mock-debt-",
	}
	for world, name := range maps.Clone(want) {
		if want[world+" report"] = name + "-report"; world == long {
			want[world+" report"] = "mock-debt-" + strings.Repeat("x", 23) + "-report"
		}
	}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
