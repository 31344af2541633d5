package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"cariqamock/cmd/internal/cli"
	"cariqamock/contracttests"
	"cariqamock/contracttests/compare"
	"cariqamock/contracttests/recording"
	"cariqamock/mockserver"
)

// diffFlags are the flags of diff. Those about a target are for env.
type diffFlags struct {
	runFlags
	a, b string
}

func (o *diffFlags) bind(f *pflag.FlagSet) {
	f.SortFlags = false
	f.StringVar(&o.a, "a", "fake", "`TARGET` that stands for the fake: fake, env, recording:FILE or URL,KEY")
	f.StringVar(&o.b, "b", "env", "`TARGET` to compare it with, as for --a")
	o.bindRun(f)
}

func (p *program) diffCommand() *cobra.Command {
	var o diffFlags
	cmd := &cobra.Command{
		Use: "diff", Short: "Run the cases on two targets and report every disagreement", Args: cli.NoArgs,
		Long: strings.TrimSpace(`
Run the cases on two targets, compare both with each other and with
openapi.yaml, and report the cause of each disagreement: the fake (A), the
target (B), the environment, or a gap in the specification.

  fake            a fake in this process
  env             the target of the flags and variables, as for run
  recording:FILE  a file of run --record; no call leaves this machine
  URL,KEY         any other target; --stripe-key applies to it as well, and
                  --admin if it has the same host

Exit codes: 0 no difference or an allowed one, 1 the fake or the target breaks
the contract, 2 usage or configuration, 3 the environment prevented answers.`),
		RunE: func(cmd *cobra.Command, _ []string) error { return p.diff(cmd.Context(), &o) },
	}
	o.bind(cmd.Flags())
	return cmd
}

func (p *program) diff(ctx context.Context, o *diffFlags) error {
	if err := o.check(); err != nil {
		return err
	}
	cases, err := selected(p.cases(), o.cases)
	if err != nil {
		return err
	}
	a, err := p.side(o, "a", o.a)
	if err != nil {
		return err
	}
	defer a.close()
	b, err := p.side(o, "b", o.b)
	if err != nil {
		return err
	}
	defer b.close()
	defer p.announceStop(ctx, func() {})()
	got := compare.Compare(p.runSide(ctx, o, a, "A", cases), p.runSide(ctx, o, b, "B", cases))
	if err := got.WriteText(p.stdout); err != nil {
		return err
	}
	if code := got.ExitCode(); code != contracttests.ExitHolds {
		return exitCode(code)
	}
	return nil
}

// A side is one of the two targets that are compared.
type side struct {
	target contracttests.Target
	rate   float64
	close  func()
}

func (p *program) runSide(ctx context.Context, o *diffFlags, s side, name string, cases []contracttests.Case) contracttests.Run {
	fmt.Fprintf(p.stderr, "%s: %d cases on %s, %s\n", name, len(cases), s.target.Name, s.target.Base)
	return contracttests.Execute(ctx, s.target, cases, contracttests.Options{
		Rate: s.rate, Budget: o.budget, Bodies: contracttests.OfAll,
		Progress: func(what string) { fmt.Fprintf(p.stderr, "%s: waiting until %s\n", name, what) },
	})
}

// side returns the target that --a or --b names.
func (p *program) side(o *diffFlags, flag, name string) (side, error) {
	s := side{close: func() {}}
	kind, rest, _ := strings.Cut(name, ":")
	target, key, pair := strings.Cut(name, ",")
	var err error
	switch {
	case name == "fake":
		s.target, s.close, err = startFake()
	case name == "env":
		s.target, err = o.target(p.getenv)
	case kind == "recording" && rest != "":
		var r *recording.Recording
		if r, err = recording.Read(rest); err != nil {
			return s, cli.Usagef("--%s: %w", flag, err)
		}
		s.target = r.Target()
		return s, nil // no calls, no rate
	case pair && target != "" && key != "":
		s.target, err = o.other(target, key, p.getenv)
	default:
		return s, cli.Usagef("invalid --%s %q: want fake, env, recording:FILE or URL,KEY", flag, name)
	}
	if err != nil {
		return s, err
	}
	s.target.CDRWait = o.cdrWait
	p.adjust(&s.target)
	s.rate, err = o.perSecond(s.target)
	return s, err
}

// other returns a target besides that of the flags. A local fake accepts any
// Stripe key, and only the server that --admin names has an admin API.
func (o *diffFlags) other(address, key string, getenv func(string) string) (contracttests.Target, error) {
	flags := o.targetFlags
	flags.domain, flags.key, flags.admin, flags.adminToken = address, key, "", ""
	flags.otherKey = "" // a key of the target of the flags
	if u, ok := apiURL(address); ok {
		if strings.TrimSuffix(o.admin, "/") == u.Scheme+"://"+u.Host {
			flags.admin, flags.adminToken = o.admin, o.adminToken
		}
		if local := (contracttests.Target{Base: u.String()}); flags.stripeKey == "" && local.Loopback() {
			flags.stripeKey = fakeStripeKey
		}
	}
	return flags.target(getenv)
}

const fakeStripeKey = "pk_test_contract"

// startFake serves a fake on loopback, with all capabilities.
func startFake() (contracttests.Target, func(), error) {
	cfg := mockserver.DefaultConfig()
	cfg.Version, cfg.Loopback = cli.Version(), true
	handler, err := mockserver.New(cfg)
	if err != nil {
		return contracttests.Target{}, nil, err
	}
	origin, stop, err := handler.ServeOnLoopback()
	return contracttests.Target{
		Name: "fake", Base: origin + apiPath, Key: "mock.default.contract", StripeKey: fakeStripeKey, Admin: origin,
	}, stop, err
}
