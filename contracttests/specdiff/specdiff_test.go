package specdiff

import (
	"slices"
	"strings"
	"testing"

	"cariqamock"
)

// altered is our file with one thing changed.
func altered(t *testing.T, old, fresh string) []byte {
	t.Helper()
	ours := cariqamock.OpenAPI()
	if !strings.Contains(ours, old) {
		t.Fatalf("openapi.yaml no longer holds %q", old)
	}
	return []byte(strings.Replace(ours, old, fresh, 1))
}

func changes(t *testing.T, theirs []byte) []string {
	t.Helper()
	r, err := Compare([]byte(cariqamock.OpenAPI()), theirs)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, c := range r.Changes {
		out = append(out, c.String())
	}
	return out
}

func TestOurFileHasNotChangedFromItself(t *testing.T) {
	r, err := Compare([]byte(cariqamock.OpenAPI()), []byte(cariqamock.OpenAPI()))
	if err != nil || len(r.Changes) > 0 || len(r.Declared) > 0 {
		t.Errorf("%+v, %v", r, err)
	}
	if len(r.Settled) != len(Ledger()) {
		t.Errorf("settled: %s; a file without our deviations should settle all", r.Settled)
	}
}

// TestSchema compares small files, in which each change stands alone.
func TestSchema(t *testing.T) {
	const head = "openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths:\n"
	file := func(schema string) []byte {
		return []byte(head + `  /a/{id}/:
    get:
      operationId: a_read
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses: {'200': {description: d, content: {application/json: {schema: ` + schema + `}}}}
`)
	}
	const base = `{type: object, required: [x], properties: {x: {type: string, enum: [a, b]}, y: {type: integer, description: d}}}`
	for name, c := range map[string]struct {
		theirs string
		want   []string
	}{
		"nothing":             {base, nil},
		"words for people":    {strings.Replace(base, "description: d", "description: e, example: 3", 1), nil},
		"put together":        {`{allOf: [{type: object, required: [x], properties: {x: {type: string, enum: [b, a]}}}, {type: object, properties: {y: {type: integer}}}]}`, nil},
		"a field is added":    {strings.Replace(base, "y:", "z: {type: object, properties: {q: {type: string}}}, y:", 1), []string{"a_read  answer 200 /z: added"}},
		"a field is removed":  {strings.Replace(base, ", y: {type: integer, description: d}", "", 1), []string{"a_read  answer 200 /y: removed"}},
		"an enum grows":       {strings.Replace(base, "[a, b]", "[a, b, c]", 1), []string{"a_read  answer 200 /x: enum value added: ours none, theirs c"}},
		"an enum shrinks":     {strings.Replace(base, "[a, b]", "[a]", 1), []string{"a_read  answer 200 /x: enum value removed: ours b, theirs none"}},
		"no longer required":  {strings.Replace(base, "required: [x], ", "", 1), []string{"a_read  answer 200 /x: required: ours true, theirs none"}},
		"another is required": {strings.Replace(base, "[x]", "[x, y]", 1), []string{"a_read  answer 200 /y: required: ours none, theirs true"}},
		"another type":        {strings.Replace(base, "integer", "string, maxLength: 3", 1), []string{"a_read  answer 200 /y: most length: ours none, theirs 3", "a_read  answer 200 /y: type: ours integer, theirs string"}},
		"null is allowed":     {strings.Replace(base, "type: integer", "type: integer, nullable: true", 1), []string{"a_read  answer 200 /y: nullable: ours none, theirs true"}},
		"other limits": {strings.Replace(base, "type: integer", "type: integer, minimum: 0.5, multipleOf: 2, default: 4, pattern: '^\\d$'", 1), []string{
			"a_read  answer 200 /y: default: ours none, theirs 4", "a_read  answer 200 /y: least: ours none, theirs 0.5",
			"a_read  answer 200 /y: multiple of: ours none, theirs 2", `a_read  answer 200 /y: pattern: ours none, theirs ^\d$`,
		}},
		"nothing further":       {strings.Replace(base, "type: object,", "type: object, additionalProperties: false,", 1), []string{"a_read  answer 200: closed: ours none, theirs true"}},
		"null among the values": {strings.Replace(base, "[a, b]", "[a, b, null]", 1), []string{"a_read  answer 200 /x: enum value added: ours none, theirs null"}},
		"a list instead":        {`{type: array, items: ` + base + `}`, nil},
		"a schema of its own":   {strings.Replace(base, "y: {type: integer, description: d}", "y: {oneOf: [{type: integer}]}", 1), nil},
		"a choice of choices":   {strings.Replace(base, "{type: string, enum: [a, b]}", "{type: string, oneOf: [{enum: [a]}, {enum: [b]}]}", 1), nil},
		"other names in paths":  {base, nil},
	} {
		t.Run(name, func(t *testing.T) {
			theirs := file(c.theirs)
			if name == "other names in paths" {
				theirs = []byte(strings.NewReplacer("{id}", "{key}", "name: id", "name: key").Replace(string(theirs)))
			}
			r, err := Compare(file(base), theirs)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, change := range r.Changes {
				got = append(got, change.String())
			}
			if name == "a list instead" {
				if len(got) == 0 {
					t.Error("no changes")
				}
				return
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("wanted %q, got %q", c.want, got)
			}
		})
	}
}

func TestAlteredCopies(t *testing.T) {
	for name, c := range map[string]struct {
		old, fresh string
		want       []string
	}{
		"an operation is added": {
			"paths:\n", "paths:\n  /api/v1/news/:\n    get:\n      operationId: news_list\n      responses: {'200': {description: d}}\n",
			[]string{"news_list: operation added: ours none, theirs GET /api/v1/news/"},
		},
		"an operation has another id": {
			"operationId: users_destroy\n", "operationId: users_delete\n",
			[]string{"users_destroy: operation id: ours users_destroy, theirs users_delete"},
		},
		"a path is gone": {
			"  /api/v1/stations/partners/:\n", "  /api/v2/stations/partners/:\n",
			[]string{
				"stations_partners_list: operation removed: ours GET /api/v1/stations/partners/, theirs none",
				"stations_partners_list: operation added: ours none, theirs GET /api/v2/stations/partners/",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := changes(t, altered(t, c.old, c.fresh))
			slices.Sort(got)
			slices.Sort(c.want)
			if !slices.Equal(got, c.want) {
				t.Errorf("wanted %q, got %q", c.want, got)
			}
		})
	}
}

func TestLedger(t *testing.T) {
	r, err := Compare([]byte(cariqamock.OpenAPI()), altered(t, "        '401': {$ref: '#/components/responses/Unauthorized'}\n", ""))
	if err != nil || len(r.Changes) > 0 || len(r.Declared["401-everywhere"]) != 1 || len(r.Settled) != len(Ledger())-1 {
		t.Errorf("changes %s, declared %v, settled %s, %v", r.Changes, r.Declared, r.Settled, err)
	}
	for _, c := range []Change{
		{Operation: "users_charging_start_create", Place: "answer 400", What: Removed},
		{Operation: "users_billing_details_update", Place: "answer 200", Field: "/line1", What: "nullable", Ours: "true"},
		{Operation: "users_setup_intents_retrieve", Place: "answer 200", Field: "/client_secret", What: "removed, deprecated in ours"},
	} {
		if _, ok := declared(c); !ok {
			t.Errorf("%s is not in the ledger", c)
		}
	}
	for _, c := range []Change{
		{Operation: "users_create", Place: "answer 400", What: Removed},
		{Operation: "users_billing_details_update", Place: "request", Field: "/line1", What: "nullable", Ours: "true"},
		{Operation: "users_billing_details_update", Place: "answer 200", Field: "/line1", What: "type", Ours: "string", Theirs: "integer"},
		{Operation: "users_setup_intents_retrieve", Place: "answer 200", Field: "/setup_intent_client_secret", What: Removed},
	} {
		if name, ok := declared(c); ok {
			t.Errorf("%s passes as %s", c, name)
		}
	}
}

func TestWhatIsNoOpenAPIFile(t *testing.T) {
	for name, text := range map[string]string{
		"empty": "", "not YAML": "\t{", "a text": "hello", "another version": "openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths: {/a: {}}",
		"Swagger": "swagger: '2.0'\npaths: {/a: {}}", "no paths": "openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths: {}",
	} {
		if r, err := Compare([]byte(cariqamock.OpenAPI()), []byte(text)); err == nil {
			t.Errorf("%s: %d changes", name, len(r.Changes))
		}
	}
}
