// Package scenario knows scenario files: their format, strict decoding with
// errors that point at the mistake, applying one to a world, and running the
// calls by which a file shows what is special about it.
package scenario
