package browsertest_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
)

// Widths of windows: a small phone and a wide screen.
const (
	narrow = 360
	wide   = 1600
)

// size sets the size of the tab's window.
func (b *tab) size(width, height int64) {
	b.t.Helper()
	b.do("setting the window's size", b.page.size(width, height))
	b.until("the window to have its size", fmt.Sprintf("innerWidth === %d && innerHeight === %d", width, height))
}

// scheme sets the user's preference, "light" or "dark". It reports whether the
// page is still the same, and not loaded again.
func (b *tab) scheme(light string) (same bool) {
	b.t.Helper()
	same, err := b.page.scheme(light)
	b.do("setting the color scheme", err)
	b.until("the color scheme", "matchMedia("+quote("(prefers-color-scheme: "+light+")")+").matches")
	return same
}

// look checks in both widths that the page is not wider than the window. If
// pictures are wanted it takes them, in the color schemes that the engine can
// change without loading the page again.
func (b *tab) look(name string) {
	b.t.Helper()
	for _, width := range []int64{narrow, wide} {
		b.size(width, 900)
		b.fits(name, width)
		if os.Getenv(shotsEnv) == "" {
			continue
		}
		b.keep(fmt.Sprintf("%s-%d-light", name, width), b.picture(false))
		if _, ok := b.page.(*chromiumPage); ok {
			b.scheme("dark")
			b.keep(fmt.Sprintf("%s-%d-dark", name, width), b.picture(false))
			b.scheme("light")
		}
	}
}

// fits checks that the page is not wider than the window.
func (b *tab) fits(name string, width int64) {
	b.t.Helper()
	if page := eval[int64](b, "document.documentElement.scrollWidth"); page > width {
		b.t.Errorf("%s: the page is %d wide in a window of %d", name, page, width)
	}
}

// picture returns the window or the whole page as a PNG, or nil if the browser
// fails.
func (b *tab) picture(whole bool) []byte {
	data, err := b.page.shot(whole)
	if err != nil {
		b.t.Logf("no picture: %v", err)
	}
	return data
}

// keep saves a picture.
func (b *tab) keep(name string, data []byte) {
	if len(data) == 0 {
		return
	}
	dir := os.Getenv(shotsEnv)
	if dir == "" {
		dir = filepath.Join(os.TempDir(), "cariqa-mock-screenshots")
	}
	file := regexp.MustCompile(`[^A-Za-z0-9_-]+`).ReplaceAllString(b.t.Name()+"-"+name+"-"+engineName, "-") + ".png"
	if err := os.MkdirAll(dir, 0o755); err != nil {
		b.t.Error(err)
	} else if err := os.WriteFile(filepath.Join(dir, file), data, 0o644); err != nil {
		b.t.Error(err)
	}
}
