// Cariqa-contract runs one contract suite against the fake and against the
// vendor's real sandbox.
package main

import (
	"context"
	"log"
	"os"

	"cariqamock/internal/printable"
)

func main() {
	log.SetOutput(&noise{out: printable.NewWriter(os.Stderr)}) // of connections that no call uses
	os.Exit(run(context.Background(), os.Args[1:], os.Getenv, os.Stdout, os.Stderr))
}
