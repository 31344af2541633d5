// Package mockserver is the HTTP face of the fake: the vendor's API under
// /api/v1/, Stripe's under /v1/, our own under /__admin/, and a page for
// people at /. It is the only package that wires the others.
//
// One request goes through these steps, in this order:
//
//	route           404 for unknown paths, 301 for a missing slash
//	negotiate       406 where the client takes no JSON
//	authenticate    401, 403; finds the world
//	method          405, and the answer to OPTIONS
//	objects         404 for what the path names
//	check           findings of the request against openapi.yaml
//	parse, fields   413, 415, 400
//	rules           the domain's refusals, at the world's clock
//	encode, check   findings of the answer
//	write
//
// Handlers return a reply or an error; one place turns errors into answers,
// and one place writes.
package mockserver
