// The card form within the payment element: labeled fields with their errors.

class PaymentForm {
  // element: the payment element with this form.
  constructor(element) {
    this.element = element;
    this.id = element._instance + '-';
    const defaults = deep(element._options, 'defaultValues.billingDetails.address') || {};
    const tag = tagOf(element._group.locale());
    this.asks = { country: element.asks('address.country'), postal: element.asks('address.postalCode') };
    this.country = homeCountry(defaults.country, tag);
    this.look = fieldLook(element._group.options.appearance);
    this.fields = new Fields(this._specs(), {
      changed: () => element._changed(),
      left: () => element._review(),
      country: () => this.country,
    });
    this.fields.get('postal').set(defaults.postal_code || '');
    this.node = this._form(tag);
    this._chosen();
  }

  _specs() {
    const texts = this.element._texts();
    const spec = (kind, name, placeholder) => ({ kind, name, placeholder, id: this.id + name, classes: 'cqs-Input', stable: stableName(kind) });
    return [
      spec('number', 'number', texts.hints.number), spec('expiry', 'expiry', texts.hints.expiry), spec('cvc', 'cvc', texts.hints.cvc),
      spec('postal', 'postalCode', ''),
    ];
  }

  // _block returns a field with its label and a place for its error.
  _block(name, label, control) {
    const error = node('p', 'cqs-Error cqs-off', { id: this.id + name + '-error', role: 'alert' });
    return { label: node('label', 'cqs-Label', { for: this.id + name }, [label]), control, error };
  }

  _stack(block) {
    return node('div', 'cqs-field', {}, [block.label, block.control, this.look.condensed ? null : block.error]);
  }

  _form(tag) {
    const texts = this.element._texts();
    const input = kind => this.fields.get(kind).input;
    this.icon = node('span', 'cqs-inside', { 'aria-hidden': 'true' });
    this.blocks = {
      number: this._block('number', texts.number, node('div', 'cqs-boxed', {}, [input('number'), this.icon])),
      expiry: this._block('expiry', texts.expiry, input('expiry')),
      cvc: this._block('cvc', texts.cvc, input('cvc')),
      postal: this._block('postalCode', texts.postal, input('postal')),
    };
    this.fields.list.forEach(f => f.input.setAttribute('aria-describedby', this.blocks[f.kind].error.id));
    this.postal = this._stack(this.blocks.postal);
    const { number, expiry, cvc, postal } = this.blocks;
    const row = fields => node('div', 'cqs-row', {}, fields);
    // Errors of condensed inputs are below all of them.
    const group = (fields, blocks) => node('div', 'cqs-group', {}, fields.concat(this.look.condensed ? blocks.map(b => b.error) : []));
    const form = node('div', 'cqs-Form' + (this.look.floating ? ' cqs-floating' : '') + (this.look.condensed ? ' cqs-condensed' : ''), {}, [
      group([this._stack(number), row([this._stack(expiry), this._stack(cvc)])], [number, expiry, cvc]),
      group([row([this.asks.country ? this._countries(tag) : null, this.postal])], [postal]),
      this._terms(),
    ]);
    ['focusin', 'focusout'].forEach(event => form.addEventListener(event, () => this._labels()));
    return form;
  }

  _countries(tag) {
    const texts = this.element._texts();
    this.select = node('select', 'cqs-Input', { name: 'country', id: this.id + 'country', autocomplete: 'country', form: NO_FORM },
      countryNames(tag).map(c => node('option', '', { value: c.code }, [c.name])));
    this.select.value = this.country;
    this.select.addEventListener('change', () => {
      this.country = this.select.value;
      this._chosen();
      this.element._changed();
    });
    const box = node('div', 'cqs-boxed', {}, [this.select, node('span', 'cqs-inside cqs-small', { 'aria-hidden': 'true' }, [chevron()])]);
    const block = this._block('country', texts.country, box);
    block.label.classList.toggle('cqs-Label--floating', this.look.floating); // it always has a value
    return this._stack(block);
  }

  // _chosen shows the postal code if the country's cards need one.
  _chosen() {
    const texts = this.element._texts();
    const field = this.fields.get('postal');
    field.hidden = !this.asks.postal || POSTAL_COUNTRIES.indexOf(this.country) < 0;
    this.postal.classList.toggle('cqs-off', field.hidden);
    const zip = this.country === 'US' || this.country === 'PR';
    setText(this.blocks.postal.label, zip ? texts.zip : texts.postal);
    field.input.placeholder = zip ? texts.hints.zipCode : texts.hints.postalCode;
    field.input.setAttribute('inputmode', zip ? 'numeric' : 'text');
  }

  // _terms returns what a card holder agrees to if the card is saved.
  _terms() {
    const wish = deep(this.element._options, 'terms.card') || 'auto';
    if (wish === 'never' || wish === 'auto' && !this.element._group.keepsCard()) {
      return null;
    }
    const texts = this.element._texts();
    const business = deep(this.element._options, 'business.name') || texts.business;
    return node('p', 'cqs-TermsText', {}, [fill(texts.terms, { business })]);
  }

  // show shows the error of each field below it.
  show() {
    const texts = this.element._texts();
    this.fields.list.forEach(field => {
      const { error, label } = this.blocks[field.kind];
      const code = field.fault();
      setText(error, code ? texts.errors[code] : '');
      error.classList.toggle('cqs-off', !code);
      label.classList.toggle('cqs-Label--invalid', !!code);
      // Read-only fields can be read and copied, where disabled ones cannot.
      field.input.readOnly = !!this.element._options.readOnly;
      field.input.disabled = false;
    });
    if (this.select) {
      this.select.disabled = !!this.element._options.readOnly;
    }
    showIcon(this.icon, { brand: this.fields.brand().name }, true);
    this._labels();
  }

  // _labels shows the states of labels: a floating one rests in its empty field
  // until that has the focus.
  _labels() {
    const active = activeIn(this.node);
    this.fields.list.forEach(field => {
      const { classList } = this.blocks[field.kind].label;
      const focused = field.input === active;
      const rests = this.look.floating && !focused && field.value === '';
      const states = { empty: field.value === '', focused, floating: this.look.floating && !rests, resting: rests };
      Object.keys(states).forEach(state => classList.toggle('cqs-Label--' + state, states[state]));
    });
  }

  // take copies what was typed in an older form.
  take(old) {
    this.fields.list.forEach((field, i) => {
      if (old.fields.list[i].value) {
        field.set(old.fields.list[i].value);
        field.late = old.fields.list[i].late;
      }
    });
    if (this.select && old.select) {
      this.country = this.select.value = old.country;
      this._chosen();
    }
  }

  // billing returns the parts of the card holder's address in the form.
  billing() {
    const address = {};
    if (this.asks.country) {
      address.country = this.country;
    }
    if (this.fields.postal()) {
      address.postal_code = this.fields.postal();
    }
    return { address };
  }
}
