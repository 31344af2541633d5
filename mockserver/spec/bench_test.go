package spec_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"cariqamock"
	"cariqamock/mockserver/spec"
)

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, err := spec.Load(cariqamock.OpenAPI()); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkCheckAnswer judges the list of two methods, as seen before and as
// never seen.
func BenchmarkCheckAnswer(b *testing.B) {
	s := mustLoad(b)
	header := http.Header{"Content-Type": {"application/json"}}
	b.Run("hit", func(b *testing.B) {
		b.ReportAllocs()
		body := []byte(methods)
		for b.Loop() {
			if s.CheckAnswer("users_payment_methods_list", 200, header, body) != nil {
				b.Fatal("findings")
			}
		}
	})
	b.Run("miss", func(b *testing.B) {
		b.ReportAllocs()
		body := []byte(methods)
		for b.Loop() {
			count(body[strings.Index(methods, "1TD1M3"):][:6])
			if s.CheckAnswer("users_payment_methods_list", 200, header, body) != nil {
				b.Fatal("findings")
			}
		}
	})
}

func BenchmarkCheckRequest(b *testing.B) {
	s := mustLoad(b)
	vars := map[string]string{"user_id": user}
	r := httptest.NewRequest(http.MethodPost, "/", nil)
	r.Header.Set("Content-Type", "application/json")
	const start = `{"evse_id":"DE*PWA*EALP22541X01617*01","payment_method_id":"pm_000000"}`
	b.Run("hit", func(b *testing.B) {
		b.ReportAllocs()
		body := []byte(start)
		for b.Loop() {
			if s.CheckRequest("users_charging_start_create", r, vars, body) != nil {
				b.Fatal("findings")
			}
		}
	})
	b.Run("miss", func(b *testing.B) {
		b.ReportAllocs()
		body := []byte(start)
		for b.Loop() {
			count(body[strings.Index(start, "000000"):][:6])
			if s.CheckRequest("users_charging_start_create", r, vars, body) != nil {
				b.Fatal("findings")
			}
		}
	})
}

// count steps a text to one never seen before, letter by letter.
func count(text []byte) {
	for i := range text {
		if text[i]++; text[i] <= 'z' && text[i] >= 'a' {
			return
		}
		text[i] = 'a'
	}
}

// FuzzCheckRequest throws anything at every operation: the judge must not
// panic, and its messages must be single lines.
func FuzzCheckRequest(f *testing.F) {
	f.Add(0, "page=1&page_size=20", "application/json", []byte(`{"rates":"5"}`))
	f.Add(3, "x=1&x=2&y=&z=%zz", "application/x-www-form-urlencoded", []byte("custom_properties.external_id=1&custom_properties=2"))
	f.Add(10, "only_available=Y", "multipart/form-data; boundary=b", []byte("--b\r\n\r\nx\r\n--b--"))
	f.Add(14, "", "multipart/form-data", []byte("--"))
	f.Add(-1, "pm_type=", "a/b;;", []byte("[[[null]]]"))
	s := mustLoad(f)
	all := s.Operations()
	f.Fuzz(func(t *testing.T, op int, query, mime string, body []byte) {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.URL.RawQuery = query
		r.Header.Set("Content-Type", mime)
		vars := map[string]string{"user_id": query, "pm": mime, "session_id": "s"}
		for _, finding := range s.CheckRequest(all[uint(op)%uint(len(all))].ID, r, vars, body) {
			if strings.ContainsAny(finding.Message, "\n\r") || !utf8.ValidString(finding.Message) {
				t.Errorf("not a line: %q", finding.Message)
			}
		}
		s.CheckAnswer(all[uint(op)%uint(len(all))].ID, 200, r.Header, body)
	})
}

// BenchmarkCheckLongAnswer judges the longest page of any scenario, with and
// without compiled schemas.
func BenchmarkCheckLongAnswer(b *testing.B) {
	answers, err := scenarioAnswers()
	if err != nil {
		b.Fatal(err)
	}
	long := slices.MaxFunc(answers, func(x, y exchanged) int { return len(x.body) - len(y.body) })
	full, err := inFull()
	if err != nil {
		b.Fatal(err)
	}
	for name, s := range map[string]*spec.Spec{"compiled": mustLoad(b), "in full": full} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(long.body)))
			for b.Loop() {
				long.judged(s)
			}
		})
	}
}
