package api_test

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"testing"
)

// everywhere is a circle around all stations.
const everywhere = "/api/v1/stations/around/?latitude=50&longitude=10&distance=5000000&page_size=100"

// TestStationsAroundAreThoseOfDetails compares every station on the pages of
// around with its details, which are made again, in worlds that change stations.
func TestStationsAroundAreThoseOfDetails(t *testing.T) {
	f := start(t)
	for name, w := range map[string]*fake{"untouched": f.in(t, "default"), "changed": f.in(t, "sparse")} {
		for _, at := range []string{"2030-05-01T12:00:00Z", "2030-05-02T00:00:00.5Z"} {
			w.fixed(at)
			seen := 0
			for number := 1; ; number++ {
				p := w.body(get(fmt.Sprintf("%s&page=%d", everywhere, number)), 200)
				for _, s := range p["results"].([]any) {
					id, ok := s.(map[string]any)["id"].(string)
					if !ok {
						continue // own stations without an id have no details
					}
					seen++
					details := w.body(get("/api/v1/stations/details/?type=station_id&id="+id), 200)
					if got, want := compact(t, s), compact(t, details); got != want {
						t.Errorf("%s, %s:\naround  %s\ndetails %s", name, at, got, want)
					}
				}
				if p["next"] == nil {
					break
				}
			}
			if seen < 400 {
				t.Errorf("%s: only %d stations", name, seen)
			}
			// On the second round, some charge points of the catalogue have other statuses.
			for evse, override := range map[string]string{"DE*MCK*E402*DECLINED": `{"status":"INOPERATIVE"}`, "DE*MCK*CDR*ZERO": `{"busy":true}`, evse: `{"status":"UNKNOWN"}`} {
				if a := w.do(send("PUT", "/__admin/worlds/"+w.token+"/charge-points/"+evse, override)); a.Status != 200 {
					t.Fatal(a)
				}
			}
		}
	}
}

func compact(t testing.TB, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestPagesAllocateLittle: a page of stations costs neither what its stations
// are made of nor a walk over their JSON. Both would be thousands; the bounds
// leave room for the race detector, which has a pool forget things.
func TestPagesAllocateLittle(t *testing.T) {
	f := start(t)
	for _, test := range []struct {
		path string
		most float64
	}{
		{"/api/v1/stations/around/?latitude=52.51&longitude=13.45&distance=500000", 350},
		{everywhere, 750},
	} {
		size := 0
		n := testing.AllocsPerRun(20, func() {
			r := httptest.NewRequest("GET", test.path, nil)
			r.Header.Set("Authorization", "Bearer "+f.token)
			w := httptest.NewRecorder()
			f.Handler.ServeHTTP(w, r)
			if size = w.Body.Len(); w.Code != 200 {
				t.Fatal(w.Body)
			}
		})
		if n > test.most {
			t.Errorf("%s: %v allocations for %d bytes, want at most %v", test.path, n, size, test.most)
		}
	}
}
