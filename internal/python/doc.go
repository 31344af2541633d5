// Package python reads and writes texts as the vendor's framework does, which
// is written in Python: query strings and forms, numbers, and the spelling of
// values in messages. Its tests hold what Python 3.11 and Django 3.2 answered.
package python
