package compare

import (
	"fmt"
	"io"
	"strings"

	"cariqamock/contracttests"
)

// WriteText writes a comparison for people.
func (c Comparison) WriteText(w io.Writer) error {
	var b strings.Builder
	for _, s := range []struct {
		name string
		run  contracttests.Run
	}{{"A", c.A}, {"B", c.B}} {
		fmt.Fprintf(&b, "%s  %s  %s", s.name, s.run.Target, s.run.Base)
		if s.run.Build != "" {
			fmt.Fprintf(&b, "  cariqa-mock %s", s.run.Build)
		}
		b.WriteString("\n")
		if s.run.Dead != "" {
			fmt.Fprintf(&b, "  cannot be used: %s\n", s.run.Dead)
		}
		for _, left := range s.run.Leftovers {
			fmt.Fprintf(&b, "  left behind: %s\n", left)
		}
	}
	for _, d := range c.Disagreements {
		d.write(&b)
	}
	var counts []string
	for _, v := range Verdicts() {
		if n := c.Count(v); n > 0 {
			counts = append(counts, fmt.Sprintf("%d %s", n, v))
		}
	}
	fmt.Fprintf(&b, "\n%s", plural(len(c.Disagreements), "disagreement"))
	if len(counts) > 0 {
		b.WriteString(": " + strings.Join(counts, ", "))
	}
	fmt.Fprintf(&b, "\ncompared %s of %s; %d not applicable on one side\n", plural(c.Exchanges, "exchange"), plural(c.Cases, "case"), len(c.Alone))
	_, err := io.WriteString(w, b.String())
	return err
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func (d Disagreement) write(b *strings.Builder) {
	fmt.Fprintf(b, "\n%s  %s\n", d.Verdict, strings.TrimSpace(d.Operation+"  "+d.Place))
	fmt.Fprintf(b, "  %s\n", d.Text)
	if d.Because != "" {
		fmt.Fprintf(b, "  because: %s\n", d.Because)
	}
	times := "once"
	if d.Count > 1 {
		times = fmt.Sprintf("%d times, first", d.Count)
	}
	fmt.Fprintf(b, "  seen %s in %s\n", times, d.Case)
	for _, s := range []struct {
		name string
		x    *contracttests.Exchange
	}{{"A", d.A}, {"B", d.B}} {
		if s.x != nil {
			fmt.Fprintf(b, "  %s: %s %s -> %d %s\n", s.name, s.x.Method, s.x.URL, s.x.Status, contracttests.Shorten([]byte(s.x.Answer)))
		}
	}
}
