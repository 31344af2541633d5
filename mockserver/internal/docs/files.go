package docs

import (
	"html/template"
	"io/fs"
	"path"
	"strings"
)

// A File is the source of an example.
type File struct {
	Name string        // relative to the folder that was asked for
	HTML template.HTML // its text, with a copy button
}

// Sources returns the files of the repository at or below a URL path, as the
// page of a link to them. It returns nil if no file is there.
func (l *Library) Sources(urlPath string) []File {
	name := strings.Trim(strings.TrimPrefix(urlPath, Root), "/")
	if !fs.ValidPath(name) || name == "." {
		return nil
	}
	var all []File
	err := fs.WalkDir(l.files, name, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(file) == ".png" || path.Ext(file) == ".md" {
			return err
		}
		text, err := fs.ReadFile(l.files, file)
		short := strings.TrimPrefix(file, name+"/")
		if file == name {
			short = path.Base(name)
		}
		all = append(all, File{Name: short, HTML: template.HTML(snippet{text: string(text)}.html())})
		return err
	})
	if err != nil {
		return nil
	}
	return all
}

// Picture returns a picture of a document. It reports whether there is one.
func (l *Library) Picture(urlPath string) ([]byte, bool) {
	name := strings.TrimPrefix(urlPath, Root)
	if path.Ext(name) != ".png" || !fs.ValidPath(name) {
		return nil, false
	}
	data, err := fs.ReadFile(l.files, name)
	return data, err == nil
}
