package main

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cariqamock/mockserver"
	"cariqamock/mockserver/spec"
)

func TestOpenAPI(t *testing.T) {
	vendor, err := os.ReadFile(filepath.Join(root, "openapi.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{"": string(vendor), "vendor": string(vendor), "admin": mockserver.AdminOpenAPI()}
	for which, text := range texts {
		args := append([]string{"openapi"}, strings.Fields(which)...)
		converted, err := spec.JSON(text)
		if err != nil {
			t.Fatal(err)
		}
		for want, got := range map[string]outcome{
			text:              invoke(t, env{}, args...),
			string(converted): invoke(t, env{}, append(args, "--format", "json")...),
		} {
			if diff := cmp.Diff(outcome{stdout: want}, got, cmp.AllowUnexported(outcome{})); diff != "" {
				t.Errorf("%q (-want +got):\n%s", args, diff)
			}
		}
	}
}

// TestServedOpenAPI compares what the server returns with what the command
// prints, also where /__admin has an address of its own.
func TestServedOpenAPI(t *testing.T) {
	for _, args := range [][]string{nil, {"--admin-addr", "127.0.0.1:0", "--public-url", "https://fake.example.org", "--admin-token", "secret"}} {
		s := serve(t, env{}, args...)
		for _, format := range []string{"yaml", "json"} {
			got := s.call(http.MethodGet, "/openapi."+format, "", "Authorization", "")
			if want := invoke(t, env{}, "openapi", "--format", format).stdout; got.status != http.StatusOK || got.body != want {
				t.Errorf("%q %s: %d, %d bytes, want %d bytes", args, format, got.status, len(got.body), len(want))
			}
		}
	}
}
