package browsertest_test

import (
	"fmt"
	"os"
	"testing"
)

// Every page at both widths and in both color schemes: nothing overflows, all
// text has enough contrast, and all controls have names.
func TestConsoleLooks(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.call("mock.debt", "DELETE", "/users/"+customer+"/payment-methods/pm_abc123/")
	pages := []struct{ name, path string }{
		{"home", "/"}, {"cdr-pending", "/worlds/mock.cdr-pending"}, {"active", "/worlds/mock.active-session"}, {"debt", "/worlds/mock.debt"},
		{"sca", "/worlds/mock.rich-user"}, {"journal", "/worlds/mock.debt/journal"}, {"trust", "/trust"},
	}
	for _, scheme := range []string{"light", "dark"} {
		d.scheme(scheme)
		for _, p := range pages {
			d.goTo(p.path)
			d.inspect(p.name, scheme)
		}
		d.goTo("/worlds/mock.debt/journal")
		d.click(at(".requests a"))
		d.sees("Why this response")
		d.inspect("request", scheme)
		d.goTo("/worlds/mock.debt/journal")
		d.click(buttonWith("Make a scenario"))
		d.sees("all responses are the same again")
		d.inspect("scenario", scheme)
	}
}

func (d *desk) inspect(name, scheme string) {
	d.t.Helper()
	for _, bad := range eval[[]string](d.tab, nameless) {
		d.t.Errorf("%s: no name: %s", name, bad)
	}
	for _, width := range []int64{narrow, wide} {
		d.size(width, 900)
		where := fmt.Sprintf("%s-%d-%s", name, width, scheme)
		d.fits(where, width)
		for _, bad := range eval[[]string](d.tab, faint) {
			d.t.Errorf("%s: %s", where, bad)
		}
		if os.Getenv(shotsEnv) != "" {
			d.keep(where, d.picture(true))
		}
	}
}

// nameless lists controls that a screen reader has no name for.
const nameless = `[...document.querySelectorAll("input:not([type=hidden]), select, button, a, svg[role=img]")]
	.filter(e => e.checkVisibility() && !(e.labels?.length || e.getAttribute("aria-label") || e.textContent.trim() && e.tagName !== "SELECT"))
	.map(e => e.outerHTML.slice(0, 160))`

// faint lists texts with a contrast below 4.5, or 3 where they are large: level
// AA of the Web Content Accessibility Guidelines, 1.4.3.
const faint = `(() => {
	const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
	const known = {};
	const rgba = color => known[color] ??= (() => {
		canvas.clearRect(0, 0, 1, 1);
		canvas.fillStyle = color;
		canvas.fillRect(0, 0, 1, 1);
		return [...canvas.getImageData(0, 0, 1, 1).data];
	})();
	const light = ([r, g, b]) => {
		const [x, y, z] = [r, g, b].map(v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
		return 0.2126 * x + 0.7152 * y + 0.0722 * z;
	};
	const behind = e => {
		for (; e; e = e.parentElement) {
			const c = rgba(getComputedStyle(e).backgroundColor);
			if (c[3] === 255) return c;
		}
		return [255, 255, 255];
	};
	const bad = [];
	for (const e of document.querySelectorAll("main *, header *, footer *")) {
		if (e.closest("svg") || !e.checkVisibility() || ![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue;
		const style = getComputedStyle(e), a = light(rgba(style.color)), b = light(behind(e));
		const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), size = parseFloat(style.fontSize);
		const large = size >= 24 || size >= 18.66 && style.fontWeight >= 700;
		if (ratio < (large ? 3 : 4.5)) bad.push("contrast " + ratio.toFixed(2) + ": " + e.outerHTML.slice(0, 120));
	}
	return bad;
})()`
