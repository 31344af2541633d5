package scenario

import (
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// tokenOf returns the token at which a value or key begins.
func tokenOf(n ast.Node) *token.Token {
	switch n := n.(type) {
	case nil:
		return nil
	case *ast.LiteralNode:
		return n.Start
	case *ast.MappingNode:
		if !n.IsFlowStyle && len(n.Values) > 0 {
			return tokenOf(n.Values[0])
		}
		return n.Start
	case *ast.MappingValueNode:
		return tokenOf(n.Key)
	case *ast.SequenceNode:
		return n.Start
	}
	return n.GetToken()
}

// entries returns the pairs of a mapping. ok is false if n is not a mapping.
func entries(n ast.Node) (pairs []*ast.MappingValueNode, ok bool) {
	switch n := n.(type) {
	case *ast.MappingNode:
		return n.Values, true
	case *ast.MappingValueNode: // a block mapping of one pair
		return []*ast.MappingValueNode{n}, true
	}
	return nil, false
}

// keyOf returns the key of a pair, which may be a number or a word such as
// true.
func keyOf(p *ast.MappingValueNode) string { return p.Key.GetToken().Value }

func isScalar(n ast.Node) bool {
	switch n.(type) {
	case *ast.StringNode, *ast.LiteralNode, *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		return true
	}
	return false
}

// raw returns a scalar as it is written, without quotes.
func raw(n ast.Node) string {
	if n, ok := n.(*ast.LiteralNode); ok {
		return n.Value.Value
	}
	return n.GetToken().Value
}

// describe names what was found, for a message.
func describe(n ast.Node) string {
	switch n := n.(type) {
	case *ast.NullNode:
		return "nothing (null)"
	case *ast.MappingNode, *ast.MappingValueNode:
		return "keys and values"
	case *ast.SequenceNode:
		return "a list"
	case *ast.StringNode, *ast.LiteralNode:
		return "the text " + Quote(raw(n))
	case *ast.IntegerNode, *ast.FloatNode:
		return "the number " + raw(n)
	case *ast.BoolNode:
		return raw(n)
	}
	return "something else"
}
