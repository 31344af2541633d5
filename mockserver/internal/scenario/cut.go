package scenario

import "strings"

// cut takes the items of a list out of a fragment: those of a key that stands
// alone in its line, with a number of blanks before it. What is left has an
// empty list there. It returns no items if the fragment has no such list.
func (f fragment) cut(key string, blanks int) (rest fragment, items []fragment) {
	at := -1
	for i, line := range f.lines {
		if indent(line) == blanks && isKey(line[blanks:], key) {
			at = i
			break
		}
	}
	if at < 0 {
		return f, nil
	}
	items, end := f.items(at+1, blanks)
	if items == nil {
		return f, nil
	}
	for i := range f.lines {
		switch {
		case i == at:
			rest.lines = append(rest.lines, strings.Repeat(" ", blanks)+key+": []")
		case i > at && i < end:
			continue
		default:
			rest.lines = append(rest.lines, f.lines[i])
		}
		rest.numbers = append(rest.numbers, f.line(i))
	}
	return rest, items
}

// isKey reports whether a line without its indentation has a key and nothing
// else, but for a comment.
func isKey(line, key string) bool {
	after, ok := strings.CutPrefix(line, key+":")
	after = strings.TrimLeft(after, " ")
	return ok && (after == "" || after[0] == '#')
}

// items returns the items of a list that begins at a line, and the line after
// it. They have at least the indentation of its key.
func (f fragment) items(from, least int) (items []fragment, end int) {
	start, column := -1, -1
	add := func(end int) {
		if start >= 0 {
			items = append(items, fragment{lines: f.lines[start:end], first: f.line(start) - 1})
		}
	}
	i := from
	for ; i < len(f.lines); i++ {
		line := f.lines[i]
		blanks := indent(line)
		if blanks == len(line) || line[blanks] == '#' { // blank, or a comment
			continue
		}
		dash := line[blanks] == '-' && (len(line) == blanks+1 || line[blanks+1] == ' ')
		if column < 0 && dash && blanks >= least {
			column = blanks
		}
		if column < 0 || blanks < column || blanks == column && !dash {
			break
		}
		if blanks == column {
			add(i)
			start = i
		}
	}
	add(i)
	return items, i
}

// indent returns the number of blanks at the beginning of a line.
func indent(line string) int { return len(line) - len(strings.TrimLeft(line, " ")) }

// keyIndent returns the column, from 0, of the keys of an item that begins at a
// line with a dash.
func keyIndent(line string) int {
	dash := indent(line)
	return dash + 1 + indent(line[dash+1:])
}
