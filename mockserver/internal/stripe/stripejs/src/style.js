// Style sheets. The fields are in the page itself, while Stripe's are in frames.
// So that the page's CSS does not change them, everything that may apply to them
// is reset first, and every declaration is important.

const SCOPE = '.cqs-root.cqs-root.cqs-root';

function kebab(property) {
  return property.indexOf('--') === 0 ? property : property.replace(/^(webkit|moz|ms)(?=[A-Z])/, '-$1').replace(/[A-Z]/g, c => '-' + c.toLowerCase());
}

function rule(selector, properties) {
  const body = Object.keys(properties).map(key => kebab(key) + ':' + properties[key] + '!important').join(';');
  return selector + '{' + body + '}';
}

// scoped restricts a selector to the roots of elements; '' is a root itself.
function scoped(selector, instance) {
  const root = SCOPE + (instance ? '.' + instance : '');
  return selector.split(',').map(s => (s.trim()[0] === '&' ? root + s.trim().slice(1) : (root + ' ' + s.trim()).trim())).join(',');
}

// A Sheet is a list of rules. Pages may forbid <style> by a content security
// policy; constructed sheets are exempt, so they are tried first.
class Sheet {
  constructor(rules) {
    this.rules = rules;
    this.sheet = null;
    this.node = null;
  }

  // attach applies the sheet to the document or shadow tree of a node.
  attach(node) {
    const tree = node.getRootNode();
    this.tree = tree.adoptedStyleSheets || tree.nodeType === 11 ? tree : document;
    if ('adoptedStyleSheets' in this.tree && this._constructed()) {
      this.tree.adoptedStyleSheets = Array.prototype.concat.call([], Array.from(this.tree.adoptedStyleSheets), this.sheet);
      return;
    }
    this.node = document.createElement('style');
    this.node.textContent = this.rules.join('\n');
    (this.tree.head || this.tree).appendChild(this.node);
  }

  _constructed() {
    try {
      this.sheet = new CSSStyleSheet();
    } catch (error) {
      return false;
    }
    // One by one, so that a rule that a browser does not know affects no other.
    this.rules.forEach(text => {
      try {
        this.sheet.insertRule(text, this.sheet.cssRules.length);
      } catch (error) { /* a selector or a value of the page's that means nothing */ }
    });
    return true;
  }

  detach() {
    if (this.sheet && this.tree) {
      this.tree.adoptedStyleSheets = Array.from(this.tree.adoptedStyleSheets).filter(s => s !== this.sheet);
    }
    if (this.node) {
      this.node.remove();
    }
    this.sheet = this.node = null;
  }
}

function baseRules() {
  const own = (selector, properties) => rule(scoped(selector), properties);
  return [
    own('&, .cqs-n', { all: 'revert' }),
    own('&::before, &::after, .cqs-n::before, .cqs-n::after', { content: 'none' }),
    own('&, .cqs-n', { boxSizing: 'border-box', margin: '0' }),
    own('&', {
      display: 'block', width: '100%', direction: 'ltr', textAlign: 'left', textTransform: 'none', letterSpacing: 'normal', textIndent: '0',
      fontStyle: 'normal', fontWeight: '400', whiteSpace: 'normal', visibility: 'inherit', cursor: 'auto',
    }),
    own('.cqs-off.cqs-off.cqs-off', { display: 'none' }),
    own('.cqs-hidden', {
      position: 'absolute', width: '1px', height: '1px', padding: '0', overflow: 'hidden', clip: 'rect(0 0 0 0)', whiteSpace: 'nowrap', border: '0',
    }),
    own('button.cqs-n', { cursor: 'pointer', font: 'inherit' }),
    own('svg', {
      display: 'block', width: 'auto', height: '21px', minWidth: '0', maxWidth: 'none', margin: '0', padding: '0', border: '0', float: 'none', background: 'none',
      transform: 'none', opacity: '1',
    }),
    own('svg, svg *', { color: 'inherit' }),
    own('.cqs-small svg', { height: '12px' }),
  ].concat(lineRules(own));
}

// lineRules are the rules of card, cardNumber, cardExpiry and cardCvc: fields
// without a border, which the container has.
function lineRules(own) {
  return [
    own('.cqs-line', { display: 'flex', alignItems: 'center', minWidth: '0', gap: '8px' }),
    own('.cqs-line svg', { flex: 'none', height: '16px' }),
    own('.cqs-icon', { flex: 'none', display: 'block', lineHeight: '0', color: '#6b7c93' }),
    own('.cqs-bare', {
      appearance: 'none', WebkitAppearance: 'none', display: 'block', flex: '0 1 auto', minWidth: '0', width: '100%', border: '0', padding: '0', outline: '0',
      background: 'transparent', boxShadow: 'none', borderRadius: '0', font: '400 14px/1.2em "Helvetica Neue", Helvetica, Arial, sans-serif', color: '#32325d',
      height: 'auto', maxWidth: 'none',
    }),
    own('.cqs-bare::placeholder', { all: 'revert', color: '#757680', opacity: '1' }),
    own('.cqs-bare.cqs-number', { flex: '1 1 9em' }),
    // If space is short, the number hides the other fields while it is typed, and
    // shows only its last digits once it is complete. The element never grows.
    own('.cqs-many', { overflow: 'hidden', width: '1px', minWidth: '100%' }),
    own('.cqs-many .cqs-number', { minWidth: '4ch' }),
    own('.cqs-many .cqs-number.cqs-has-focus', { flex: '1 0 18ch' }),
    own('.cqs-many .cqs-tail:not(.cqs-has-focus)', { flex: '0 0 4ch' }),
    own('.cqs-many .cqs-expiry', { flex: '0 0 4.2em', width: '4.2em' }),
    own('.cqs-many .cqs-cvc', { flex: '0 0 2.4em', width: '2.4em' }),
    own('.cqs-many .cqs-postal', { flex: '0 0 3.4em', width: '3.4em' }),
    own('.cqs-bare.cqs-is-invalid', { color: '#eb1c26' }),
    own('.cqs-icon.cqs-is-invalid', { color: '#eb1c26' }),
  ];
}

// variantRules converts the style option of card elements into rules.
function variantRules(style, instance) {
  const states = { base: '', complete: '.cqs-is-complete', empty: '.cqs-is-empty', invalid: '.cqs-is-invalid' };
  const rules = [];
  Object.keys(states).forEach(variant => {
    // Invalid values are red unless the page sets another color.
    const given = Object.assign({}, variant === 'invalid' ? { color: '#eb1c26', iconColor: '#eb1c26' } : {}, isObject(style) ? style[variant] : {});
    const plain = {};
    Object.keys(given).forEach(key => {
      if (isObject(given[key])) {
        rules.push(rule(scoped('.cqs-bare' + states[variant] + key, instance), given[key]));
      } else if (key === 'fontSmoothing') {
        plain.WebkitFontSmoothing = given[key];
      } else if (key !== 'iconColor') {
        plain[key] = given[key];
      }
    });
    rules.push(rule(scoped('.cqs-bare' + states[variant], instance), plain));
    if (given.iconColor) {
      rules.push(rule(scoped('.cqs-icon' + states[variant], instance), { color: given.iconColor }));
    }
  });
  return rules;
}
