// Package wire speaks as the vendor's framework does (Django REST Framework):
// bodies in, fields and their error texts, choices, pages and their links,
// timestamps, error bodies out. It knows nothing of users or sessions.
//
// Where a comment says "measured", a real Django 3.2 with Django REST
// Framework 3.14 was run with serializers shaped like the vendor's; it is how
// the framework behaves, not an observation of the vendor's server.
package wire
