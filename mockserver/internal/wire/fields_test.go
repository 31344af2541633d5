package wire

import "testing"

// TestTexts holds what the framework makes of JSON values in the place of texts.
func TestTexts(t *testing.T) {
	const notString = "text: Not a valid string."
	for value, want := range map[string]string{
		`"a"`: "a", `1`: "1", `-0`: "0", `0.0`: "0.0", `-0.0`: "-0.0", `5.10`: "5.1", `1e5`: "100000.0", `1E-5`: "1e-05", `0.00001`: "1e-05", `1e16`: "1e+16",
		`123456789012345678901234567890`: "123456789012345678901234567890", `1e400`: "inf", `-1e400`: "-inf", `1.0`: "1.0", `1e22`: "1e+22",
		`" \u001ca\u001f\u00a0\u2028"`: "a", `"\ufeffa"`: "\ufeffa", `"\u200b"`: "\u200b", `"\ufffd"`: "\ufffd", `"\ud83d\ude00"`: "\U0001f600",
		`true`: notString, `false`: notString, `[]`: notString, `{}`: notString, `["a"]`: notString, `{"a":1}`: notString, `[null]`: notString,
		`null`: "text: This field may not be null.", `""`: "text: This field may not be blank.", `" \u001f\u3000"`: "text: This field may not be blank.",
		`"a\u0000"`: "text: Null characters are not allowed.", `"\u0000"`: "text: Null characters are not allowed.",
		`"\ud83d"`: "text: Surrogate characters are not allowed: U+D83D.", `"\udc00\ud800"`: "text: Surrogate characters are not allowed: U+DC00.",
		`"\ud800\u0000"`: "text: Null characters are not allowed. text: Surrogate characters are not allowed: U+D800.",
		`"\ufffd\udfff"`: "text: Surrogate characters are not allowed: U+DFFF.", `"\\ud83d"`: `\ud83d`, `"\uD83D\uD83D\uDE00"`: "text: Surrogate characters are not allowed: U+D83D.",
	} {
		for _, body := range []string{`{"text":` + value + `}`, `{"text":0,"x":{"text":1}, "text" : ` + value + ` }`} {
			if got := readText(t, body, Text{}); got != want {
				t.Errorf("%s: %q, want %q", body, got, want)
			}
		}
	}
}

// TestEmailTypes holds that an email field has one text for all that is wrong.
func TestEmailTypes(t *testing.T) {
	const bad = "text: Enter a valid email address."
	for value, want := range map[string]string{
		`true`: bad, `false`: bad, `[]`: bad, `{}`: bad, `["a@b.de"]`: bad, `1`: bad, `1.5`: bad, `"x"`: bad, `"a@b.de\u001f"`: "a@b.de", `"\ta@b.de "`: "a@b.de",
		`null`: "text: This field may not be null.", `" "`: "text: This field may not be blank.",
		`"a\u0000@b.de"`: "text: Null characters are not allowed. " + bad, `"\ud800"`: "text: Surrogate characters are not allowed: U+D800. " + bad,
	} {
		if got := readText(t, `{"text":`+value+`}`, Text{Email: true}); got != want {
			t.Errorf("%s: %q, want %q", value, got, want)
		}
	}
}

func readText(t *testing.T, body string, rules Text) string {
	t.Helper()
	in, err := FromBody(asJSON, []byte(body))
	if err != nil {
		t.Fatal(err)
	}
	f := Read(in)
	if v := f.Text("text", rules); v.Set {
		return *v.Value
	}
	return f.Err()
}

// TestChoices holds how the framework prints values that are no choice.
func TestChoices(t *testing.T) {
	wrong := func(s string) string { return `choice: "` + s + `" is not a valid choice.` }
	for value, want := range map[string]string{
		`"5"`: "5", `5`: "5", `"a"`: "a", `"A"`: wrong("A"), `"a "`: wrong("a "), `""`: wrong(""), `5.0`: wrong("5.0"), `5e0`: wrong("5.0"), `"5.0"`: wrong("5.0"), `-0`: wrong("0"),
		`true`: wrong("True"), `false`: wrong("False"), `["de"]`: wrong("['de']"), `[5]`: wrong("[5]"), `{"a":1}`: wrong("{'a': 1}"), `[]`: wrong("[]"), `{}`: wrong("{}"),
		`{"b":[null,true,1e5],"a":{"c":"d'e"}}`: wrong(`{'b': [None, True, 100000.0], 'a': {'c': "d'e"}}`), `["\"'"]`: wrong(`['"\'']`),
		`["\n\u0000\u200b\ud83d\u00e4"]`: wrong(`['\n\x00\u200b\ud83dä']`), `{"a":1,"a":2}`: wrong("{'a': 2}"), `["\\"]`: wrong(`['\\']`),
		`123456789012345678901234567890`: wrong("123456789012345678901234567890"), `null`: "choice: This field may not be null.", `"None"`: wrong("None"),
	} {
		in, err := FromBody(asJSON, []byte(`{"choice":`+value+`}`))
		if err != nil {
			t.Fatal(err)
		}
		f := Read(in)
		v := f.Choice("choice", []string{"a", "5"}, false, false)
		got := f.Err()
		if v.Set {
			got = *v.Value
		}
		if got != want {
			t.Errorf("%s: %s, want %s", value, got, want)
		}
	}
}

// TestNestedValuesAreFoundAsSent checks values that Go's strings cannot hold.
func TestNestedValuesAreFoundAsSent(t *testing.T) {
	in, err := FromBody(asJSON, []byte(`{"nested":{"text":"\ud83d","choice":["\udead"]}}`))
	if err != nil {
		t.Fatal(err)
	}
	nested, ok := Read(in).Object("nested")
	if !ok {
		t.Fatal("no fields")
	}
	nested.Text("text", Text{})
	nested.Choice("choice", nil, false, false)
	const want = `nested.text: Surrogate characters are not allowed: U+D83D. nested.choice: "['\udead']" is not a valid choice.`
	if got := nested.Err(); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
