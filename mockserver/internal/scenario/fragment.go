package scenario

import (
	"reflect"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/token"
)

// Large files are read in parts: the YAML library takes a hundred times the
// bytes that it parses. The items of long lists are cut out by their
// indentation, parsed some at a time, and forgotten.
const (
	// maxPart is how much is parsed at once, in bytes: a file, or what is left
	// of it without the items of its long lists, or one of these.
	maxPart = 1 << 20
	// batch is how much of several items is parsed at once.
	batch = 64 << 10
)

// A fragment is some lines of a file.
type fragment struct {
	lines   []string
	numbers []int // of the lines; nil: they follow each other
	first   int   // number of the first line, less one, without numbers
}

// line returns the number of the i-th line of a fragment in its file.
func (f fragment) line(i int) int {
	if f.numbers != nil {
		return f.numbers[min(max(i, 0), len(f.numbers)-1)]
	}
	return f.first + i + 1
}

func (f fragment) size() (n int) {
	for _, line := range f.lines {
		n += len(line) + 1
	}
	return n
}

// tokens returns the tokens of a fragment, with their places in the file.
func (f fragment) tokens() token.Tokens {
	tokens := lexer.Tokenize(strings.Join(f.lines, "\n"))
	if f.numbers == nil && f.first == 0 {
		return tokens
	}
	var last *token.Position
	for _, t := range tokens {
		if t.Position != last {
			last = t.Position
			last.Line = f.line(last.Line - 1)
		}
	}
	return tokens
}

// file decodes a file, whose long lists it reads in parts.
func (d *decoder) file(f fragment, to *File) {
	if f.size() <= maxPart {
		d.fragment(f, reflect.ValueOf(to).Elem())
		return
	}
	f, users := f.cut("users", 0)
	f, points := f.cut("charge_points", 0)
	if d.fragment(f, reflect.ValueOf(to).Elem()) {
		decodeItems(d, "users", users, &to.Users)
		decodeItems(d, "charge_points", points, &to.ChargePoints)
	}
}

// fragment decodes a fragment that is a value of its own, and reports whether
// it could be read.
func (d *decoder) fragment(f fragment, v reflect.Value) bool {
	root := d.parse(f)
	if root == nil {
		return false
	}
	d.value("", root, v, "")
	return true
}

func (d *decoder) parse(f fragment) ast.Node {
	if n := f.size(); n > maxPart {
		d.wrong.add(f.line(0), 1, "expected at most "+strconv.Itoa(maxPart)+" bytes here, without the items of users, charge_points, "+
			"payment_methods and sessions, each of which begins on a line of its own")
		return nil
	}
	return readYAML(f, d.wrong)
}

// decodeItems decodes the items of a list, some at a time. It stops after too
// many mistakes.
func decodeItems[T any](d *decoder, path string, items []fragment, to *[]T) {
	*to = make([]T, len(items))
	lines := make([]int, len(items))
	for i, item := range items {
		lines[i] = item.line(0)
	}
	d.at.items[path] = lines
	*d.at.parts++
	defer func() { *d.at.parts-- }()
	for i := 0; i < len(items) && len(d.wrong.found) < maxMistakes; {
		if u, ok := any(&(*to)[i]).(*User); ok && items[i].size() > batch {
			d.user(path+"["+strconv.Itoa(i)+"]", items[i], u)
			i++
			continue
		}
		i += decodeBatch(d, path, items[i:], (*to)[i:], i)
	}
}

// decodeBatch decodes the first items of a list and returns how many. from is
// the index of the first one.
func decodeBatch[T any](d *decoder, path string, items []fragment, to []T, from int) (n int) {
	f, size := fragment{first: items[0].first}, 0
	for _, item := range items {
		if size += item.size(); n > 0 && size > batch {
			break
		}
		f.lines = append(f.lines, item.lines...)
		n++
	}
	list, ok := d.parse(f).(*ast.SequenceNode)
	if !ok || len(list.Values) != n {
		if len(d.wrong.found) == 0 {
			d.wrong.add(f.line(0), 1, "expected the items of a list, each with the same indentation")
		}
		return n
	}
	for i, node := range list.Values {
		d.value(path+"["+strconv.Itoa(from+i)+"]", node, reflect.ValueOf(&to[i]).Elem(), "")
	}
	return n
}

// user decodes a user with long lists.
func (d *decoder) user(path string, f fragment, to *User) {
	indent := keyIndent(f.lines[0])
	f, methods := f.cut("payment_methods", indent)
	f, sessions := f.cut("sessions", indent)
	list, ok := d.parse(f).(*ast.SequenceNode)
	if !ok || len(list.Values) != 1 {
		if len(d.wrong.found) == 0 {
			d.wrong.add(f.line(0), 1, "expected a user")
		}
		return
	}
	d.value(path, list.Values[0], reflect.ValueOf(to).Elem(), "")
	if methods != nil {
		decodeItems(d, path+".payment_methods", methods, &to.PaymentMethods)
	}
	if sessions != nil {
		decodeItems(d, path+".sessions", sessions, &to.Sessions)
	}
}
