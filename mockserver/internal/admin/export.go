package admin

import (
	"net/http"

	"cariqamock/mockserver/internal/admin/adminapi"
	"cariqamock/mockserver/internal/scenario"
	"cariqamock/mockserver/internal/world"
)

// export writes the world as a scenario file, named after the scenario that it
// started from.
func (h *handler) export(w *world.World, _ *http.Request) (result, error) {
	reading := w.Clock.Read()
	file, err := scenario.Export(scenario.Snapshot{
		Name: exportName(w.Scenario), Title: "Exported from a world of " + w.Scenario,
		State: w.State.Snapshot(), Frozen: reading.Frozen, Speed: reading.Speed,
		Faults: w.Faults.Remaining(), Revoked: w.Revoked,
	})
	if err != nil {
		return nil, adminapi.NewProblem(http.StatusConflict, "%s.", capitalize(err.Error()))
	}
	return document{contentType: "application/yaml", body: file, filename: exportName(w.Scenario) + ".yaml"}, nil
}

const (
	exportSuffix = "-export"
	maxName      = 40 // characters of a scenario's name
)

// exportName returns a new name, so that the file does not hide the scenario
// that it came from.
func exportName(scenario string) string {
	return scenario[:min(len(scenario), maxName-len(exportSuffix))] + exportSuffix
}
