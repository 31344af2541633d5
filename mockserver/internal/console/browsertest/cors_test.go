package browsertest_test

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// crossing makes calls from a page of another origin, and notes what it can
// read of the answers.
const crossing = `async (api, world) => {
	const user = "` + customer + `", key = {Authorization: "Bearer " + world}, seen = {};
	const note = async (name, path, init = {}) => {
		try {
			const answer = await fetch(api + path, {headers: key, ...init});
			const read = h => answer.headers.get("X-" + h);
			seen[name] = [answer.status, read("Cariqa-Mock-World") ?? "", read("Cariqa-Mock-Rule") ?? "", read("Request-Id") ? "id" : ""].join(" ").trim();
			await answer.text();
		} catch (e) {
			seen[name] = "rejected";
		}
	};
	await note("list", "/api/v1/users/");
	await note("create", "/api/v1/users/", {method: "POST", headers: {...key, "Content-Type": "application/json"}, body: "{}"});
	await note("refused", "/api/v1/users/" + user + "/payment-methods/pm_abc123/", {method: "DELETE"});
	await note("no token", "/api/v1/users/", {headers: {}});
	await note("prefer", "/api/v1/users/" + user + "/payment-methods/pm_abc123/", {method: "DELETE", headers: {...key, Prefer: "code=402"}});
	await note("slash", "/api/v1/users");
	await note("credentials", "/api/v1/users/", {credentials: "include"});
	await note("stripe", "/v1/payment_methods", {method: "POST", headers: {Authorization: "Bearer pk_test_mock"},
		body: new URLSearchParams({type: "card", "card[number]": "4242424242424242", "card[exp_month]": 12, "card[exp_year]": 2034, "card[cvc]": 123})});
	await note("admin", "/__admin/worlds", {headers: {}});
	return seen;
}`

// An app on another origin of this machine can call both APIs and read the
// fake's headers; the admin API is closed to it.
func TestCORS(t *testing.T) {
	t.Parallel()
	mocks := map[string]*mock{"http": startMock(t, "http"), "https": startMock(t, "https")}
	pages := map[string]string{"http": port(t, serve(t, "")), "https": port(t, serveTLS(t))}
	for _, origin := range []string{"http://127.0.0.1", "http://localhost", "http://app.localhost", "https://localhost"} {
		t.Run(origin, func(t *testing.T) {
			t.Parallel()
			b := open(t)
			b.watch.tolerate("400 *", "401 *", "402 *", "403 *", "failed *", "browser: *")
			u, err := url.Parse(origin)
			if err != nil {
				t.Fatal(err)
			}
			b.visit(origin + ":" + pages[u.Scheme])
			for scheme, m := range mocks {
				const world = "mock.cdr-pending.cors"
				want := map[string]string{
					"list": "200 " + world + "  id", "create": "201 " + world + "  id", "refused": "400 " + world + " remove-payment-method/cdr-pending id",
					"no token": "401  auth/missing id", "prefer": "402 " + world + " prefer id", "slash": "200 " + world + "  id", "credentials": "200 " + world + "  id",
					"stripe": "200   id", "admin": "rejected",
				}
				if engineName == "webkit" && u.Scheme == "https" && scheme == "http" {
					for name := range want { // mixed content
						want[name] = "rejected"
					}
				}
				got := eval[map[string]string](b, "("+crossing+")("+quote(m.at("127.0.0.1"))+", "+quote(world)+")")
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("to %s, wanted and seen:\n%s", scheme, diff)
				}
			}
		})
	}
}

func serveTLS(t testing.TB) string {
	t.Helper()
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		io.WriteString(w, "<!doctype html><link rel=icon href=data:,>")
	}))
	s.Config.ErrorLog = log.New(io.Discard, "", 0) // browsers say what they think of the certificate
	s.StartTLS()
	t.Cleanup(s.Close)
	return s.URL
}

func port(t testing.TB, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u.Port()
}
