package contracttests

import "testing"

func TestRedact(t *testing.T) {
	for in, want := range map[string]string{
		"nothing to hide":                      "nothing to hide",
		"seti_1Abc_secret_Xyz9":                "seti_1Abc_secret_[redacted]",
		"client_secret=pi_1_secret_x&a=1":      "client_secret=pi_1_secret_[redacted]&a=1",
		"pk_test_51abc, Bearer eyJh.eyJz.c2ln": "pk_test_[redacted], Bearer [redacted]",

		"4242424242424242":                        "[424242******4242]",
		"1.4242424242424242":                      "1.[424242******4242]",
		"14000056655665556":                       "1[400005******5556]",
		"4242424242424242.4242424242424242@x.org": "[424242******4242].[424242******4242]@x.org",
		"4242 4242 4242 4242":                     "[424242******4242]",
		"4242-4242_4242.4242 - 1":                 "[424242******4242] - 1",
		"4242\u00a04242\u00a04242\u00a04242":      "[424242******4242]",
		"3782 822463 10005":                       "[378282******0005]",
		"36227206271667":                          "[362272******1667]",
		`{"number":"4242 4242 4242 4242","n":1.4242424242424242}`: `{"number":"[424242******4242]","n":1.[424242******4242]}`,
		"search=%204242+4242%204242%2D4242&page=1":                "search=%20[424242******4242]&page=1",
		"search=%4000056655665556":                                "search=%[400005******5556]",
		"4242424242424241":                                        "4242424242424241", // the check digit is wrong
		"12345678-4242-4242-8242-424242424242":                    "12345678-4242-4242-8242-424242424242",
		"lat=52.51000000000001&lng=13.449999999999999":            "lat=52.51000000000001&lng=13.449999999999999",
		"2026-11-27T01:39:06Z v0.0.0-20261127013906-cce94496124a": "2026-11-27T01:39:06Z v0.0.0-20261127013906-cce94496124a",
		"DE*PWA*EALP22541X01617*01, pm_1Abc4242":                  "DE*PWA*EALP22541X01617*01, pm_1Abc4242",
	} {
		if got := redacted(in); got != want {
			t.Errorf("redacted(%q) = %q, want %q", in, got, want)
		}
		if got := redacted(want); got != want {
			t.Errorf("redacted(%q) = %q, want no change", want, got)
		}
	}
}
