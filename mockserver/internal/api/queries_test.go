package api_test

import (
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cariqamock/mockserver"
)

// TestQueryParameters checks how the framework reads query strings, on the
// endpoints of stations.
func TestQueryParameters(t *testing.T) {
	f := start(t)
	const (
		around  = "/api/v1/stations/around/?latitude=52.51&longitude=13.45&distance=500"
		tile    = "/api/v1/stations/tile/?x=8803&y=5374&z=14"
		details = "/api/v1/stations/details/?"
	)
	// want is the text of the refusal, or "" for a 200.
	cases := map[string]string{
		around:                    "",
		around + "&max_price=":    "",
		around + "&max_price=abc": "",
		around + "&page_size=10&page=1&max_price=&only_available=false&only_partners=false":             "",
		around + "&only_available=YES&only_partners=t":                                                  "",
		around + "&only_available=":                                                                     "",
		around + "&only_available=maybe":                                                                "only_available: Must be a valid boolean.",
		around + "&connector_types=IEC_62196_T2&connector_types=CHADEMO":                                "",
		around + "&connector_types=IEC_62196_T2,CHADEMO":                                                `connector_types.0: "IEC_62196_T2,CHADEMO" is not a valid choice.`,
		around + "&connector_types=IEC_62196_T2&connector_types=FOO":                                    `connector_types.1: "FOO" is not a valid choice.`,
		around + "&connector_types=":                                                                    `connector_types.0: "" is not a valid choice.`,
		around + "&connector_types[]=FOO":                                                               "",
		around + "&connector_types=iec_62196_t2":                                                        `connector_types.0: "iec_62196_t2" is not a valid choice.`,
		around + "&operators=Nobody":                                                                    "",
		around + "&operators=":                                                                          "operators.0: This field may not be blank.",
		around + "&power_groups=FOO":                                                                    "",
		"/api/v1/stations/around/":                                                                      "latitude: This field is required. longitude: This field is required.",
		"/api/v1/stations/around/?latitude=&longitude=x":                                                "latitude: A valid number is required. longitude: A valid number is required.",
		"/api/v1/stations/around/?latitude=nan&longitude=inf":                                           "",
		"/api/v1/stations/around/?latitude=0x1p4&longitude=1e999":                                       "latitude: A valid number is required.",
		"/api/v1/stations/around/?latitude=%2052.51%20&longitude=1.345e1&distance=":                     "",
		"/api/v1/stations/around/?latitude=52.51&longitude=13.45&distance=10.5":                         "distance: A valid integer is required.",
		"/api/v1/stations/around/?latitude=52.51&longitude=13.45&distance=10.0":                         "",
		"/api/v1/stations/around/?latitude=52.51&longitude=13.45&distance=x":                            "distance: A valid integer is required.",
		"/api/v1/stations/around/?latitude=52.51&longitude=13.45&latitude=x":                            "latitude: A valid number is required.",
		around + "&connector_types[0]=IEC_62196_T2&connector_types[1]=FOO":                              `connector_types.1: "FOO" is not a valid choice.`,
		around + "&connector_types%5B3%5D=FOO":                                                          `connector_types.0: "FOO" is not a valid choice.`,
		around + "&operators[0]a=1":                                                                     "operators.0: Not a valid string.",
		around + "&only_available=maybe;x":                                                              "only_available: Must be a valid boolean.",
		"/api/v1/stations/around/?latitude=5_2.51&longitude=%D9%A1%D9%A3.45&distance=1_000.0":           "",
		"/api/v1/stations/around/?latitude=52.51&longitude=13.45&distance=" + strings.Repeat("9", 1000): "",
		"/api/v1/stations/around/?latitude=52.51&longitude=13.45&distance=" + strings.Repeat("9", 1001): "distance: String value too large.",
		"/api/v1/stations/around/?latitude=" + strings.Repeat("0", 1001) + "&longitude=1":               "latitude: String value too large.",
		"/api/v1/stations/tile/?x[0]=8803&x[1]=8804&y[0]=5374&y[1]=5374&z=1_4":                          "",
		"/api/v1/stations/tile/?x[1]=a&y[0]=5374&z=99999999999999999999":                                "x.0: A valid integer is required.",
		"/api/v1/stations/tile/?x=-99999999999999999999&y=99999999999999999999&z=14&max_price=nan":      "",
		"/api/v1/stations/tile/?" + strings.Repeat("x=1&", 1000):                                        "The number of GET/POST parameters exceeded settings.DATA_UPLOAD_MAX_NUMBER_FIELDS.",
		tile: "",
		tile + "&max_price=&only_available=false&only_partners=false": "",
		tile + "&max_price=0.55&power_groups=slow&power_groups=turbo": "",
		tile + "&max_price=cheap":                                     "max_price: A valid number is required.",
		tile + "&power_groups=quick":                                  `power_groups.0: "quick" is not a valid choice.`,
		"/api/v1/stations/tile/":                                      "x: This field is required. y: This field is required. z: This field is required.",
		"/api/v1/stations/tile/?x=8803&x=8804&y=5374&y=5374&z=14":     "",
		"/api/v1/stations/tile/?x=8803,8804&y=5374&z=14":              "x.0: A valid integer is required.",
		"/api/v1/stations/tile/?x=1&x=&y=1.5&z=":                      "x.1: A valid integer is required. y.0: A valid integer is required. z: A valid integer is required.",
		details + "type=evse_id&id=" + url.QueryEscape(evse):          "",
		details:                               "id: This field is required. type: This field is required.",
		details + "id=&type=":                 `id: This field may not be blank. type: "" is not a valid choice.`,
		details + "id=%20&type=evse":          `id: This field may not be blank. type: "evse" is not a valid choice.`,
		details + "id=a%00b&type=evse_id":     "id: Null characters are not allowed.",
		me + "/setup-intents/":                "",
		me + "/setup-intents/?pm_type=":       "",
		me + "/setup-intents/?pm_type=card":   "",
		me + "/setup-intents/?pm_type=paypal": `pm_type: "paypal" is not a valid choice.`,
		me + "/setup-intents/?pm_type=CARD":   `pm_type: "CARD" is not a valid choice.`,
	}
	for path, want := range cases {
		t.Run(path, func(t *testing.T) {
			got := f.do(get(path))
			status, body := 200, got.Body
			if want != "" {
				status, body = 400, invalid(want)
			}
			if diff := cmp.Diff(body, got.Body); got.Status != status || diff != "" {
				t.Errorf("got %d, want %d (-want +got):\n%s", got.Status, status, diff)
			}
		})
	}
}

// TestToleratedQueries checks that queries have no findings if the vendor's
// client sends them or the framework accepts them.
func TestToleratedQueries(t *testing.T) {
	f := start(t)
	for _, path := range []string{
		"/api/v1/stations/around/?latitude=52.51&longitude=13.45&distance=500&page_size=10&page=1&max_price=&only_available=false&only_partners=false",
		"/api/v1/stations/around/?latitude=52.51&longitude=13.45&only_available=Yes&connector_types[0]=CHADEMO&distance=&format=json",
		"/api/v1/stations/tile/?x=8803&y=5374&z=14&max_price=&only_available=false&only_partners=false",
		users + "?page=last&page_size=abc", me + "/setup-intents/?pm_type=",
	} {
		if a := f.do(get(path)); a.Status != 200 || a.Header["X-Cariqa-Mock-Findings"] != "" {
			t.Errorf("%s: got %d, findings %q", path, a.Status, a.Header["X-Cariqa-Mock-Findings"])
		}
	}
	for path, want := range map[string]int{
		"/api/v1/stations/around/?latitude=52.51&longitude=13.45&connector_type=CHADEMO":    1,
		"/api/v1/stations/around/?latitude=52.51&longitude=13.45&connector_types[]=x&x=1&y": 3,
		users + "?page_sise=1": 1, me + "/?expand=all": 1, me + "/payment-methods/?search=visa": 1, "/api/v1/stations/partners/?page=1": 1,
	} {
		strict := start(t, config(func(c *mockserver.Config) { c.Strict = true }))
		if a := f.do(get(path)); a.Status != 200 || a.Header["X-Cariqa-Mock-Findings"] != "request="+strconv.Itoa(want) {
			t.Errorf("%s: got %d, findings %q", path, a.Status, a.Header["X-Cariqa-Mock-Findings"])
		}
		if a := strict.do(get(path)); a.Status != 400 || !strings.Contains(a.Body, "parameter is not declared") {
			t.Errorf("%s, strict: got %d %s", path, a.Status, a.Body)
		}
	}
	if a := f.do(get(users + "?page=abc")); a.Header["X-Cariqa-Mock-Findings"] != "request=1" {
		t.Errorf("page=abc: findings %q", a.Header["X-Cariqa-Mock-Findings"])
	}
}

// TestStationLookups checks the 404s of station details.
func TestStationLookups(t *testing.T) {
	f := start(t)
	s := f.body(get("/api/v1/stations/details/?type=evse_id&id="+url.QueryEscape(evse)), 200)
	again := f.body(get("/api/v1/stations/details/?type=station_id&id="+text(t, s, "id")), 200)
	if diff := cmp.Diff(s["id"], again["id"]); diff != "" {
		t.Error(diff)
	}
	unknown := reply(404, notFound, ruled(allowGet, "request/not-found")...)
	for _, query := range []string{"type=evse_id&id=" + text(t, s, "id"), "type=station_id&id=" + url.QueryEscape(evse), "type=evse_id&id=%ff"} {
		same(t, f.do(get("/api/v1/stations/details/?"+query)), unknown)
	}
}

// TestTimestamps checks that times are in UTC with Z and have six digits of
// fraction or none.
func TestTimestamps(t *testing.T) {
	f := start(t)
	for now, want := range map[string]string{
		"2027-01-01T12:00:00Z":           "2027-01-01T12:00:00Z",
		"2027-01-01T12:00:01.5Z":         "2027-01-01T12:00:01.500000Z",
		"2027-01-01T12:00:02.000001Z":    "2027-01-01T12:00:02.000001Z",
		"2027-01-01T14:00:03.123456789Z": "2027-01-01T14:00:03.123456Z",
		"2027-01-01T14:00:04+02:00":      "2027-01-01T12:00:04Z",
	} {
		w := f.in(t, "default").fixed(now)
		s := w.body(send("POST", me+"/charging/start/", `{"evse_id":"`+evse+`","payment_method_id":"`+pm1+`"}`), 201)
		if got := text(t, s, "start_time"); got != want {
			t.Errorf("at %s: start_time %s, want %s", now, got, want)
		}
	}
}

// TestCompactJSON checks that bodies have no spaces between tokens and escape no
// more than they must.
func TestCompactJSON(t *testing.T) {
	f := start(t)
	a := f.do(get("/api/v1/stations/details/?type=evse_id&id=" + url.QueryEscape("DE*CIQ*EELDF6XWZU41P*2")))
	for _, part := range []string{`"name":"EVA Charge","`, "Ludwigstraße"} {
		if !strings.Contains(a.Body, part) {
			t.Errorf("no %s in %s", part, a.Body)
		}
	}
	if strings.HasSuffix(a.Body, "\n") || strings.Contains(a.Body, `": `) {
		t.Errorf("not compact: %s", a.Body)
	}
}
