// Package scenario is the format of scenario files: decoding them strictly,
// with errors that point at the mistake, checking them, making the first state
// of a world from one, and writing a world or a recorded call in the format.
// Package library finds scenarios by name, package play runs their steps.
package scenario
