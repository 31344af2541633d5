// Package wire has the conventions of the vendor's framework (Django REST
// Framework): it reads bodies, fields and choices with the framework's error
// texts, and writes pages and their links, timestamps and error bodies. It knows
// nothing of users or sessions.
//
// Where a comment says "measured", a real Django 3.2 with Django REST
// Framework 3.14 was run with serializers shaped like the vendor's; it is how
// the framework behaves, not an observation of the vendor's server.
package wire
