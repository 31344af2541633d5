// One input field.

const KINDS = {
  number: { clean: cleanNumber, show: showNumber, autocomplete: 'cc-number', digits: true },
  expiry: { clean: cleanExpiry, show: showExpiry, autocomplete: 'cc-exp', digits: true },
  cvc: { clean: (raw, brand) => onlyDigits(raw).slice(0, brand.cvc || 4), show: v => v, autocomplete: 'cc-csc', digits: true },
  postal: { clean: raw => raw.slice(0, 10), show: v => v, autocomplete: 'postal-code', digits: false },
};

class Field {
  // spec: kind, name, label, placeholder, classes, id
  // hooks: brand(), country(), changed(), left(), moved(field, step)
  constructor(spec, hooks) {
    this.kind = spec.kind;
    this.hooks = hooks;
    this.rules = KINDS[spec.kind];
    this.value = '';
    this.late = false; // it has lost the focus, or its result was requested
    this.input = node('input', spec.classes + ' cqs-' + spec.kind, {
      type: 'text', name: spec.name, id: spec.id, placeholder: spec.placeholder, 'aria-label': spec.label, autocomplete: this.rules.autocomplete,
      inputmode: this.rules.digits ? 'numeric' : 'text', autocorrect: 'off', autocapitalize: 'none', spellcheck: 'false', form: NO_FORM,
      'aria-invalid': 'false', 'data-elements-stable-field-name': spec.stable,
    });
    this.input.addEventListener('input', e => {
      if (!e.isComposing || !this.rules.digits) { // digits of an input method stay unchanged until they are final
        this._typed(e);
      }
    });
    this.input.addEventListener('compositionend', e => this._typed(e));
    this.input.addEventListener('change', e => {
      if (this._clean(this.input.value) !== this.value) { // autofill may emit no other event
        this._typed(e);
      }
    });
    this.input.addEventListener('keydown', e => this._key(e));
    // Unlike :focus, this also holds in a window that is not the active one.
    this.input.addEventListener('focus', () => this.input.classList.add('cqs-has-focus'));
    this.input.addEventListener('blur', () => {
      this.input.classList.remove('cqs-has-focus');
      this._left();
    });
  }

  // set sets a value that was not typed.
  set(value) {
    this.value = this._clean(value);
    this.late = false;
    this.input.value = this.rules.show(this.value, false);
  }

  // name changes the label of the field.
  name(label, placeholder) {
    this.input.setAttribute('aria-label', label);
    this.input.placeholder = placeholder;
  }

  // refit shortens a value that is too long for the brand.
  refit() {
    const value = this._clean(this.value);
    if (value !== this.value) {
      this.set(value);
    }
  }

  _clean(raw) {
    return this.rules.clean(String(raw), this.hooks.brand());
  }

  _typed(event) {
    const raw = this.input.value;
    const at = this.input.selectionStart === null ? raw.length : this.input.selectionStart;
    const was = this.value;
    let value = this._clean(raw);
    let before = onlyDigits(raw.slice(0, at)).length;
    const way = event.inputType || '';
    if (this.rules.digits && value === was && way.indexOf('deleteContent') === 0) {
      // Only a separator went: take the digit beside it.
      const drop = way.indexOf('Forward') > 0 ? before : before - 1;
      value = this._clean(value.slice(0, Math.max(drop, 0)) + value.slice(drop + 1));
      before = Math.max(drop, 0);
    }
    const growing = value.length > was.length || value.length === was.length && way.indexOf('delete') !== 0;
    this._put(value, before, growing, at >= raw.length);
    this.late = false;
    this.hooks.changed();
    this._forward(growing);
  }

  _put(value, before, growing, atEnd) {
    const text = this.rules.show(value, growing);
    this.value = value;
    if (!this.rules.digits || this.input.value === text) {
      return;
    }
    this.input.value = text;
    if (activeIn(this.input) === this.input) {
      const caret = atEnd ? text.length : caretAfter(text, before, growing);
      this.input.setSelectionRange(caret, caret);
    }
  }

  // _forward moves to the next field if this one is full.
  _forward(growing) {
    const full = { number: () => this.value.length === longest(brandOf(this.value)), expiry: () => true, cvc: () => true, postal: () => false };
    const behind = this.input.selectionStart === this.input.value.length;
    if (growing && behind && full[this.kind]() && !this.check()) {
      this.hooks.moved(this, 1);
    }
  }

  _key(event) {
    if (event.key === 'Backspace' && this.input.value === '') {
      this.hooks.moved(this, -1);
      event.preventDefault();
    }
  }

  _left() {
    if (this.value !== '' && !this.late) {
      this.late = true;
      this.hooks.left();
    }
  }

  // check returns the code of an error, now or if nothing more is typed.
  check() {
    switch (this.kind) {
      case 'number': return checkNumber(this.value);
      case 'expiry': return checkExpiry(this.value, new Date());
      case 'cvc': return checkCvc(this.value, this.hooks.brand());
      default: return checkPostal(this.value, this.hooks.country());
    }
  }

  // fault returns the code of the error to show now.
  fault() {
    const code = this.check();
    return code.indexOf('incomplete') === 0 && !this.late ? '' : code;
  }

  // mark shows the state of the field.
  mark(disabled) {
    const states = { complete: !this.check(), empty: this.value === '', invalid: !!this.fault() };
    Object.keys(states).forEach(s => this.input.classList.toggle('cqs-is-' + s, states[s]));
    this.input.classList.toggle('cqs-Input--invalid', states.invalid);
    this.input.classList.toggle('cqs-Input--empty', states.empty);
    this.input.setAttribute('aria-invalid', String(states.invalid));
    this.input.disabled = !!disabled;
  }
}
