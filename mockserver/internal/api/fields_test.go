package api_test

import (
	"maps"
	"strings"
	"testing"
)

// TestUserFields checks the framework's texts, field by field.
func TestUserFields(t *testing.T) {
	f := start(t)
	seen := func(email, locale, custom string) answer {
		return reply(200, `{"id":"`+user+`","email":`+email+`,"locale":"`+locale+`","custom_properties":`+custom+`}`, allow(allowUser)...)
	}
	const john, qa = `"john.doe@example.com"`, `{"external_id":"qa-1"}`
	as := seen(john, "de", qa)
	bad := func(findings, details string) answer {
		return reply(400, invalid(details), "Allow", allowUser, "X-Cariqa-Mock-Rule", "request/invalid", "X-Cariqa-Mock-Findings", "request="+findings)
	}
	// Some refusals come from the framework alone: openapi.yaml cannot express them.
	plain := func(details string) answer {
		a := bad("", details)
		delete(a.Header, "X-Cariqa-Mock-Findings")
		return a
	}
	// Surrounding spaces and unknown fields are accepted, though openapi.yaml is narrower.
	found := func(a answer) answer {
		a.Header = maps.Clone(a.Header)
		a.Header["X-Cariqa-Mock-Findings"] = "request=1"
		return a
	}
	id := func(n string) answer { return seen(john, "de", `{"external_id":`+n+`}`) }
	custom := func(value string) string { return `{"custom_properties":{"external_id":` + value + `}}` }
	long := strings.Repeat("ä", 251)
	cases := map[string]struct {
		body string
		want answer
	}{
		"nothing":             {`{}`, as},
		"spaces around":       {" {} \n", as},
		"unknown field":       {`{"nobody":"asks"}`, found(as)},
		"read-only field":     {`{"id":"other"}`, as},
		"last of two":         {`{"locale":"xx","locale":"en"}`, seen(john, "en", qa)},
		"null email":          {`{"email":null}`, seen("null", "de", qa)},
		"email":               {`{"email":"a+b@ä.de"}`, seen(`"a+b@ä.de"`, "de", qa)},
		"email, trimmed":      {`{"email":"  a@b.de\t"}`, found(seen(`"a@b.de"`, "de", qa))},
		"no email":            {`{"email":"john"}`, bad("1", "email: Enter a valid email address.")},
		"blank email":         {`{"email":""}`, bad("1", "email: This field may not be blank.")},
		"spaces as email":     {`{"email":"  "}`, bad("1", "email: This field may not be blank.")},
		"number as email":     {`{"email":5}`, bad("1", "email: Enter a valid email address.")},
		"boolean as email":    {`{"email":true}`, bad("1", "email: Enter a valid email address.")},
		"list as email":       {`{"email":["a@b.de"]}`, bad("1", "email: Enter a valid email address.")},
		"object as email":     {`{"email":{}}`, bad("1", "email: Enter a valid email address.")},
		"locale":              {`{"locale":"en"}`, seen(john, "en", qa)},
		"locale in capitals":  {`{"locale":"EN"}`, bad("1", `locale: "EN" is not a valid choice.`)},
		"locale, spaces":      {`{"locale":" en"}`, bad("1", `locale: " en" is not a valid choice.`)},
		"blank locale":        {`{"locale":""}`, bad("1", `locale: "" is not a valid choice.`)},
		"null locale":         {`{"locale":null}`, bad("1", `locale: This field may not be null.`)},
		"boolean locale":      {`{"locale":true}`, bad("1", `locale: "True" is not a valid choice.`)},
		"number as locale":    {`{"locale":5.0}`, bad("1", `locale: "5.0" is not a valid choice.`)},
		"markup as locale":    {`{"locale":"<ö>&"}`, bad("1", `locale: "<ö>&" is not a valid choice.`)},
		"external id":         {custom(`"E1"`), id(`"E1"`)},
		"external id, null":   {custom(`null`), id(`null`)},
		"external id, number": {custom(`12`), id(`"12"`)},
		"external id, float":  {custom(`1.5`), id(`"1.5"`)},
		"external id, markup": {custom(`"<a href=\"x\">&amp; ü €"`), id(`"<a href=\"x\">&amp; ü €"`)},
		"external id, lines":  {custom(`"a\u2028b\nc"`), id(`"a\u2028b\nc"`)},
		"external id, 250":    {custom(`"` + long[2:] + `"`), id(`"` + long[2:] + `"`)},
		"external id, 251":    {custom(`"` + long + `"`), bad("1", "custom_properties.external_id: Ensure this field has no more than 250 characters.")},
		"external id, padded": {custom(`"  ` + long[2:] + `  "`), func() answer {
			a := id(`"` + long[2:] + `"`)
			a.Header["X-Cariqa-Mock-Findings"] = "request=1"
			return a
		}()},
		"external id, NUL":   {custom(`"a\u0000b"`), plain("custom_properties.external_id: Null characters are not allowed.")},
		"external id, blank": {custom(`" "`), plain("custom_properties.external_id: This field may not be blank.")},
		"external id, list":  {custom(`[]`), bad("1", "custom_properties.external_id: Not a valid string.")},
		"no properties":      {`{"custom_properties":null}`, seen(john, "de", "null")},
		"empty properties":   {`{"custom_properties":{}}`, as},
		"text as properties": {`{"custom_properties":"x"}`, bad("1", "custom_properties.non_field_errors: Invalid data. Expected a dictionary, but got str.")},
		"list as properties": {`{"custom_properties":[]}`, bad("1", "custom_properties.non_field_errors: Invalid data. Expected a dictionary, but got list.")},
		"true as properties": {`{"custom_properties":true}`, bad("1", "custom_properties.non_field_errors: Invalid data. Expected a dictionary, but got bool.")},
		"list":               {`[]`, bad("1", "non_field_errors: Invalid data. Expected a dictionary, but got list.")},
		"text":               {`"x"`, bad("1", "non_field_errors: Invalid data. Expected a dictionary, but got str.")},
		"integer":            {`1`, bad("1", "non_field_errors: Invalid data. Expected a dictionary, but got int.")},
		"float":              {`1.5`, bad("1", "non_field_errors: Invalid data. Expected a dictionary, but got float.")},
		"null":               {`null`, bad("1", "non_field_errors: No data provided")},
		"all at once":        {`{"email":1.5,"locale":7,"custom_properties":[1]}`, bad("3", `email: Enter a valid email address. locale: "7" is not a valid choice. custom_properties.non_field_errors: Invalid data. Expected a dictionary, but got list.`)},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) { same(t, f.in(t, "default").do(send("PATCH", me+"/", c.body)), c.want) })
	}
}

// TestNewUser creates users. No field is required.
func TestNewUser(t *testing.T) {
	f := start(t)
	for body, want := range map[string]string{
		``:                             `"email":null,"locale":"en","custom_properties":null}`,
		`{}`:                           `"email":null,"locale":"en","custom_properties":null}`,
		`{"custom_properties":{}}`:     `"email":null,"locale":"en","custom_properties":{"external_id":null}}`,
		`{"locale":"de","email":null}`: `"email":null,"locale":"de","custom_properties":null}`,
		`{"email":null,"locale":"en","custom_properties":{"external_id":"my-external-id-1"}}`: `"email":null,"locale":"en","custom_properties":{"external_id":"my-external-id-1"}}`,
		`{"email":"john.doe@example.com"}`: `"email":"john.doe@example.com","locale":"en","custom_properties":null}`, // not unique
	} {
		a := f.do(send("POST", users, body))
		if a.Status != 201 || len(a.Body) < 45 || a.Body[44:] != ","+want {
			t.Errorf("%s: got %d %s", body, a.Status, a.Body)
		}
	}
}

// TestForms sends fields as forms.
func TestForms(t *testing.T) {
	f := start(t)
	seen := func(email, locale, custom string) answer {
		return reply(200, `{"id":"`+user+`","email":`+email+`,"locale":"`+locale+`","custom_properties":`+custom+`}`, allow(allowUser)...)
	}
	const john, qa = `"john.doe@example.com"`, `{"external_id":"qa-1"}`
	cases := map[string]struct {
		body string
		want answer
	}{
		"dots":              {"custom_properties.external_id=E1", seen(john, "de", `{"external_id":"E1"}`)},
		"brackets":          {"custom_properties[external_id]=E1", seen(john, "de", qa)},
		"empty is null":     {"email=", seen("null", "de", qa)},
		"nested empty":      {"custom_properties.external_id=", seen(john, "de", `{"external_id":null}`)},
		"empty choice":      {"locale=", seen(john, "de", qa)},
		"last of several":   {"locale=xx&locale=en", seen(john, "en", qa)},
		"plus and percent":  {"custom_properties.external_id=a+b%26%C3%A4", seen(john, "de", `{"external_id":"a b&ä"}`)},
		"unknown":           {"nobody=asks", seen(john, "de", qa)},
		"object as a field": {"custom_properties=x", seen(john, "de", qa)},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got := f.in(t, "default").do(form("PATCH", me+"/", c.body))
			delete(got.Header, "X-Cariqa-Mock-Findings") // findings of forms are tested in package spec
			same(t, got, c.want)
		})
	}
}

// TestBillingFields replaces all billing details.
func TestBillingFields(t *testing.T) {
	f := start(t)
	path := me + "/billing-details/"
	ok := func(body string) answer { return reply(200, body, allow(allowBilling)...) }
	bad := func(findings, details string) answer {
		return reply(400, invalid(details), "Allow", allowBilling, "X-Cariqa-Mock-Rule", "request/invalid", "X-Cariqa-Mock-Findings", "request="+findings)
	}
	cases := map[string]struct {
		body string
		want answer
	}{
		"least": {`{"line1":"Weg 1","postal_code":"10243"}`, ok(`{"country":null,"city":null,"tax_id":null,"account_type":"personal","company_name":null,"vat_id":null,"line1":"Weg 1","postal_code":"10243","first_name":null,"last_name":null}`)},
		"all, as the vendor's client sends it": {
			`{"country":"DE","city":"Berlin","tax_id":"","account_type":"personal","company_name":"","vat_id":"","line1":"Weg 1","postal_code":"10243","first_name":"A","last_name":"B"}`,
			ok(`{"country":"DE","city":"Berlin","tax_id":"","account_type":"personal","company_name":"","vat_id":"","line1":"Weg 1","postal_code":"10243","first_name":"A","last_name":"B"}`),
		},
		"numbers as text":   {`{"line1":"Weg 1","postal_code":10243}`, ok(`{"country":null,"city":null,"tax_id":null,"account_type":"personal","company_name":null,"vat_id":null,"line1":"Weg 1","postal_code":"10243","first_name":null,"last_name":null}`)},
		"vat_number":        {`{"line1":"W","postal_code":"1","vat_number":"DE1"}`, ok(`{"country":null,"city":null,"tax_id":null,"account_type":"personal","company_name":null,"vat_id":null,"line1":"W","postal_code":"1","first_name":null,"last_name":null}`)},
		"nothing":           {`{}`, bad("2", "line1: This field is required. postal_code: This field is required.")},
		"nulls":             {`{"line1":null,"postal_code":null}`, bad("2", "line1: This field may not be null. postal_code: This field may not be null.")},
		"blanks":            {`{"line1":" ","postal_code":""}`, reply(400, invalid("line1: This field may not be blank. postal_code: This field may not be blank."), ruled(allowBilling, "request/invalid")...)},
		"unknown account":   {`{"line1":"W","postal_code":"1","account_type":"Business"}`, bad("1", `account_type: "Business" is not a valid choice.`)},
		"null account":      {`{"line1":"W","postal_code":"1","account_type":null}`, bad("1", `account_type: This field may not be null.`)},
		"too long a city":   {`{"line1":"W","postal_code":"1","city":"` + strings.Repeat("x", 51) + `"}`, bad("1", "city: Ensure this field has no more than 50 characters.")},
		"too long a tax id": {`{"line1":"W","postal_code":"1","tax_id":"` + strings.Repeat("x", 31) + `"}`, bad("1", "tax_id: Ensure this field has no more than 30 characters.")},
		"too long names":    {`{"line1":"W","postal_code":"1","first_name":"` + strings.Repeat("x", 151) + `","last_name":"` + strings.Repeat("x", 151) + `"}`, bad("2", "first_name: Ensure this field has no more than 150 characters. last_name: Ensure this field has no more than 150 characters.")},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got := f.do(send("PUT", path, c.body))
			if name == "blanks" || name == "vat_number" {
				delete(got.Header, "X-Cariqa-Mock-Findings")
			}
			same(t, got, c.want)
		})
	}
	form := f.do(form("PUT", path, "line1=Weg+1&postal_code=10243&tax_id=&country=de&first_name="))
	same(t, form, ok(`{"country":"de","city":null,"tax_id":"","account_type":"personal","company_name":null,"vat_id":null,"line1":"Weg 1","postal_code":"10243","first_name":"","last_name":null}`))
}

// TestFreshBilling reads billing details that nobody has written yet.
func TestFreshBilling(t *testing.T) {
	f := start(t)
	u := f.body(send("POST", users, ""), 201)
	same(t, f.do(get(users+text(t, u, "id")+"/billing-details/")), reply(200,
		`{"country":null,"city":null,"tax_id":null,"account_type":"personal","company_name":null,"vat_id":null,"line1":null,"postal_code":null,"first_name":null,"last_name":null}`,
		allow(allowBilling)...))
}

// TestRates coerces as the framework does: by text.
func TestRates(t *testing.T) {
	f := start(t)
	s := f.body(send("POST", me+"/charging/start/", `{"evse_id":"`+evse+`","payment_method_id":"`+pm1+`"}`), 201)
	path := me + "/charging-sessions/" + text(t, s, "id") + "/"
	for _, c := range []struct {
		body string
		want any // nil for null, a text for a refusal
	}{
		{`{"rates":5}`, 5.0}, {`{"rates":"4"}`, 4.0}, {`{}`, 4.0}, {`{"rates":null}`, nil}, {`{"rates":1,"is_active":false,"id":7}`, 1.0},
		{`{"rates":5.0}`, `"5.0"`}, {`{"rates":"5.0"}`, `"5.0"`}, {`{"rates":" 5"}`, `" 5"`}, {`{"rates":true}`, `"True"`}, {`{"rates":false}`, `"False"`},
		{`{"rates":0}`, `"0"`}, {`{"rates":6}`, `"6"`}, {`{"rates":-1}`, `"-1"`}, {`{"rates":[5]}`, `"[5]"`}, {`{"rates":{}}`, `"{}"`}, {`{"rates":""}`, `""`},
		{`{"rates":50000000000000000000000}`, `"50000000000000000000000"`}, {`{"rates":1e2}`, `"100.0"`},
	} {
		if bad, refused := c.want.(string); refused {
			got := f.do(send("PATCH", path, c.body))
			delete(got.Header, "X-Cariqa-Mock-Findings")
			same(t, got, reply(400, invalid("rates: "+bad+" is not a valid choice."), ruled(allowSession, "request/invalid")...))
			continue
		}
		a := f.do(send("PATCH", path, c.body))
		if got := f.body(get(path), 200)["rates"]; got != c.want || a.Status != 200 || a.Header["X-Cariqa-Mock-Findings"] != "" {
			t.Errorf("%s: rates is %v after %d, want %v; findings %q", c.body, got, a.Status, c.want, a.Header["X-Cariqa-Mock-Findings"])
		}
	}
	if got := f.body(form("PATCH", path, "rates="), 200)["rates"]; got != nil {
		t.Errorf("an empty form field: %v", got)
	}
}

// TestStartFields checks the required fields of a start.
func TestStartFields(t *testing.T) {
	f := start(t)
	for body, want := range map[string]string{
		``:                "evse_id: This field is required. payment_method_id: This field is required.",
		`{"evse_id":"x"}`: "payment_method_id: This field is required.",
		`{"evse_id":null,"payment_method_id":" "}`: "evse_id: This field may not be null. payment_method_id: This field may not be blank.",
		`{"evse_id":[],"payment_method_id":{}}`:    "evse_id: Not a valid string. payment_method_id: Not a valid string.",
	} {
		got := f.do(send("POST", me+"/charging/start/", body))
		delete(got.Header, "X-Cariqa-Mock-Findings")
		same(t, got, reply(400, invalid(want), ruled(allowPost, "request/invalid")...))
	}
}
