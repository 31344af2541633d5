package main

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestUnknownVariables(t *testing.T) {
	const begin = "cariqa-mock: the environment variable "
	for entry, want := range map[string]string{
		"CARIQA_MOCK_SCENARIO=debt":             "",
		"CARIQA_MOCK_URL=http://127.0.0.1:4343": "",
		"CARIQA_MOCKS=1":                        "",
		"HOME=/":                                "",
		"CARIQA_MOCK_SCENARO=debt":              begin + "CARIQA_MOCK_SCENARO has no effect; did you mean CARIQA_MOCK_SCENARIO or CARIQA_MOCK_SCENARIOS?\n",
		"CARIQA_MOCK_STRICTT=1":                 begin + "CARIQA_MOCK_STRICTT has no effect; did you mean CARIQA_MOCK_STRICT?\n",
		"CARIQA_MOCK_SERVICE_HOST=10.0.0.1":     begin + "CARIQA_MOCK_SERVICE_HOST has no effect\n",
	} {
		var stderr bytes.Buffer
		p := &program{stderr: &stderr}
		p.warnOfUnknown(p.serveCommand("serve").Flags(), []string{entry})
		if diff := cmp.Diff(want, stderr.String()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", entry, diff)
		}
	}
}
