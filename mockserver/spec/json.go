package spec

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/goccy/go-yaml"
)

// JSON returns an API description that is written in YAML as indented JSON,
// with its keys in the same order. It returns an error if the text is not YAML.
func JSON(description string) ([]byte, error) {
	compact, err := yaml.YAMLToJSON([]byte(description))
	if err != nil {
		return nil, fmt.Errorf("API description: %w", err)
	}
	var out bytes.Buffer
	if err := json.Indent(&out, bytes.TrimSpace(compact), "", "  "); err != nil {
		return nil, fmt.Errorf("API description: %w", err)
	}
	out.WriteByte('\n')
	return out.Bytes(), nil
}
