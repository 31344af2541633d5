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
    return node('div', 'cqs-Block', {}, [block.label, block.control, block.error]);
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
    return node('div', 'cqs-Form', {}, [
      this._stack(this.blocks.number),
      node('div', 'cqs-row', {}, [this._stack(this.blocks.expiry), this._stack(this.blocks.cvc)]),
      node('div', 'cqs-row', {}, [this.asks.country ? this._countries(tag) : null, this.postal]),
      this._terms(),
    ]);
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
    return this._stack(this._block('country', texts.country, box));
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
