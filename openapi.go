// Package cariqamock embeds the contract of cariqa-mock: the OpenAPI file that
// describes the fake's answers and that the contract suite checks a target
// against.
//
// The fake itself is package mockserver, its commands are in cmd, its starting
// states in scenarios, and the contract suite is in contracttests. This package
// exists because a Go file can embed only files beside or below it, and
// openapi.yaml belongs at the top, where people look for it.
package cariqamock

import _ "embed"

//go:embed openapi.yaml
var openAPI string

// OpenAPI returns the text of openapi.yaml.
func OpenAPI() string { return openAPI }
