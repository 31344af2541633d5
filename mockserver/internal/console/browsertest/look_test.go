package browsertest_test

import (
	"bytes"
	"context"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"regexp"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// Widths of windows: a small phone and a wide screen.
const (
	narrow = 360
	wide   = 1600
)

// size sets the size of the tab's window.
func (b *tab) size(width, height int64) {
	b.t.Helper()
	b.do("setting the window's size", chromedp.EmulateViewport(width, height))
	b.until("the window to have its size", fmt.Sprintf("innerWidth === %d && innerHeight === %d", width, height))
}

// scheme is the user's preference, "light" or "dark".
func (b *tab) scheme(light string) {
	b.t.Helper()
	b.do("setting the color scheme", call(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: light}},
	}))
	b.until("the color scheme", "matchMedia("+quote("(prefers-color-scheme: "+light+")")+").matches")
}

// shot takes a picture of the window and saves it.
func (b *tab) shot(name string) {
	b.t.Helper()
	data := b.picture()
	config, err := png.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		b.t.Fatalf("the picture %s: %v", name, err)
	}
	if width := eval[int](b, "innerWidth"); config.Width != width {
		b.t.Errorf("the picture %s is %d wide, the window %d", name, config.Width, width)
	}
	b.keep(name, data)
}

// look takes pictures of the page in both widths and both color schemes. In
// none of them may the page be wider than the window.
func (b *tab) look(name string) {
	b.t.Helper()
	for _, width := range []int64{narrow, wide} {
		for _, scheme := range []string{"light", "dark"} {
			b.size(width, 900)
			b.scheme(scheme)
			if page := eval[int64](b, "document.documentElement.scrollWidth"); page > width {
				b.t.Errorf("%s: the page is %d wide in a window of %d", name, page, width)
			}
			b.shot(fmt.Sprintf("%s-%d-%s", name, width, scheme))
		}
	}
}

// picture returns the window as a PNG, or nil if the browser fails.
func (b *tab) picture() []byte {
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	data, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err != nil {
		b.t.Logf("no picture: %v", err)
	}
	return data
}

func (b *tab) keep(name string, data []byte) {
	if len(data) == 0 {
		return
	}
	dir := os.Getenv(shotsEnv)
	if dir == "" {
		dir = filepath.Join(os.TempDir(), "cariqa-mock-screenshots")
	}
	file := regexp.MustCompile(`[^A-Za-z0-9_-]+`).ReplaceAllString(b.t.Name()+"-"+name, "-") + ".png"
	if err := os.MkdirAll(dir, 0o755); err != nil {
		b.t.Error(err)
	} else if err := os.WriteFile(filepath.Join(dir, file), data, 0o644); err != nil {
		b.t.Error(err)
	}
}
