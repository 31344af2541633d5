package main

import (
	"cariqamock"
	"cariqamock/cmd/internal/cli"
	"cariqamock/mockserver"
	"cariqamock/mockserver/spec"

	"github.com/spf13/cobra"
)

func (p *program) openAPICommand() *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use: "openapi [vendor|admin]", Short: "Print the OpenAPI description of an API",
		Long: "Print the OpenAPI description of the vendor's API (the default) or of the admin API.\n" +
			"A running server has them at /openapi.yaml and /__admin/openapi.yaml.",
		Example: "  cariqa-mock openapi --format json",
		RunE: func(_ *cobra.Command, args []string) error {
			text, err := description(args)
			if err != nil {
				return err
			}
			out := []byte(text)
			switch format {
			case "yaml":
			case "json":
				if out, err = spec.JSON(text); err != nil {
					return err
				}
			default:
				return cli.Usagef("--format %q: want yaml or json", format)
			}
			_, err = p.stdout.Write(out)
			return err
		},
	}
	cmd.Flags().StringVar(&format, "format", "yaml", "output format: yaml or json")
	return cmd
}

// description returns the text of the description that the arguments choose.
func description(args []string) (string, error) {
	switch {
	case len(args) == 0, len(args) == 1 && args[0] == "vendor":
		return cariqamock.OpenAPI(), nil
	case len(args) == 1 && args[0] == "admin":
		return mockserver.AdminOpenAPI(), nil
	}
	return "", cli.Usagef("%q: want vendor or admin", args)
}
