package admin

import (
	"net/http"

	"cariqamock/mockserver/internal/scenario"
)

// export writes the world as a scenario file, named after the scenario that it
// was made from.
func (h *handler) export(r *http.Request) (any, error) {
	w, err := h.world(r)
	if err != nil {
		return nil, err
	}
	reading := w.Clock.Read()
	file, err := scenario.Export(scenario.Snapshot{
		Name: exportName(w.Scenario), Title: "Exported from a world of " + w.Scenario,
		State: w.State.Snapshot(), Frozen: reading.Frozen, Speed: reading.Speed,
		Faults: w.Faults.Remaining(), Revoked: w.Revoked,
	})
	if err != nil {
		return nil, newProblem(http.StatusConflict, "%s.", capital(err.Error()))
	}
	return document{contentType: "application/yaml", body: file, name: exportName(w.Scenario) + ".yaml"}, nil
}

const (
	exportSuffix = "-export"
	maxName      = 40 // characters of a scenario's name
)

// exportName is a name of its own, so that the file does not hide the scenario
// that it came from.
func exportName(scenario string) string {
	if len(scenario) > maxName-len(exportSuffix) {
		scenario = scenario[:maxName-len(exportSuffix)]
	}
	return scenario + exportSuffix
}
