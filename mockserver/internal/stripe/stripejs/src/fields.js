// A card's fields together.

class Fields {
  // specs: those of Field. hooks: changed() by typing, left() by leaving one,
  // next(step) beyond the ends, country() for the postal code, brand() where no
  // number is among the fields.
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

  // visible are the fields that ask: the postal code's may be hidden.
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

  // fault is the code of the first thing to tell; '' for none.
  fault() {
    return this.visible().map(f => f.fault()).filter(Boolean)[0] || '';
  }

  // demand tells all that is missing, too; it gives the first code.
  demand() {
    this.visible().forEach(f => { f.late = true; });
    return this.fault();
  }

  clear() {
    this.list.forEach(f => f.set(''));
  }

  // params is the card as the API takes it.
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
