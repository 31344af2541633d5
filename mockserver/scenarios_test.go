package mockserver_test

import (
	"testing"

	"cariqamock/mockserver"
	"cariqamock/scenarios"
)

// TestScenariosAreFiles compares what a server knows with the embedded files.
func TestScenariosAreFiles(t *testing.T) {
	server, err := mockserver.New(mockserver.DefaultConfig())
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range server.ScenarioNames() {
		if _, err := scenarios.FS().Open(name + ".yaml"); err != nil {
			t.Error(err)
		}
	}
}
