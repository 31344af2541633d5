package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"cariqamock/cmd/internal/cli"
	"cariqamock/mockserver"
)

func (p *program) caCommand() *cobra.Command {
	var dir string
	var asPEM, asPath bool
	cmd := &cobra.Command{
		Use: "ca", Short: "Make or show the certificate that clients of the proxy trust",
		Long: "Make the certificate authority of the proxy if it does not exist yet, and show its\n" +
			"certificate. It can sign nothing but the names of these hosts, and the key of its\n" +
			"root was thrown away when it was made:\n\n" + "  " + strings.Join(mockserver.ProxiedHosts(), "\n  "),
		Example: strings.Trim(`
  cariqa-mock ca
  curl --proxy http://127.0.0.1:4344 --cacert "$(cariqa-mock ca --path)" https://dev.connect.cariqa.com/api/v1/`, "\n"),
		Args: cli.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := p.fromEnv(cmd.Flags()); err != nil {
				return err
			}
			if asPEM && asPath {
				return cli.Usagef("--pem and --path: want one of them")
			}
			ca, made, err := openCA(dir)
			switch {
			case err != nil:
				return err
			case asPEM:
				_, err = p.stdout.Write(ca.PEM())
			case asPath:
				_, err = fmt.Fprintln(p.stdout, ca.Path())
			default:
				_, err = fmt.Fprintf(p.stdout, "%s\n%s\n", ca.Path(), describeCA(made))
			}
			return err
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.BoolVar(&asPEM, "pem", false, "print the certificate, in PEM")
	f.BoolVar(&asPath, "path", false, "print nothing but the path of the certificate")
	bindCADir(f, &dir)
	return cmd
}

func describeCA(made bool) string {
	if made {
		return "This certificate is new: let the clients of the proxy trust it."
	}
	return "Let the clients of the proxy trust this certificate."
}

func bindCADir(f *pflag.FlagSet, dir *string) {
	f.StringVar(dir, "ca-dir", "", "folder of the proxy's certificate authority (default: cariqa-mock in the user's folder of settings)")
}

// checkCADir validates --ca-dir.
func checkCADir(dir string) error {
	if info, err := os.Stat(dir); dir != "" && (err == nil && !info.IsDir() || err != nil && !errors.Is(err, os.ErrNotExist)) {
		return cli.Usagef("--ca-dir %q: want a folder", dir)
	}
	return nil
}

// openCA returns the certificate authority of a folder, or of that of the user.
func openCA(dir string) (*mockserver.CA, bool, error) {
	if dir == "" {
		settings, err := os.UserConfigDir()
		if err != nil {
			return nil, false, fmt.Errorf("the user has no folder of settings, so --ca-dir is required: %w", err)
		}
		dir = filepath.Join(settings, "cariqa-mock")
	}
	dir, err := filepath.Abs(dir) // clients have other working directories
	if err != nil {
		return nil, false, err
	}
	if err := checkCADir(dir); err != nil {
		return nil, false, err
	}
	return mockserver.OpenCA(dir, rand.Reader, time.Now)
}
