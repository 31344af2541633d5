package console

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"cariqamock/mockserver/internal/admin/adminapi"
)

// A comparePage is the data of two requests side by side, the older one first.
type comparePage struct {
	A, B      adminapi.Entry
	Parts     []comparison
	Different []string // titles of the parts that differ
}

// A comparison is one part of two requests.
type comparison struct {
	Title string
	Same  bool
	Rows  []pairOfLines
}

// A pairOfLines is two lines at the same height; one of them may be missing.
type pairOfLines struct {
	A, B       string
	HasA, HasB bool
	Same       bool
}

func (r *request) compare() (view, error) {
	world, marks := r.PathValue("world"), r.marks()
	if len(marks) != 2 {
		return view{}, adminapi.BadValue("mark", "%d requests are marked. Mark two in the journal to compare them.", len(marks))
	}
	var page comparePage
	var why [2]adminapi.Explanation
	err := errors.Join(
		r.admin.get(worldPath(world, "requests", marks[0]), &page.A), r.admin.get(worldPath(world, "requests", marks[0], "explain"), &why[0]),
		r.admin.get(worldPath(world, "requests", marks[1]), &page.B), r.admin.get(worldPath(world, "requests", marks[1], "explain"), &why[1]),
	)
	if err != nil {
		return view{}, err
	}
	if page.B.Wall.Before(page.A.Wall) {
		page.A, page.B, why[0], why[1] = page.B, page.A, why[1], why[0]
	}
	a, b := partsOf(page.A, why[0]), partsOf(page.B, why[1])
	for i := range a {
		if a[i].text == "" && b[i].text == "" {
			continue
		}
		c := comparison{Title: a[i].title, Same: a[i].text == b[i].text, Rows: align(lines(a[i].text), lines(b[i].text))}
		if page.Parts = append(page.Parts, c); !c.Same {
			page.Different = append(page.Different, strings.ToLower(c.Title))
		}
	}
	return view{Page: "compare", Title: "Two requests of " + world, World: world, Data: page}, nil
}

// marks returns the ids of the requests that are marked in the journal, without
// repetitions.
func (r *request) marks() []string {
	var out []string
	for _, id := range r.URL.Query()["mark"] {
		if id != "" && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

type part struct{ title, text string }

// partsOf returns what is compared of a request, always in the same order.
func partsOf(e adminapi.Entry, why adminapi.Explanation) []part {
	url := e.Path
	if e.Query != "" {
		url += "?" + strings.ReplaceAll(e.Query, "&", "\n&")
	}
	status := "dropped"
	if e.Status != 0 {
		status = statusText(e.Status)
	}
	reason := []string{status}
	for _, text := range append([]string{e.Rule, why.Sentence}, why.Facts...) {
		if text != "" {
			reason = append(reason, text)
		}
	}
	var findings []string
	for _, f := range e.Findings {
		findings = append(findings, string(f.Side)+": "+f.Message)
	}
	return []part{
		{"Call", e.Method + " " + url},
		{"Request body", pretty(e.Request.Body)},
		{"Request headers", headerLines(e.Request.Headers)},
		{"Status and rule", strings.Join(reason, "\n")},
		{"Response body", pretty(e.Response.Body)},
		{"Response headers", headerLines(e.Response.Headers)},
		{"Findings", strings.Join(findings, "\n")},
		{"User before", pretty(why.Before)},
		{"User after", pretty(why.After)},
	}
}

// always are headers that differ between any two responses.
var always = []string{"Date", "Request-Id", "X-Request-Id"}

func headerLines(headers map[string]string) string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		if !slices.Contains(always, name) {
			out = append(out, name+": "+headers[name])
		}
	}
	return strings.Join(out, "\n")
}

func lines(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}

// maxCells bounds the work to align two texts; longer ones are aligned line by
// line.
const maxCells = 4 << 20

// align pairs the lines of two texts so that as many as possible are paired with
// the same line.
func align(a, b []string) []pairOfLines {
	var out []pairOfLines
	gap := func(a, b []string) { // lines that differ, at the same height
		for i := range max(len(a), len(b)) {
			p := pairOfLines{HasA: i < len(a), HasB: i < len(b)}
			if p.HasA {
				p.A = a[i]
			}
			if p.HasB {
				p.B = b[i]
			}
			p.Same = p.HasA && p.HasB && p.A == p.B
			out = append(out, p)
		}
	}
	fromA, fromB := 0, 0
	for _, m := range common(a, b) {
		gap(a[fromA:m[0]], b[fromB:m[1]])
		out = append(out, pairOfLines{a[m[0]], b[m[1]], true, true, true})
		fromA, fromB = m[0]+1, m[1]+1
	}
	gap(a[fromA:], b[fromB:])
	return out
}

// common returns the places of a longest common subsequence, or nil if that is too
// much work.
func common(a, b []string) (places [][2]int) {
	if (len(a)+1)*(len(b)+1) > maxCells {
		return nil
	}
	longest := make([][]int32, len(a)+1) // of a[i:] and b[j:]
	for i := range longest {
		longest[i] = make([]int32, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			longest[i][j] = max(longest[i+1][j], longest[i][j+1])
			if a[i] == b[j] {
				longest[i][j] = longest[i+1][j+1] + 1
			}
		}
	}
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			places = append(places, [2]int{i, j})
			i, j = i+1, j+1
		case longest[i+1][j] >= longest[i][j+1]:
			i++
		default:
			j++
		}
	}
	return places
}
