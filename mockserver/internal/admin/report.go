package admin

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/goccy/go-yaml"

	"cariqamock/internal/redact"
	"cariqamock/mockserver/internal/admin/adminapi"
	"cariqamock/mockserver/internal/bugreport"
	"cariqamock/mockserver/internal/scenario"
	"cariqamock/mockserver/internal/world"
)

// actionCall returns the action of a call, redacted, or nil for one that changes
// nothing, or that the journal has. It leaves the body to be read again.
func actionCall(r *http.Request) ([]byte, error) {
	parts := strings.SplitN(r.URL.EscapedPath(), "/", 5) // "", __admin, worlds, the world, the rest
	if rest := parts[len(parts)-1]; strings.HasPrefix(rest, "requests") || rest == "calls" || rest == "report" || rest == "replay" {
		return nil, nil
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	a := world.Action{Call: redact.Text(r.Method + " " + prefix + worldPath + "/" + parts[len(parts)-1])}
	if len(bytes.TrimSpace(body)) > 0 {
		text, err := yaml.YAMLToJSON(body) // as apply takes it; JSON is YAML
		if json.Valid(body) {
			text, err = body, nil
		}
		if err == nil {
			a.JSON, err = redact.JSON(text)
		}
		if err != nil {
			return nil, nil //nolint:nilerr // the call will be refused, or its report will say that it cannot be made again
		}
	}
	return json.Marshal(a)
}

type reportBody struct {
	Name string `json:"name"`
}

// report writes a bug report, named after the scenario that the world started
// from unless it gets a name.
func (h *handler) report(w *world.World, r *http.Request, body reportBody) (result, error) {
	name := cmp.Or(body.Name, reportName(w.Scenario))
	file, err := bugreport.Write(r.Context(), bugreport.Config{Worlds: h.cfg.Worlds, Version: h.cfg.Version, Fit: h.cfg.Fit}, w, name)
	var large *bugreport.TooLargeError
	var larger *scenario.TooLargeError
	if errors.As(err, &large) || errors.As(err, &larger) {
		return nil, adminapi.NewProblem(http.StatusConflict, "%s.", err)
	}
	if err != nil {
		return nil, err
	}
	return attached(name, file), nil
}

// reportName returns the name of a report. Of a world that started from a report,
// it is that report's.
func reportName(of string) string {
	const suffix = "-report"
	return scenario.Suffixed(strings.TrimSuffix(of, suffix), suffix)
}

// attached answers with a scenario file that browsers save.
func attached(name string, file []byte) result {
	return func(out http.ResponseWriter) error {
		out.Header().Set("Content-Disposition", `attachment; filename="`+name+`.yaml"`)
		return document("application/yaml", file)(out)
	}
}
