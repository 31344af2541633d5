// Building the nodes in the page.

function node(tag, classes, attributes, children) {
  const made = document.createElement(tag);
  made.className = ('cqs-n ' + (classes || '')).trim();
  Object.keys(attributes || {}).forEach(key => {
    if (attributes[key] !== undefined && attributes[key] !== null && attributes[key] !== false) {
      made.setAttribute(key, attributes[key] === true ? '' : attributes[key]);
    }
  });
  (children || []).forEach(child => {
    if (child) {
      made.appendChild(typeof child === 'string' ? document.createTextNode(child) : child);
    }
  });
  return made;
}

function empty(parent) {
  while (parent.firstChild) {
    parent.removeChild(parent.firstChild);
  }
}

function setText(target, text) {
  if (target.textContent !== text) {
    target.textContent = text;
  }
}

// A page does not receive the events in a frame of another origin, so it does
// not receive those of elements either.
const KEPT_INSIDE = ['beforeinput', 'input', 'change', 'keydown', 'keypress', 'keyup', 'paste', 'copy', 'cut', 'focusin', 'focusout', 'invalid',
  'click', 'dblclick', 'mousedown', 'mouseup', 'pointerdown', 'pointerup', 'touchstart', 'touchend', 'select', 'compositionstart', 'compositionend'];

// rootOf returns a new root node for an element.
function rootOf(instance) {
  const root = document.createElement('div');
  root.className = 'cqs-root ' + instance;
  KEPT_INSIDE.forEach(event => root.addEventListener(event, e => e.stopPropagation()));
  return root;
}

// activeIn returns the focused node in the document or shadow tree of a node.
function activeIn(place) {
  const tree = place.getRootNode();
  return 'activeElement' in tree ? tree.activeElement : null;
}

// The form attribute of fields keeps them out of the page's form. In Stripe's
// frames they are not part of its data either, so a page that submits its form
// sends no card numbers. No form has this id.
const NO_FORM = 'cqs-no-form';

// containerOf returns the node to mount in. The messages are those of Stripe.js.
function containerOf(where) {
  if (!where) {
    misuse('Missing argument. Make sure to call mount() with a valid DOM element or selector.');
  }
  if (typeof where === 'string') {
    const found = document.querySelectorAll(where);
    if (found.length === 0) {
      misuse('The selector you specified (' + where + ') applies to no DOM elements that are currently on the page.\n'
        + 'Make sure the element exists on the page before calling mount().');
    }
    if (found.length > 1) {
      console.warn('[Stripe.js] The selector you specified (' + where + ') applies to ' + found.length
        + ' DOM elements that are currently on the page.\nThe Stripe Element will be mounted to the first one.');
    }
    return found[0];
  }
  if (!where.appendChild) {
    misuse('Invalid DOM element. Make sure to call mount() with a valid DOM element or selector.');
  }
  return where;
}
