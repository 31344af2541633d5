package redact

import (
	"strings"
	"testing"
)

// TestKinds has secrets called Zx1 in all syntaxes that relate a value to a name
// or show a secret by its form. None shows, in a text, in a body or in a header.
func TestKinds(t *testing.T) {
	for _, in := range []string{
		"/api/v1/users/token: Zx1/", "/token: Zx1", "body /token: Zx1: field is not declared", "/a/password:Zx1", "body /a/pwd: Zx1 is: value must be a string",
		"/users/Basic am9lOlp4MQ/", "/users/Basic am9lOlp4MQ==/cards", "Basic am9lOlp4MT8_Pj4-", "Basic am9lOlp4MT8/Pj4+/x",
		"%70assword%3DZx1", "sk%5Ftest%5FZx1", "%2570assword%253DZx1", "https://h.example/?%70%61%73%73%77%6F%72%64%3D%5A%78%31", `\u0070assword=Zx1`, `https:\/\/joe:Zx1@h.example`,
		"eyJhbGciOiJI\n.\neyJzdWIiOiIx\n.\nZx1", "eyJhbGciOiJI . eyJzdWIiOiIx . Zx1", `["eyJhbGciOiJI", "eyJzdWIiOiIx", "Zx1"`, `{"parts":["eyJhbGciOiJI","eyJzdWIiOiIx","Zx1"]}`,
		"<password>Zx1</password>", "<a><ns:Password type='x'>Zx1 y</ns:Password></a>", "<password><![CDATA[Zx1]]></password>", "<credentials><user>Zx1</user></credentials>", "<password>Zx1",
		`[{"name":"password","value":"Zx1"}]`, `[{"value":"Zx1","name":"password"}]`, `{"key":"X-Api-Key","value":["Zx1"]}`, `[{"name":"password","value":"Zx1"`, `<input name="password" value="Zx1">`,
		"--password Zx1", "curl --token 'Zx1 y'", `args: ["--client-secret", "Zx1"]`, "-u joe:Zx1", "curl -ujoe:Zx1", "--user=joe:Zx1", `curl -u "joe:Zx1" x`,
		"https://joe:ab/Zx1@h.example/", "https://joe:a@Zx1@h.example/", "https://joe:a@b/Zx1@h.example/", "//joe:Zx1@h/", "see //joe:a/Zx1@h/", "https://joe:a?Zx1@h.example/",
		"/users///joe:Zx1@h/", "/~1~1joe:Zx1@h", "text/-u joe:Zx1", "code=--password Zx1", "q=-u+joe%3AZx1", "?q=--password+Zx1", "body /--password Zx1: field is not declared", "https://a.example/?next=https://joe:Zx1@h.example", "https%3A%2F%2Fjoe%3Aab%2FZx1%40h.example",
		"PASSWORD=Zx1", "ToKeN: Zx1", "to\u212aen=Zx1", "é=ä, PASSWORD: Zx1", "--PASSWORD Zx1", `[{"NAME":"TOKEN","CONTENT":"Zx1"}]`, `<meta content="Zx1" name="TOKEN">`, `name: token, val: Zx1`,
	} {
		for how, shown := range map[string]string{
			"text": Text(in), "body": Body("text/plain", []byte(in)), "broken": Broken(in), "header": Header("Referer", in), "JSON": Body("application/json", encode(map[string]string{"a": in})),
			"path": Text(Text(in)), "name": Body("application/json", encode(map[string]int{in: 1})),
		} {
			if strings.Contains(shown, "Zx1") || strings.Contains(shown, "%5A%78") || strings.Contains(shown, "am9lOlp4") {
				t.Errorf("%s of %q shows %q", how, in, shown)
			}
		}
	}
}

// TestWhatStays has texts that only look like secrets.
func TestWhatStays(t *testing.T) {
	for _, in := range []string{
		"body /client_secret: value must be a string", "body /a/token: field is not declared", "Basic tier", "Basic tier/premium and more", "token expired", "the token expired",
		"https://h.example:8080/@anna", "http://127.0.0.1:4343/users/a@b.example/", "http://[::1]:80/@x", "// see joe: a@b.example", "a//b/c@d.example", "<a>token</a>", "<token/>",
		`{"name":"Anna","value":"x"}`, `[{"name":"color","value":"password"}]`, "--page 2 --token-type x", "-u http://h.example", "curl -u pk_test_any: x", "100%25 of it", "a%20b%2Fc", `C:\users\new`,
		"session_id=ab7ae756-b663-43b9-a025-40c51dd503d9", "shipping: 1", "mapping=2", "code: not_found", "{\"code\":\"token_not_valid\"}", "https://x.example/a,b?c=d@e",
		"١٢٣٤", "Straße 12, 10247", "body /password: missing",
	} {
		if got := Text(in); got != in {
			t.Errorf("Text(%q) = %q", in, got)
		}
		if got := Body("application/json", []byte(in)); got != in && in[0] != '%' {
			t.Errorf("Body(%q) = %q", in, got)
		}
	}
}

// TestCardsOfOtherScripts has card numbers in other decimal digits.
func TestCardsOfOtherScripts(t *testing.T) {
	for _, zero := range []rune{'٠', '۰', '०', '０', 0x1d7ce, 0x1d7d8} {
		in := strings.Map(func(r rune) rune { return zero + r - '0' }, card)
		for _, s := range []string{in, Field("number", in), "pay " + in[:len(in)/4] + " " + in[len(in)/4:]} {
			if got := Text(s); !strings.Contains(got, "[424242******4242]") {
				t.Errorf("Text(%q) = %q", s, got)
			}
		}
	}
}
