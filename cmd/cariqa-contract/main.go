// Cariqa-contract runs one contract suite against the fake and against the
// vendor's real sandbox.
package main

import (
	"context"
	"os"
)

func main() {
	os.Exit(run(context.Background(), os.Args[1:], os.Getenv, os.Stdout, os.Stderr))
}
