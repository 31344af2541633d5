// Small icons, drawn for the fake. They are not the companies' logos.

const SVG = 'http://www.w3.org/2000/svg';

function svg(tag, attributes, children) {
  const node = document.createElementNS(SVG, tag);
  Object.keys(attributes).forEach(key => node.setAttribute(key, attributes[key]));
  (children || []).forEach(child => node.appendChild(typeof child === 'string' ? document.createTextNode(child) : child));
  return node;
}

function plate(fill, content) {
  return svg('svg', { viewBox: '0 0 32 21', width: 32, height: 21, 'aria-hidden': 'true', focusable: 'false' }, [
    svg('rect', { x: 0.5, y: 0.5, width: 31, height: 20, rx: 3, fill: fill, stroke: 'rgba(0,0,0,.18)' }),
  ].concat(content));
}

function lettered(fill, ink, text, size) {
  const letters = { x: 16, y: 14, 'text-anchor': 'middle', 'font-family': 'Arial, sans-serif', 'font-weight': 700, 'font-size': size, fill: ink };
  return plate(fill, [svg('text', letters, [text])]);
}

function disc(x, fill, opacity) {
  return svg('circle', { cx: x, cy: 10.5, r: 6, fill: fill, 'fill-opacity': opacity });
}

const MARKS = {
  visa: () => lettered('#fff', '#1a2b7a', 'VISA', 9.5),
  mastercard: () => plate('#fff', [disc(12.5, '#d8232a', 1), disc(19.5, '#f2a32c', 0.85)]),
  amex: () => lettered('#2b6cb8', '#fff', 'AMEX', 8.5),
  discover: () => plate('#fff', [disc(16, '#e8762d', 1), svg('rect', { x: 3, y: 9.5, width: 26, height: 2, fill: '#333' })]),
  diners: () => plate('#fff', [disc(16, '#2c5a94', 1), svg('rect', { x: 15, y: 6, width: 2, height: 9, fill: '#fff' })]),
  jcb: () => lettered('#fff', '#15703d', 'JCB', 9.5),
  unionpay: () => lettered('#0b6b74', '#fff', 'UP', 10),
  unknown: () => svg('svg', { viewBox: '0 0 32 21', width: 32, height: 21, 'aria-hidden': 'true', focusable: 'false' }, [
    svg('rect', { x: 4.75, y: 2.75, width: 22.5, height: 15.5, rx: 2.5, fill: 'none', stroke: 'currentColor', 'stroke-width': 1.5 }),
    svg('rect', { x: 4.75, y: 6, width: 22.5, height: 3, fill: 'currentColor' }),
  ]),
  apple_pay: () => lettered('#111', '#fff', 'A Pay', 8),
  google_pay: () => lettered('#fff', '#444', 'G Pay', 8),
};

function mark(name) {
  return (MARKS[name] || MARKS.unknown)();
}

function radio(on) {
  const state = name => 'cqs-' + name + (on ? ' cqs-' + name + '--checked' : '');
  return svg('svg', { viewBox: '0 0 100 100', width: 16, height: 16, class: state('RadioIcon'), 'aria-hidden': 'true', focusable: 'false' }, [
    svg('circle', { cx: 50, cy: 50, r: 46, class: state('RadioIconOuter') }), svg('circle', { cx: 50, cy: 50, r: 24, class: state('RadioIconInner') }),
  ]);
}

function chevron() {
  return svg('svg', { viewBox: '0 0 12 12', width: 12, height: 12, 'aria-hidden': 'true', focusable: 'false' }, [
    svg('path', { d: 'M2 4l4 4 4-4', fill: 'none', stroke: 'currentColor', 'stroke-width': 1.5 }),
  ]);
}
