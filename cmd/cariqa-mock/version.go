package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"cariqamock/cmd/internal/cli"
)

func (p *program) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print the version", Args: cli.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintln(p.stdout, cli.Version())
			return err
		},
	}
}
