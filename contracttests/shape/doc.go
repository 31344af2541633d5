// Package shape checks decoded answers against shapes.yaml: what answers must be
// beyond what openapi.yaml requires.
package shape
