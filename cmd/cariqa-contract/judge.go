package main

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"cariqamock/cmd/internal/cli"
	"cariqamock/contracttests"
	"cariqamock/contracttests/har"
	"cariqamock/contracttests/lockstep"
	"cariqamock/contracttests/recording"
	"cariqamock/contracttests/report"
	"cariqamock/internal/wholefile"
	"cariqamock/mockserver"
)

// verdictFlags are the flags of judge and shadow about what comes out.
type verdictFlags struct {
	reports                    []string
	record, evidence, scenario string
}

func (o *verdictFlags) bind(f *pflag.FlagSet) {
	f.StringArrayVar(&o.reports, "report", nil, "write a report, `KIND=FILE`, where KIND is junit, json or html; may be repeated")
	f.StringVar(&o.record, "record", "", "write the calls and answers to `FILE`, without secrets, as run --record does")
	f.StringVar(&o.evidence, "evidence", "", "record in `DIR` which rules held")
	f.StringVar(&o.scenario, "scenario", "", "write what is known of the users at the end to `FILE`, as a scenario of cariqa-mock")
}

func (p *program) judgeCommand() *cobra.Command {
	var o verdictFlags
	var domain string
	var production bool
	cmd := &cobra.Command{
		Use: "judge FILE...", Short: "Judge recorded calls of an app, without a key or the network",
		Long: strings.TrimSpace(`
Judge the calls that an app made, from HTTP archives (HAR 1.2, of a browser's
developer tools, Playwright, mitmproxy or Charles) or from recordings of
cariqa-contract: each exchange by openapi.yaml, and by a fake that is kept in the
state in which the target must be. What only the world outside knows, such as
energy, the fake takes from the answers; what follows from rules is compared.

Exit codes: 0 nothing is wrong, 1 an answer is not as expected, 2 usage or
configuration, 3 nothing could be judged.`),
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return cli.Usagef("missing FILE: want an HTTP archive (.har) or a recording of cariqa-contract")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, files []string) error { return p.judge(&o, domain, production, files) },
	}
	cmd.Flags().SortFlags = false
	cmd.Flags().StringVar(&domain, "domain", "", "`HOST/PATH` or URL of the API whose calls are judged (default that of the first call to it)")
	o.bind(cmd.Flags())
	cmd.Flags().BoolVar(&production, "i-mean-production", false, "judge calls of a production host, too")
	return cmd
}

// judge judges the calls of files.
func (p *program) judge(o *verdictFlags, domain string, production bool, files []string) error {
	var calls []*lockstep.Call
	left := map[string]int{}
	for _, path := range files {
		more, skipped, err := readCalls(path)
		if err != nil {
			return &cli.UsageError{Err: err, Missing: errors.Is(err, fs.ErrNotExist)}
		}
		calls = append(calls, more...)
		for reason, n := range skipped {
			left[reason] += n
		}
	}
	target, err := judged(domain, production, calls)
	if err != nil {
		return err
	}
	var started time.Time
	if len(calls) > 0 {
		started = calls[0].Began
	}
	v, err := p.verdict(o, target, started, nil)
	if err != nil {
		return err
	}
	defer v.discard()
	for reason, n := range left {
		v.Aside(reason, n)
	}
	v.All(calls)
	for _, c := range calls {
		v.record(c)
	}
	return p.end(v)
}

// readCalls reads a recording of cariqa-contract or an HTTP archive.
func readCalls(path string) ([]*lockstep.Call, map[string]int, error) {
	calls, left, err := har.Read(path)
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		return calls, left, err
	}
	r, err2 := recording.Read(path)
	if err2 != nil {
		return nil, nil, fmt.Errorf("%w; and no recording of cariqa-contract", err)
	}
	return r.Calls(), nil, nil
}

// judged returns the target whose calls are judged. Without one, nothing is.
func judged(domain string, production bool, calls []*lockstep.Call) (contracttests.Target, error) {
	base := lockstep.Base(calls)
	if domain != "" {
		u, ok := apiURL(domain)
		if !ok {
			return contracttests.Target{}, cli.Usagef("invalid --domain %q: want a host and path such as %s, or a URL", domain, defaultDomain)
		}
		base = u.String()
	}
	if base == "" {
		base = "https://" + defaultDomain
	}
	t := contracttests.Target{Base: base, Name: base, Key: "none"}
	if u, err := url.Parse(base); err == nil {
		t.Name = u.Host
	}
	if err := t.Validate(production); err != nil {
		return t, &cli.UsageError{Err: err}
	}
	for _, c := range calls {
		if c.LiveKey() && !production {
			return t, cli.Usagef("the file has a live or secret key of Stripe: want calls with a publishable test key, pk_test_…")
		}
	}
	return t, nil
}

// A verdict is a judge with the files that it writes at the end.
type verdict struct {
	*lockstep.Judge
	target   contracttests.Target
	flags    *verdictFlags
	files    reportFiles
	tape     *recording.Writer
	scenario *wholefile.File
	lost     error // of writing the recording
}

// verdict opens the files of a verdict. found is called with each new finding,
// unless it is nil.
func (p *program) verdict(o *verdictFlags, t contracttests.Target, started time.Time, found func(contracttests.Found)) (v *verdict, err error) {
	cfg := mockserver.DefaultConfig()
	cfg.Version, cfg.Loopback = cli.Version(), true
	fake, err := mockserver.New(cfg)
	if err != nil {
		return nil, err
	}
	v = &verdict{target: t, flags: o}
	defer func() {
		if err != nil {
			v.discard()
		}
	}()
	if v.Judge, err = lockstep.New(fake, lockstep.Options{Target: t, Now: started, Found: found}); err != nil {
		return v, err
	}
	if v.files, err = openReports(o.reports); err != nil {
		return v, err
	}
	if o.record != "" {
		if v.tape, err = recording.NewWriter(o.record, started); err != nil {
			return v, cli.Usagef("cannot write --record %s: %w", o.record, err)
		}
	}
	if o.scenario != "" {
		if v.scenario, err = wholefile.Create(o.scenario, 0o666); err != nil {
			return v, cli.Usagef("cannot write --scenario %s: %w", o.scenario, err)
		}
	}
	return v, nil
}

// record adds a call to the recording.
func (v *verdict) record(c *lockstep.Call) {
	if v.tape != nil && v.Concerns(c) {
		v.lost = errors.Join(v.lost, v.tape.Add(c))
	}
}

func (v *verdict) discard() {
	v.files.discard()
	if v.tape != nil {
		_ = v.tape.Close(false) // it writes nothing
	}
	if v.scenario != nil {
		v.scenario.Discard()
	}
}

// end prints the verdict and writes its files.
func (p *program) end(v *verdict) error {
	run := v.Run()
	run.Target = v.target.Name
	var ids []string
	for _, r := range run.Results {
		ids = append(ids, r.Case)
	}
	if err := report.Text(p.terminal, run, p.style(ids)); err != nil {
		return err
	}
	lost := errors.Join(v.lost, v.files.write(run, "all"), p.keepEvidence(v.flags.evidence, run))
	if v.tape != nil {
		lost = errors.Join(lost, v.tape.Close(true))
		v.tape = nil
	}
	if v.scenario != nil {
		text, err := v.Scenario(v.flags.scenario)
		if err == nil {
			_, err = v.scenario.Write(text)
		}
		if err == nil {
			err = v.scenario.Commit()
		}
		lost = errors.Join(lost, err)
	}
	code := run.ExitCode()
	if lost != nil {
		fmt.Fprintf(p.stderr, "cariqa-contract: %v\n", lost)
		code = max(code, contracttests.ExitBroken)
	}
	if code != contracttests.ExitHolds {
		return exitCode(code)
	}
	return nil
}
