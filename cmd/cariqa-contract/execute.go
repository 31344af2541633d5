package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"cariqamock/cmd/internal/cli"
	"cariqamock/contracttests"
	"cariqamock/contracttests/report"
)

// unverified is printed with all results.
const unverified = report.Unverified

func (p *program) runCommand() *cobra.Command {
	var o runFlags
	cmd := &cobra.Command{
		Use: "run", Short: "Run the cases on a target", Args: cli.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.runOn(cmd.Context(), &o) },
	}
	o.bind(cmd.Flags())
	return cmd
}

// plan is a run whose flags have been checked.
type plan struct {
	target contracttests.Target
	cases  []contracttests.Case
	rate   float64
	budget time.Duration
	bodies contracttests.Bodies
}

func (p *program) runOn(ctx context.Context, o *runFlags) error {
	pl, err := p.plan(o)
	if err != nil {
		return err
	}
	files, err := openReports(o.reports)
	if err != nil {
		return err
	}
	defer files.discard()
	recorded, err := p.record(&pl, o.record)
	if err != nil {
		return err
	}
	p.announce(pl)
	defer p.announceStop(ctx, func() {
		files.discard()
		_ = recorded(contracttests.Run{Stopped: "a second signal"}) // it writes nothing
	})()
	result := p.execute(ctx, pl)
	lost := recorded(result)
	p.conclude(result)
	lost = errors.Join(files.write(result, o.exchanges), lost, p.keepEvidence(o.evidence, result))
	code := result.ExitCode()
	if lost != nil && code == contracttests.ExitBroken {
		fmt.Fprintf(p.stderr, "cariqa-contract: %v\n", lost)
		lost = nil
	}
	if lost == nil && code != contracttests.ExitHolds {
		return exitCode(code)
	}
	return lost
}

func (p *program) plan(o *runFlags) (plan, error) {
	if err := o.check(); err != nil {
		return plan{}, err
	}
	t, rate, err := p.target(&o.targetFlags)
	if err != nil {
		return plan{}, err
	}
	t.CDRWait = o.cdrWait
	cases, err := selected(p.cases(), o.cases)
	if err != nil {
		return plan{}, err
	}
	bodies := contracttests.OfAll
	if o.exchanges == failedExchanges {
		bodies = contracttests.OfFailed
	}
	return plan{t, cases, rate, o.budget, bodies}, contracttests.Check(cases)
}

// target returns the target of the flags and its rate in requests per second.
func (p *program) target(o *targetFlags) (t contracttests.Target, rate float64, err error) {
	if t, err = o.target(p.getenv); err != nil {
		return t, 0, err
	}
	p.adjust(&t)
	rate, err = o.perSecond(t)
	return t, rate, err
}

// adjust applies the settings of the program to a target.
func (p *program) adjust(t *contracttests.Target) {
	t.Timeout = p.timeout
	if p.transport != nil {
		t.Transport = p.transport
	}
	if _, blind := t.Transport.(*byHost); blind {
		fmt.Fprintf(p.stderr, "warning: --insecure: the certificate of %s is not verified\n", t.Name)
	}
}

// callsPerCase is how many calls a case makes on average: a user, a card, and
// what it checks.
const callsPerCase = 9

// announce prints before the first call what the run will take.
func (p *program) announce(pl plan) {
	calls := callsPerCase * len(pl.cases)
	speed, least := "unlimited rate", ""
	if pl.rate > 0 {
		speed = fmt.Sprintf("at most %.3g per second", pl.rate)
		least = fmt.Sprintf(", so about %s plus the time to wait for CDRs", (time.Duration(float64(calls)/pl.rate) * time.Second).Round(time.Second))
	}
	fmt.Fprintf(p.stderr, "target %s\n", pl.target.Base)
	fmt.Fprintf(p.stderr, "%s, about %d calls, %s%s; at most %s in total\n", count(len(pl.cases), "case"), calls, speed, least, pl.budget)
	if pl.target.StripeKey == "" {
		fmt.Fprintln(p.stderr, "no Stripe key: cases with cards are not applicable (set --stripe-key or STRIPE_PUBLISHABLE_KEY; the fake accepts any pk_test_ key)")
	}
	if !pl.target.Loopback() && strings.HasPrefix(pl.target.Base, "http://") {
		fmt.Fprintln(p.stderr, "warning: http:// sends the key over the network unencrypted")
	}
	fmt.Fprintln(p.stderr, unverified)
}

// execute runs the cases and prints the result of each as it ends. Reports are
// written even if that cannot be printed; cli.Output remembers it.
func (p *program) execute(ctx context.Context, pl plan) contracttests.Run {
	var ids []string
	for _, c := range pl.cases {
		ids = append(ids, c.ID)
	}
	out := report.NewPrinter(p.terminal, p.style(ids)) // it escapes
	defer p.oneProcessor()()
	result := contracttests.Execute(ctx, pl.target, pl.cases, contracttests.Options{
		Rate: pl.rate, Budget: pl.budget, Done: out.Case, Bodies: pl.bodies,
		Progress: func(what string) { fmt.Fprintf(p.stderr, "waiting until %s\n", what) },
	})
	out.Causes(result)
	out.Total(result)
	return result
}

// oneProcessor limits the program to one processor, unless GOMAXPROCS says
// otherwise, and returns a function that ends that. A run makes one call after the
// other: with more processors, each answer wakes threads that have nothing to do,
// which costs a quarter of the CPU of a run.
func (p *program) oneProcessor() (end func()) {
	if p.getenv("GOMAXPROCS") != "" {
		return func() {}
	}
	runtime.GOMAXPROCS(1)
	return runtime.SetDefaultGOMAXPROCS
}

// conclude prints on stderr what is about the run as a whole.
func (p *program) conclude(run contracttests.Run) {
	report.NewPrinter(p.stderr, report.Style{}).Notes(run)
	fmt.Fprintf(p.stderr, "%s in %s\n", count(run.Requests, "call"), run.Took.Round(time.Millisecond))
}
