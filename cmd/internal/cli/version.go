package cli

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
)

// The linker sets these in builds that have no git, such as the image's, and in
// releases; the values are what .ci/version prints:
//
//	-X cariqamock/cmd/internal/cli.version=… -X cariqamock/cmd/internal/cli.commit=… -X cariqamock/cmd/internal/cli.date=…
//
// If they are empty, go build has recorded the same.
var version, commit, date string //nolint:gochecknoglobals // -X sets package variables only

// A Build identifies the build of a program.
type Build struct {
	Version string `json:"version"`          // semantic, without a "v"; "dev" if it is not known
	Commit  string `json:"commit,omitempty"` // the commit's hash
	Date    string `json:"date,omitempty"`   // the commit's time, as in RFC 3339
}

// ThisBuild returns the build of this program.
func ThisBuild() Build {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		info = &debug.BuildInfo{}
	}
	return build(info)
}

func build(info *debug.BuildInfo) Build {
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	b := Build{
		Version: cmp.Or(version, strings.TrimSuffix(info.Main.Version, "(devel)"), "dev"),
		Commit:  cmp.Or(commit, settings["vcs.revision"]),
		Date:    cmp.Or(date, settings["vcs.time"]),
	}
	b.Version = strings.TrimPrefix(b.Version, "v")
	// Packages of npm and tags of images have no "+".
	if clean, ok := strings.CutSuffix(b.Version, "+dirty"); ok && strings.Contains(clean, "-") {
		b.Version = clean + ".dirty"
	} else if ok {
		b.Version = clean + "-dirty"
	}
	return b
}

// Version returns the version of the build.
func Version() string { return ThisBuild().Version }

// VersionCommand returns the command that prints the version.
func VersionCommand(stdout io.Writer) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "version", Short: "Print the version", Args: NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if asJSON {
				return json.NewEncoder(stdout).Encode(ThisBuild())
			}
			_, err := fmt.Fprintln(stdout, Version())
			return err
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print version, commit and commit time as JSON")
	return cmd
}
