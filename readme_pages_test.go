package cariqamock_test

import (
	"image/png"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// scripts wants each script tag of a block to load, from the server that the
// README's other blocks use.
func (p *playground) scripts(t *testing.T, b block) {
	tags := regexp.MustCompile(`<script src="([^"]+)"`).FindAllStringSubmatch(p.place(t, b.text), -1)
	if len(tags) == 0 {
		t.Errorf("%s:%d: no script tag; what else is in an html block nobody checks", readmeFile, b.line)
	}
	for _, tag := range tags {
		res, err := http.Get(tag[1])
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if kind := res.Header.Get("Content-Type"); res.StatusCode != http.StatusOK || !strings.HasPrefix(kind, "text/javascript") {
			t.Errorf("%s:%d: %s: %d %s", readmeFile, b.line, tag[1], res.StatusCode, kind)
		}
	}
}

// Every link within the repository leads somewhere, and every picture can be
// seen.
func TestREADMELinks(t *testing.T) {
	text, err := os.ReadFile(readmeFile)
	if err != nil {
		t.Fatal(err)
	}
	anchors := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^#+ (.+)$`).FindAllStringSubmatch(string(text), -1) {
		name := regexp.MustCompile(`[^a-z0-9 -]`).ReplaceAllString(strings.ToLower(m[1]), "")
		anchors["#"+strings.ReplaceAll(name, " ", "-")] = true
	}
	pictures := 0
	for _, m := range regexp.MustCompile(`(!?)\[[^\]]*\]\(([^)\s]+)\)`).FindAllStringSubmatch(string(text), -1) {
		switch to := m[2]; {
		case m[1] == "!":
			pictures++
			isPicture(t, to)
		case strings.HasPrefix(to, "#"):
			if !anchors[to] {
				t.Errorf("%s has no heading for %s", readmeFile, to)
			}
		case !strings.Contains(to, "://"):
			if _, err := os.Stat(filepath.FromSlash(to)); err != nil {
				t.Error(err)
			}
		}
	}
	if pictures < 2 {
		t.Errorf("%s shows %d pictures, want the console in at least two", readmeFile, pictures)
	}
}

func isPicture(t *testing.T, name string) {
	t.Helper()
	f, err := os.Open(filepath.FromSlash(name))
	if err != nil {
		t.Error(err)
		return
	}
	defer f.Close()
	if _, err := png.DecodeConfig(f); err != nil {
		t.Errorf("%s: %v", name, err)
	}
	if info, err := f.Stat(); err == nil && info.Size() > 400<<10 {
		t.Errorf("%s has %d bytes; everybody who clones gets them", name, info.Size())
	}
}
