package lockstep

import (
	"encoding/json"
	"net/http"
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestStations checks stations against what was searched for.
func TestStations(t *testing.T) {
	const (
		spot    = "latitude=52.51&longitude=13.45"
		partner = `{"id":"s1","is_partner":true,"coordinates":{"latitude":"52.510000","longitude":"13.450000"},"operator":{"name":"EVA Charge"},
			"evses":[{"status":"CHARGING"},{"status":"AVAILABLE"}],"price_groups":[{"type":"CHADEMO"},{"type":"IEC_62196_T2"}]}`
		other = `{"id":null,"name":"Corner","is_partner":false,"coordinates":{"latitude":"52.511000","longitude":"13.450000"},"operator":{"name":"Other"},
			"evses":[{"status":"OUTOFORDER"}],"price_groups":[{"type":"DOMESTIC_F"}]}`
		bare = `{"id":"s3","coordinates":{},"operator":{"name":null},"evses":[{"status":"AVAILABLE"}],"price_groups":[{"type":"CHADEMO"}]}`
	)
	for name, tt := range map[string]struct {
		query, stations string
		want            []string
	}{
		"near":                       {spot, partner, nil},
		"too far by default":         {spot, other, []string{"body /results/*/coordinates"}},
		"near enough":                {spot + "&distance=112", partner + "," + other, nil},
		"too far":                    {spot + "&distance=100", partner + "," + other, []string{"body /results/*/coordinates"}},
		"no place":                   {spot, bare, nil},
		"a distance that is no text": {"latitude=x&longitude=13.45", other, nil},
		"partners":                   {"only_partners=true", partner, nil},
		"partners, as Python writes": {"only_partners=True", other, []string{"body /results/*/is_partner"}},
		"not only partners":          {"only_partners=false", other, nil},
		"unknown whether a partner":  {"only_partners=true", bare, nil},
		"free":                       {"only_available=true", partner, nil},
		"none free":                  {"only_available=1", other, []string{"body /results/*/evses"}},
		"one of two types":           {"connector_types=DOMESTIC_F&connector_types=CHADEMO", partner + "," + other, nil},
		"none of two types":          {"connector_types=DOMESTIC_E&connector_types=DOMESTIC_A", other, []string{"body /results/*/price_groups"}},
		"of an operator":             {"operators=eva+charge", partner, nil},
		"of another operator":        {"operators=EVA+Charge", other, []string{"body /results/*/operator"}},
		"of an unnamed operator":     {"operators=EVA+Charge", bare, nil},
		"of no use by two filters":   {"only_partners=true&only_available=true", other, []string{"body /results/*/is_partner", "body /results/*/evses"}},
	} {
		query, got := answered(t, tt.query, `{"results":[`+tt.stations+`]}`)
		c := &comparison{}
		c.found(got, query)
		var places []string
		for _, d := range c.out {
			places = append(places, d.place)
		}
		if diff := cmp.Diff(tt.want, places); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestTile checks the single stations of a tile.
func TestTile(t *testing.T) {
	const (
		partner = `{"station_id":"s1","custom_properties":{"is_partner":true}}`
		other   = `{"station_id":"s2","custom_properties":{"is_partner":false}}`
		many    = `{"cluster_id":"c1","custom_properties":{"is_partner":false}}`
	)
	for name, tt := range map[string]struct {
		query, features string
		want            int
	}{
		"all":                         {"z=1", partner + "," + other + "," + many, 0},
		"partners":                    {"only_partners=true", partner, 0},
		"one is no partner":           {"only_partners=true", partner + "," + other, 1},
		"a cluster may be of many":    {"only_partners=true", many, 0},
		"a tile that has no stations": {"only_partners=true", "", 0},
	} {
		query, got := answered(t, tt.query, `{"features":[`+tt.features+`]}`)
		c := &comparison{}
		if c.tile(got, query); len(c.out) != tt.want {
			t.Errorf("%s: %v, want %d", name, c.out, tt.want)
		}
	}
}

// answered returns the parameters of a search and the answer to it.
func answered(t *testing.T, parameters, body string) (url.Values, target) {
	t.Helper()
	query, err := url.ParseQuery(parameters)
	if err != nil {
		t.Fatal(err)
	}
	got := target{status: http.StatusOK}
	if err := json.Unmarshal([]byte(body), &got.body); err != nil {
		t.Fatal(err)
	}
	return query, got
}
