package main

import (
	"fmt"
	"image/png"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// checkScripts loads the source of each script tag of an html block.
func (p *playground) checkScripts(t *testing.T, b block) {
	tags := regexp.MustCompile(`<script src="([^"]+)"`).FindAllStringSubmatch(p.replaceAddrs(t, b.text), -1)
	if len(tags) == 0 {
		t.Errorf("%s:%d: an html block without a script tag; nothing else in it can be checked", p.document, b.line)
	}
	for _, tag := range tags {
		res, err := http.Get(tag[1])
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if kind := res.Header.Get("Content-Type"); res.StatusCode != http.StatusOK || !strings.HasPrefix(kind, "text/javascript") {
			t.Errorf("%s:%d: %s: %d %s", p.document, b.line, tag[1], res.StatusCode, kind)
		}
	}
}

// TestREADMELinks checks that each link within the repository has its file and
// heading, and that each picture can be shown.
func TestREADMELinks(t *testing.T) {
	pictures := 0
	for name, text := range texts(t) {
		for _, m := range regexp.MustCompile(`(!?)\[[^\]]*\]\(([^)\s]+)\)`).FindAllStringSubmatch(prose(text), -1) {
			if strings.Contains(m[2], "://") {
				continue
			}
			if m[1] != "" {
				pictures++
			}
			if err := checkLink(name, m[2], m[1] != ""); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	if pictures == 0 {
		t.Error("no document has a picture")
	}
}

// checkLink checks a link of a document: a file relative to it, a heading after
// #, or both.
func checkLink(document, to string, picture bool) error {
	file, heading, _ := strings.Cut(to, "#")
	target := path.Join(path.Dir(document), file)
	if file == "" {
		target = document
	}
	name := filepath.Join(root, filepath.FromSlash(target))
	if picture {
		return checkPicture(name)
	}
	if _, err := os.Stat(name); err != nil {
		return fmt.Errorf("%s: %w", to, err)
	}
	if heading == "" {
		return nil
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return fmt.Errorf("%s: %w", to, err)
	}
	if !anchors(string(text))[heading] {
		return fmt.Errorf("%s: %s has no such heading", to, target)
	}
	return nil
}

// anchors returns what links to the headings of a document end in: lower-case,
// without punctuation, with hyphens for spaces, and numbered where a heading
// repeats.
func anchors(markdown string) map[string]bool {
	all := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^#+ (.+)$`).FindAllStringSubmatch(prose(markdown), -1) {
		name := regexp.MustCompile(`[^\p{L}\p{N}_ -]`).ReplaceAllString(strings.ToLower(m[1]), "")
		name = strings.ReplaceAll(name, " ", "-")
		numbered := name
		for i := 1; all[numbered]; i++ {
			numbered = fmt.Sprintf("%s-%d", name, i)
		}
		all[numbered] = true
	}
	return all
}

// checkPicture reports what is wrong with a PNG file of the repository.
func checkPicture(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	if _, err := png.DecodeConfig(f); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if info.Size() > 400<<10 {
		return fmt.Errorf("%s has %d bytes, which everybody who clones downloads; want at most %d", name, info.Size(), 400<<10)
	}
	return nil
}

func TestAnchors(t *testing.T) {
	got := anchors("# The title, with `code`\n## Übung_1 – two\n```sh\n# a comment\n```\n## Same\n### Same\n")
	for _, want := range []string{"the-title-with-code", "übung_1--two", "same", "same-1"} {
		if !got[want] {
			t.Errorf("no %s in %v", want, got)
		}
	}
	if len(got) != 4 {
		t.Errorf("%d anchors, want 4: %v", len(got), got)
	}
}

func TestCheckLink(t *testing.T) {
	for to, ok := range map[string]bool{
		"../README.md": true, "default.yaml": true, ".": true, "../openapi.yaml": true,
		"missing.yaml": false, "README-old.md#x": false, "../README.md#no-such-heading": false,
	} {
		if err := checkLink("scenarios/README.md", to, false); (err == nil) != ok {
			t.Errorf("%s: %v, want accepted: %v", to, err, ok)
		}
	}
	if err := checkLink("README.md", "openapi.yaml", true); err == nil {
		t.Error("openapi.yaml is accepted as a picture")
	}
}
