// Package api serves the vendor's API under /api/v1/: one handler for its 22
// operations, and one file for each resource. pipeline.go takes a request
// through its steps:
//
//	open            request id, body, credentials, and the world of the token
//	route           404 for unknown paths, 301 for a missing slash
//	negotiate       406 for a client that accepts no JSON, 404 for another ?format=
//	authenticate    401 or 403, as open found
//	method          405, and the answer to OPTIONS
//	prefer          the answer that a Prefer header asks for
//	fault, before   delay; status and rate_limit instead of the operation
//	objects         404 for the user in the path
//	check           413, and findings of the request against openapi.yaml
//	operation       415 and 400 for its fields, then the domain's rules
//	check           findings of the answer
//	journal         one entry
//	fault, after    drop and truncate
//	write
//
// The world is found once, before the first refusal, so that the journal shows
// calls of unknown paths too. Operations return a reply or an error; one
// function turns errors into answers, and one writes them.
//
// Where a comment says "measured", a real Django REST Framework was run; see
// package wire.
package api
