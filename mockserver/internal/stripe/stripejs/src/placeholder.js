// Elements that the fake does not have: a box that names the element, so that a
// page which uses them beside the payment element works on. Those that ask for
// an address or an e-mail address have plain inputs, which the page can read.

const EMAIL = [['email', 'email']];
const ADDRESS = [['name', 'name'], ['address.line1', 'address-line1'], ['address.city', 'address-level2'], ['address.postal_code', 'postal-code'], ['address.country', 'country']];

// What each placeholder asks for: the path in its value, and the autocomplete
// attribute.
const PLACEHOLDER_ASKS = { address: ADDRESS, shippingAddress: ADDRESS, linkAuthentication: EMAIL, contactDetails: EMAIL };

const MANY = /^issuing/; // a group can have several of these

class PlaceholderElement extends BaseElement {
  constructor(group, type, options) {
    super(group, type, options);
    this._mode = type === 'address' ? this._options.mode || 'shipping' : undefined;
    this._inputs = [];
  }

  _rules() {
    return appearanceRules(this._group.options.appearance, this._instance);
  }

  _build(root) {
    warnOnce('cariqa-mock, which replaces Stripe here, does not have the Element ' + this._type + '. A placeholder is shown in its place.');
    const asks = PLACEHOLDER_ASKS[this._type] || [];
    this._inputs = asks.map(([path, autocomplete]) => this._input(path, autocomplete));
    const fields = this._inputs.map(({ path, input }) => node('div', 'cqs-field', {}, [
      node('label', 'cqs-Label', { for: input.id }, [this._texts().asks[path]]), input,
    ]));
    root.appendChild(node('div', 'cqs-note cqs-Form', { 'data-cariqa-mock': 'placeholder' }, [
      node('p', '', {}, [fill(this._texts().placeholder, { type: this._type })]),
    ].concat(fields)));
  }

  _input(path, autocomplete) {
    const given = deep(this._options.defaultValues, path);
    const common = { id: this._instance + '-' + path, name: path.replace('address.', ''), autocomplete, form: NO_FORM };
    let input;
    if (path === 'address.country') {
      const tag = tagOf(this._group.locale());
      input = node('select', 'cqs-Input', common, countryNames(tag).map(c => node('option', '', { value: c.code }, [c.name])));
      input.value = homeCountry(given, tag);
    } else {
      input = node('input', 'cqs-Input', Object.assign({ type: path === 'email' ? 'email' : 'text' }, common));
      input.value = typeof given === 'string' ? given : '';
    }
    input.addEventListener('input', () => this._changed());
    return { path, input };
  }

  // _start is ready at the same time as other elements, and then emits what the
  // page has filled in, as Stripe's elements do.
  _start() {
    const root = this._root;
    this._later(() => {
      if (this._root === root) {
        this._emit('loaderstart');
        this._ready = true;
        this._emit('ready', this._type === 'expressCheckout' ? { availablePaymentMethods: undefined } : {});
        if (this._inputs.length > 0) {
          this._changed();
        }
      }
    });
  }

  _typed(path) {
    const found = this._root && this._inputs.filter(i => i.path === path)[0];
    return found ? found.input.value.trim() : deep(this._options.defaultValues, path) || '';
  }

  _current() {
    const asks = PLACEHOLDER_ASKS[this._type];
    const texts = (asks || []).filter(([path]) => path !== 'address.country').map(([path]) => this._typed(path));
    const current = { elementType: this._type, empty: texts.every(t => t === ''), complete: texts.length > 0 && texts.every(Boolean), error: undefined };
    if (asks === EMAIL) {
      current.value = { email: texts[0] };
      current.complete = /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(texts[0]);
    } else if (asks) {
      Object.assign(current, { isNewAddress: true, value: this._address() }, this._mode ? { elementMode: this._mode } : {});
    } else {
      current.value = Object.assign({}, this._options.defaultValues);
    }
    return current;
  }

  _address() {
    const given = this._options.defaultValues;
    const address = { line2: deep(given, 'address.line2') || null, state: deep(given, 'address.state') || '' };
    ['line1', 'city', 'postal_code', 'country'].forEach(key => { address[key] = this._typed('address.' + key); });
    return Object.assign({ name: this._typed('name'), address }, deep(given, 'phone') ? { phone: given.phone } : {});
  }

  getValue() {
    return Promise.resolve(this._current());
  }

  setView() {
    return Promise.resolve();
  }

  collapse() {
    return this;
  }

  focus() {
    if (this._root && this._inputs.length > 0) {
      this._inputs[0].input.focus();
    }
    return this;
  }

  clear() {
    this._inputs.filter(i => i.path !== 'address.country').forEach(i => { i.input.value = ''; });
    if (this._root && this._inputs.length > 0) {
      this._changed();
    }
    return this;
  }

  _updated() {}

  // billing returns what the element adds to billing details.
  billing() {
    const { complete, value } = this._current();
    return !this._mounted() || !complete ? {} : this._mode === 'billing' ? value : PLACEHOLDER_ASKS[this._type] === EMAIL ? { email: value.email } : {};
  }
}
