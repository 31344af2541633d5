package spec_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cariqamock"
	"cariqamock/internal/property"
	"cariqamock/mockserver/internal/scenario/answers"
	"cariqamock/mockserver/spec"
)

// An exchanged is an answer of an operation.
type exchanged struct {
	op     string
	status int
	body   string
}

func (e exchanged) judged(s *spec.Spec) []spec.Finding {
	header := http.Header{}
	if e.body != "" {
		header.Set("Content-Type", "application/json")
	}
	return s.CheckAnswer(e.op, e.status, header, []byte(e.body))
}

// inFull judges without compiled schemas.
var inFull = sync.OnceValues(func() (*spec.Spec, error) {
	s, err := spec.Load(cariqamock.OpenAPI())
	if err != nil {
		return nil, err
	}
	return s.InFull(), nil
})

// sameVerdict compares the verdict on an answer with that of kin-openapi and the
// shapes.
func sameVerdict(t rapid.TB, s *spec.Spec, e exchanged) {
	t.Helper()
	full, err := inFull()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(e.judged(full), e.judged(s)); diff != "" {
		t.Errorf("%s %d, judged in full (-) and not (+):\n%s\n%.500s", e.op, e.status, diff, e.body)
	}
}

// scenarioAnswers returns what the steps of every scenario are answered, and
// what can be read in its world then.
var scenarioAnswers = sync.OnceValues(func() ([]exchanged, error) {
	all, err := answers.All()
	out := make([]exchanged, len(all))
	for i, a := range all {
		out[i] = exchanged{a.Operation, a.Status, a.Body}
	}
	return out, err
})

// TestAnswersAreNotJudgedInFull: no answer of any scenario goes through
// kin-openapi as a whole, and every verdict is the one that it would give.
func TestAnswersAreNotJudgedInFull(t *testing.T) {
	answers, err := scenarioAnswers()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	s := mustLoad(t)
	for _, e := range answers {
		seen[e.op] = seen[e.op] || len(e.body) > 0
		before := s.Walks()
		sameVerdict(t, s, e)
		if s.Walks() > before {
			t.Errorf("%s %d is judged in full: %.300s", e.op, e.status, e.body)
		}
	}
	if len(answers) < 500 || len(seen) < len(s.Operations()) {
		t.Errorf("only %d answers of %d operations", len(answers), len(seen))
	}
}

// TestCompiledSchemasAgree changes answers in all ways that a schema may be
// about.
func TestCompiledSchemasAgree(t *testing.T) {
	answers, err := scenarioAnswers()
	if err != nil {
		t.Fatal(err)
	}
	for name, body := range answerExamples(t) {
		var e exchanged
		if _, err := fmt.Sscan(name, &e.op, &e.status); err != nil {
			t.Fatal(err)
		}
		e.body = string(body)
		answers = append(answers, e)
	}
	slices.SortFunc(answers, func(a, b exchanged) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
	answers = slices.DeleteFunc(answers, func(e exchanged) bool { return len(e.body) > 40_000 || e.body == "" })
	s := mustLoad(t)
	property.Check(t, func(t *rapid.T) {
		e := rapid.SampledFrom(answers).Draw(t, "answer")
		for range rapid.IntRange(1, 3).Draw(t, "changes") {
			e.body = changed(t, e.body)
		}
		sameVerdict(t, s, e)
	})
}

// changed replaces, inserts or cuts out a JSON value, a field or any bytes.
func changed(t *rapid.T, body string) string {
	values := jsonValues(body)
	if len(values) == 0 || rapid.IntRange(0, 9).Draw(t, "bytes") == 0 {
		at := rapid.IntRange(0, len(body)).Draw(t, "at")
		cut := min(at+rapid.IntRange(0, 2).Draw(t, "cut"), len(body))
		return body[:at] + rapid.SampledFrom([]string{"", "x", "\"", "{", "]", ",", "\x00", "\xff", " "}).Draw(t, "insert") + body[cut:]
	}
	v := rapid.SampledFrom(values).Draw(t, "value")
	old := body[v[0]:v[1]]
	other := rapid.SampledFrom(values).Draw(t, "other")
	replacement := rapid.SampledFrom([]string{
		"null", "true", "false", "0", "-1", "1", "1.0", "2.5", "1e3", "1e999", "99999999999999999999", "32768", `""`, `"x"`, `"10.000"`, `"1.0000"`, `"card"`,
		`"2026-04-02T13:52:35Z"`, `"2026-04-02"`, `"a@b"`, `"http://h/"`, `"` + strings.Repeat("ü", 30) + `"`, `"` + strings.Repeat("x", 251) + `"`,
		`"\u0063ard"`, `"\ud800"`, "{}", "[]", `{"x":null}`, "[null]", `[{}]`, `{"all_days":[{}]}`, "01", "-", "nul", body[other[0]:other[1]],
	}).Draw(t, "replacement")
	switch old[0] {
	case '{':
		field := rapid.SampledFrom([]string{`"x":1`, `"id":"y"`, `"i\u0064":"y"`, `"next":null`, `"starting_fee":null`, `"":0`, `"detail":null`}).Draw(t, "field")
		if rapid.Bool().Draw(t, "insert") {
			replacement = "{" + field + strings.TrimSuffix(","+old[1:], ",}")
			if old == "{}" {
				replacement = "{" + field + "}"
			}
		}
	case '"':
		if rapid.Bool().Draw(t, "escaped") {
			replacement = `"\n` + old[1:]
		}
	}
	return body[:v[0]] + replacement + body[v[1]:]
}

// jsonValues returns where the values of a JSON text begin and end, names of
// fields included; nil if it is not JSON.
func jsonValues(body string) (all [][2]int) {
	if !json.Valid([]byte(body)) {
		return nil
	}
	d := json.NewDecoder(strings.NewReader(body))
	var open []int
	for {
		token, err := d.Token()
		if err != nil { // the end
			return all
		}
		end := int(d.InputOffset())
		switch token {
		case json.Delim('{'), json.Delim('['):
			open = append(open, end-1)
		case json.Delim('}'), json.Delim(']'):
			all = append(all, [2]int{open[len(open)-1], end})
			open = open[:len(open)-1]
		default:
			raw := body[:end]
			start := strings.LastIndexAny(raw, "[{:, \n") + 1
			if raw[end-1] == '"' {
				for start = end - 2; raw[start] != '"' || start > 0 && raw[start-1] == '\\'; start-- {
				}
			}
			all = append(all, [2]int{start, end})
		}
	}
}

// TestCompiledKeywords compares the verdicts on many values by schemas with
// keywords that openapi.yaml does not have, too.
func TestCompiledKeywords(t *testing.T) {
	schemas := []string{
		"{}", "{type: string}", "{type: string, allOf: [{type: integer}]}", "{allOf: [{type: string}], nullable: true}", "{allOf: [{type: string, nullable: true}]}",
		"{allOf: [{type: string}], enum: [a]}", "{allOf: [{type: string}, {maxLength: 2}]}", "{allOf: [{$ref: '#/components/schemas/Tree'}]}", "{not: {type: string}}",
		"{type: string, enum: [a, null, 1], nullable: true}", "{enum: [a, 1]}", "{type: string, minLength: 1, maxLength: 2}", "{type: string, maxLength: 2}", "{type: string, pattern: '^a*$'}",
		"{type: string, pattern: '^\\u0061*$'}", "{type: string, pattern: '(?=a)'}", "{type: string, format: date}", "{type: string, format: email}", "{type: string, format: byte}", "{type: string, format: unheard-of}",
		"{type: integer}", "{type: integer, format: int32}", "{type: number}", "{type: number, format: double, minimum: 0}", "{type: number, multipleOf: 2}", "{type: integer, enum: [1]}", "{type: boolean}", "{type: boolean, enum: [true]}",
		"{type: array, items: {type: string}}", "{type: array, items: {type: string}, uniqueItems: true}", "{type: array, items: {}, minItems: 1}", "{type: array}", "{type: array, items: {type: string, nullable: true}, maxItems: 1}",
		"{type: object}", "{type: object, properties: {a: {type: string}}}", "{type: object, required: [a, b], properties: {a: {type: string}}}", "{type: object, required: [a, a], properties: {a: {type: string}}}",
		"{type: object, required: [a], properties: {a: {type: string, writeOnly: true}}}", "{type: object, required: [a], properties: {a: {type: string, readOnly: true}}}", "{type: object, properties: {a: {}}, additionalProperties: false}",
		"{type: object, properties: {a: {type: string}}, additionalProperties: true}", "{type: object, properties: {a: {type: string}}, additionalProperties: {type: integer}}", "{type: object, required: [b], additionalProperties: {type: integer}}",
		"{type: object, properties: {a: {type: string}}, minProperties: 1}", "{properties: {a: {type: string}}}", "{oneOf: [{type: string}, {type: integer}]}", "{anyOf: [{type: string, nullable: true}, {type: integer}]}",
		"{type: object, properties: {a: {oneOf: [{type: string}, {type: object, properties: {b: {type: string}}}]}}}", "{$ref: '#/components/schemas/Tree'}", "{type: array, items: {$ref: '#/components/schemas/Tree'}}",
	}
	values := []string{
		"null", "true", "false", "0", "-0", "1", "2", "1.0", "1.5", "-3", "1e2", "1e999", "99999999999", "01", "1.", ".5", "-", "+1", "nul", "truex", "", " ", "{", "]", `"`, `"\`,
		`""`, `"a"`, `"aa"`, `"üü"`, `"aaa"`, `"b"`, `"\u0061"`, `"\ud800"`, "\"\xff\"", "\"\x01\"", "\"\t\"", `"2026-04-02"`, `"a@b"`, `"é@b"`, `"YQ=="`,
		"[]", "[null]", `["a"]`, `["a","a"]`, `["a",]`, `["a" "b"]`, `[1]`, `[[]]`, "[,]", "[1}", " [ \"a\" , \"b\" ] ", `["a"] x`,
		"{}", `{"a":"a"}`, `{"a":1}`, `{"a":null}`, `{"a":"a","b":1}`, `{"b":1}`, `{"a":"a","a":1}`, `{"a":1,"a":"a"}`, `{"\u0061":"a"}`, `{"a":"a","\u0061":1}`, `{"a":{"b":"b"}}`, `{"a":{"c":1}}`, `{"a" "a"}`, `{a:1}`, `{"a":}`,
		`{"a":"a",}`, `{"kids":[{"kids":[]},{"kids":[{}]}]}`, `{"kids":[{"x":1}]}`, `{"kids":null}`, `{"kids":[null]}`, strings.Repeat(`{"kids":[`, 600) + strings.Repeat("]}", 600), strings.Repeat(`{"kids":[`, 6000) + strings.Repeat("]}", 6000),
	}
	for _, schema := range schemas {
		source := "openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths: {/x: {get: {operationId: x, responses: {'200': {description: d, content: {application/json: {schema: " + schema +
			"}}}}}}}\ncomponents: {schemas: {Tree: {type: object, properties: {kids: {type: array, items: {$ref: '#/components/schemas/Tree'}}}}}}\n"
		s, err := spec.LoadPlain(source)
		if err != nil {
			t.Fatal(err)
		}
		full, err := spec.LoadPlain(source)
		if err != nil {
			t.Fatal(err)
		}
		full.InFull()
		for _, value := range values {
			e := exchanged{"x", 200, value}
			header := http.Header{"Content-Type": {"application/json"}}
			want, got := full.CheckAnswer(e.op, e.status, header, []byte(value)), s.CheckAnswer(e.op, e.status, header, []byte(value))
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s %.100s (-in full +compiled):\n%s", schema, value, diff)
			}
		}
	}
}

// TestJudgingAllocatesLittle: what judging a page allocates does not grow with
// its texts and numbers.
func TestJudgingAllocatesLittle(t *testing.T) {
	answers, err := scenarioAnswers()
	if err != nil {
		t.Fatal(err)
	}
	s := mustLoad(t)
	for _, e := range answers {
		if len(e.body) < 20_000 {
			continue
		}
		n := testing.AllocsPerRun(10, func() { e.judged(s) })
		if limit := float64(len(e.body)) / 80; n > limit {
			t.Errorf("%s: %v allocations for %d bytes, want at most %v", e.op, n, len(e.body), limit)
		}
	}
}
