// Package cli holds what the commands of this module share: how they run,
// errors of usage, and the version of the build.
package cli

import (
	"context"
	"errors"
	"fmt"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// A UsageError is a wrong command, flag, argument or variable. A program that
// returns it has done nothing, and exits with code 2.
type UsageError struct {
	Err error
	// Missing is set if the usage is right, but what it names, such as a file,
	// does not exist; help would not explain that.
	Missing bool
}

func (e *UsageError) Error() string { return e.Err.Error() }

// Unwrap returns what is wrong.
func (e *UsageError) Unwrap() error { return e.Err }

// Usagef returns a UsageError with a formatted text.
func Usagef(format string, args ...any) error { return &UsageError{Err: fmt.Errorf(format, args...)} }

// Missingf returns a UsageError about something that does not exist, such as a
// file.
func Missingf(format string, args ...any) error {
	return &UsageError{Err: fmt.Errorf(format, args...), Missing: true}
}

// Hint returns the line that names the help of the command that the arguments
// choose, or "" if help would not explain the error.
func Hint(root *cobra.Command, args []string, err error) string {
	var usage *UsageError
	if !errors.As(err, &usage) || usage.Missing {
		return ""
	}
	path := root.CommandPath()
	if cmd, _, err := root.Find(args); err == nil {
		path = cmd.CommandPath()
	}
	return fmt.Sprintf("hint: \"%s --help\" lists its flags and commands\n", path)
}

// IsUsage reports whether an error is a UsageError.
func IsUsage(err error) bool {
	var usage *UsageError
	return errors.As(err, &usage)
}

// Execute runs a program's root command with arguments. The command's context
// ends with an interrupt or a request to terminate; a second one ends the
// process at once. Errors are returned, not printed.
func Execute(ctx context.Context, root *cobra.Command, args []string) error {
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)
	root.SilenceErrors, root.SilenceUsage = true, true
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return flagError(err) })
	root.SetArgs(append([]string{}, args...)) // nil would mean the arguments of the process
	return root.ExecuteContext(ctx)
}

// flagError names the flag of a value that does not parse, and what it accepts.
func flagError(err error) error {
	var bad *pflag.InvalidValueError
	if errors.As(err, &bad) {
		return Usagef("--%s %q: want %s", bad.GetFlag().Name, bad.GetValue(), Accepts(bad.GetFlag()))
	}
	return &UsageError{Err: err}
}

// Accepts describes the values that a flag accepts, such as "true or false".
func Accepts(f *pflag.Flag) string {
	switch f.Value.Type() {
	case "uint64":
		return "a whole number of 0 or more"
	case "int":
		return "a whole number"
	case "duration":
		return "a duration, such as 90s, 25m or 24h"
	case "bool":
		return "true or false"
	case "size":
		return "a size above 0, such as 256MiB or 1GiB"
	case "stringSlice":
		return "values separated by commas"
	}
	return "a " + f.Value.Type()
}

// NoArgs is the Args of a command that takes no arguments. Its error suggests
// commands with a similar name.
func NoArgs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	cmd.SuggestionsMinimumDistance = 2
	hint := ""
	cmd.Flags().Visit(func(f *pflag.Flag) {
		if f.NoOptDefVal != "" && f.Value.Type() != "bool" && f.Value.String() == f.NoOptDefVal {
			hint = fmt.Sprintf("; to set the value of --%s, write --%s=%s", f.Name, f.Name, args[0])
		}
	})
	if similar := cmd.SuggestionsFor(args[0]); len(similar) > 0 {
		hint = "; did you mean " + strings.Join(similar, " or ") + "?"
	}
	return Usagef("unknown command or argument %q%s", args[0], hint)
}

// Args is the Args of a command that takes between least and most arguments.
// want is the text of its error.
func Args(least, most int, want string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) < least || len(args) > most {
			return Usagef("%s", want)
		}
		return nil
	}
}

// Missing is the RunE of a command that only groups others. Its error lists
// them.
func Missing(cmd *cobra.Command, _ []string) error {
	var names []string
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() && c.Name() != "help" {
			names = append(names, strings.TrimPrefix(c.CommandPath(), c.Root().Name()+" "))
		}
	}
	return Usagef("want a command: %s", strings.Join(names, ", "))
}
