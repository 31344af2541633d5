package browsertest_test

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/chromedp/chromedp/kb"
)

// finder returns the elements of a spot that can be seen: by selector, or by
// role and accessible name, as far as our pages and the tests need them.
// Chromium is asked for both instead; the other engines have no such search.
const finder = `(s => {
	const roleOf = e => e.getAttribute("role") || {
		BUTTON: () => "button", SUMMARY: () => "button", DIALOG: () => "dialog", TEXTAREA: () => "textbox",
		A: () => e.href && "link", SELECT: () => e.multiple || e.size > 1 ? "listbox" : "combobox", SVG: () => "image",
		INPUT: () => ({checkbox: "checkbox", radio: "radio", range: "slider", number: "spinbutton", search: "searchbox",
			button: "button", submit: "button", reset: "button", image: "button", hidden: ""})[e.type] ?? (e.list ? "combobox" : "textbox"),
	}[e.tagName.toUpperCase()]?.();
	const words = n => n.nodeType === 3 ? n.data : n.nodeType !== 1 || n.ariaHidden === "true" || n.hidden ? "" :
		n.ariaLabel ? n.ariaLabel : n.matches("input, select, textarea") ? "" :
		getComputedStyle(n).display === "inline" ? [...n.childNodes].map(words).join("") : " " + [...n.childNodes].map(words).join("") + " ";
	const nameOf = e => {
		const by = e.getAttribute("aria-labelledby");
		const text = by ? by.split(/\s+/).map(id => { const l = document.getElementById(id); return l ? words(l) : "" }).join(" ") :
			e.getAttribute("aria-label") || (e.labels?.length ? [...e.labels].map(words).join(" ") :
			e.matches("input, select, textarea, dialog") ? e.title || e.placeholder || "" : words(e));
		return text.replace(/\s+/g, " ").trim();
	};
	const plain = r => r === "img" ? "image" : r, roles = (s.roles ?? []).map(plain);
	return [...document.querySelectorAll(s.css || "*")].filter(e => e.checkVisibility({visibilityProperty: true}) &&
		(s.css || !e.closest("[aria-hidden=true], [inert]") && roles.includes(plain(roleOf(e))) &&
			(s.part ? nameOf(e).includes(s.name) : !s.name && s.roles[0] === "dialog" || nameOf(e) === s.name)));
})`

// withElement returns an expression that calls a function with the one element
// of a spot as this. Its value is {"count"} or {"value"}.
func withElement(s spot, function string) string {
	wanted, err := json.Marshal(map[string]any{"roles": s.roles, "name": s.name, "part": s.part, "css": s.css})
	if err != nil {
		panic(err) // cannot happen for strings
	}
	return `(async all => all.length === 1 ? {count: 1, value: await (` + function + `).call(all[0])} : {count: all.length})(` + finder + "(" + string(wanted) + "))"
}

// elementValue returns the value of an expression of withElement.
func elementValue(result json.RawMessage, err error) (json.RawMessage, error) {
	if err != nil {
		return nil, err
	}
	var found struct {
		Count int
		Value json.RawMessage
	}
	if err := json.Unmarshal(result, &found); err != nil {
		return nil, err
	}
	switch found.Count {
	case 0:
		return nil, errNone
	case 1:
		return found.Value, nil
	}
	return nil, fmt.Errorf("%w: %d", errMany, found.Count)
}

// webdriverKeys replaces the keys of package kb by those of WebDriver, 17.4.2.
var webdriverKeys = strings.NewReplacer(
	kb.Tab, "\uE004", kb.Enter, "\uE007", kb.Backspace, "\uE003", kb.Escape, "\uE00C", kb.Delete, "\uE017",
	kb.ArrowLeft, "\uE012", kb.ArrowUp, "\uE013", kb.ArrowRight, "\uE014", kb.ArrowDown, "\uE015", kb.Home, "\uE011", kb.End, "\uE010",
)

// A step is a part of an action of WebDriver: of its classic protocol and of
// BiDi, which have them in common.
type step map[string]any

// clicking returns the actions of a click.
func clicking(x, y float64) []step {
	return []step{{"type": "pointer", "id": "mouse", "parameters": step{"pointerType": "mouse"}, "actions": []step{
		{"type": "pointerMove", "x": int(x), "y": int(y), "duration": 0, "origin": "viewport"},
		{"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0},
	}}}
}

// typing returns the actions of typing.
func typing(keys string) []step {
	var all []step
	for _, key := range webdriverKeys.Replace(keys) {
		all = append(all, step{"type": "keyDown", "value": string(key)}, step{"type": "keyUp", "value": string(key)})
	}
	return []step{{"type": "key", "id": "keyboard", "actions": all}}
}

// pasting inserts a text as the clipboard does.
func pasting(text string) string {
	return `document.execCommand("insertText", false, ` + quote(text) + `)`
}
