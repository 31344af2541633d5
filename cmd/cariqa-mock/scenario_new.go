package main

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"cariqamock/cmd/internal/cli"
	"cariqamock/internal/printable"
)

// starter is the file of a new scenario, with comments; NAME stands for its name.
//
//go:embed starter.yaml
var starter []byte

// exportTime is how long the export of a world may take.
const exportTime = time.Minute

var (
	scenarioName = regexp.MustCompile(`^[a-z0-9-]{1,40}$`)
	nameLine     = regexp.MustCompile(`(?m)^name: .*$`)
)

func (p *program) scenarioNew(dir *string) *cobra.Command {
	var from, address, token string
	cmd := &cobra.Command{
		Use: "new NAME", Short: "Write a new scenario file",
		Long: "Write the file NAME.yaml, with comments on what it may contain, or with the state of\n" +
			"a world of a running server. It is written to the folder of --scenarios, by default\n" +
			"to the current one, and replaces no other file.",
		Example: "  cariqa-mock scenario new my-debt\n  cariqa-mock scenario new my-debt --from mock.debt.me",
		Args:    cli.Args(1, 1, "want the name of one scenario"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := p.fromEnv(cmd.Flags()); err != nil {
				return err
			}
			if !scenarioName.MatchString(args[0]) {
				return cli.Usagef("%q: want a name of 1 to 40 lower-case letters, digits and hyphens, without .yaml", args[0])
			}
			text := bytes.ReplaceAll(starter, []byte("NAME"), []byte(args[0]))
			if from != "" {
				origin, err := originOf(address)
				if err != nil {
					return err
				}
				if text, err = p.exported(cmd.Context(), origin, from, token); err != nil {
					return err
				}
				if at := nameLine.FindIndex(text); at != nil {
					text = slices.Concat(text[:at[0]], []byte("name: "+args[0]), text[at[1]:])
				}
			}
			return p.writeNew(filepath.Join(*dir, args[0]+".yaml"), text)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&from, "from", "", "id of a world, such as mock.debt.me, whose state becomes the scenario")
	f.StringVar(&address, "url", "http://"+defaultAddr, "URL of the server with that world; "+envName("url")+" sets it as well")
	f.StringVar(&token, "admin-token", "", "token of its admin API; "+envName("admin-token")+" sets it as well")
	return cmd
}

// writeNew writes a file that is not there yet.
func (p *program) writeNew(path string, text []byte) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666) //nolint:gosec // the user's umask decides
	switch {
	case errors.Is(err, fs.ErrExist):
		return cli.Usagef("%s is there already: choose another name, or remove it first", path)
	case errors.Is(err, fs.ErrNotExist):
		return cli.Usagef("%s: no such folder", filepath.Dir(path))
	case err != nil:
		return err
	}
	_, err = file.Write(text)
	if err = errors.Join(err, file.Close()); err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "%s written; check it with: cariqa-mock scenario check %s\n", path, asFile(path))
	return nil
}

// asFile returns a path that "scenario check" takes for a file, not for a name.
func asFile(path string) string {
	if filepath.Dir(path) == "." {
		return "." + string(filepath.Separator) + filepath.Base(path)
	}
	return path
}

// exported returns a world of a server as a scenario file.
func (p *program) exported(ctx context.Context, origin, world, token string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, exportTime)
	defer cancel()
	target := origin + "/__admin/worlds/" + url.PathEscape(world) + "/export"
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, target, nil)
	if err != nil {
		return nil, err
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, fmt.Errorf("world %q cannot be read: %w (is the server up? start one with cariqa-mock)", world, err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	switch {
	case err != nil:
		return nil, fmt.Errorf("world %q cannot be read: %w", world, err)
	case res.StatusCode != http.StatusOK:
		var problem struct{ Detail string }
		_ = json.Unmarshal(text, &problem) // another server may answer anything
		return nil, fmt.Errorf("world %q cannot be read: the server answers %s: %s", world, res.Status, printable.Line(problem.Detail))
	}
	return text, nil
}
