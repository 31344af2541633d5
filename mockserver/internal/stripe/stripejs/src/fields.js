// A card's fields together.

class Fields {
  // specs: those of Field. hooks: changed() after typing, left() when a field
  // loses the focus, next(step) beyond the ends, country() for the postal code,
  // brand() if the number is not among the fields.
  constructor(specs, hooks) {
    this.hooks = hooks;
    this.list = specs.map(spec => new Field(spec, {
      brand: () => this.brand(),
      country: () => (hooks.country ? hooks.country() : ''),
      changed: () => this._changed(),
      left: hooks.left,
      moved: (field, step) => this._moved(field, step),
    }));
  }

  get(kind) {
    return this.list.filter(f => f.kind === kind)[0];
  }

  // visible returns the fields that are shown: the postal code may be hidden.
  visible() {
    return this.list.filter(f => !f.hidden);
  }

  brand() {
    const number = this.list && this.get('number');
    return number ? brandOf(number.value) : this.hooks.brand ? this.hooks.brand() : UNKNOWN_BRAND;
  }

  _changed() {
    if (this.get('number') && this.get('cvc')) {
      this.get('cvc').refit();
    }
    this.hooks.changed();
  }

  _moved(field, step) {
    const visible = this.visible();
    const to = visible[visible.indexOf(field) + step];
    if (to) {
      to.input.focus();
    } else if (this.hooks.next) {
      this.hooks.next(step);
    }
  }

  empty() {
    return this.visible().every(f => f.value === '');
  }

  complete() {
    return this.visible().every(f => !f.check());
  }

  // fault returns the code of the first error to show, or ''.
  fault() {
    return this.visible().map(f => f.fault()).filter(Boolean)[0] || '';
  }

  // demand shows missing data as errors, too, and returns the first code.
  demand() {
    this.visible().forEach(f => { f.late = true; });
    return this.fault();
  }

  clear() {
    this.list.forEach(f => f.set(''));
  }

  // params returns the card as the API expects it.
  params() {
    const out = {};
    const value = kind => (this.get(kind) ? this.get(kind).value : '');
    if (value('number')) {
      out.number = value('number');
    }
    if (value('expiry').length === 4) {
      out.exp_month = String(Number(value('expiry').slice(0, 2)));
      out.exp_year = value('expiry').slice(2);
    }
    if (value('cvc')) {
      out.cvc = value('cvc');
    }
    return out;
  }

  postal() {
    const field = this.get('postal');
    return field && !field.hidden ? field.value : '';
  }
}
