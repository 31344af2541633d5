// The elements cardNumber, cardExpiry and cardCvc: one field each, together a
// card.

const SPLIT = {
  cardNumber: { kind: 'number', name: 'cardnumber', label: 'cardNumber' },
  cardExpiry: { kind: 'expiry', name: 'exp-date', label: 'cardExpiry' },
  cardCvc: { kind: 'cvc', name: 'cvc', label: 'cardCvc' },
};

class SplitElement extends BaseElement {
  _build(root) {
    const texts = this._texts();
    const own = SPLIT[this._type];
    this.fields = new Fields([{
      kind: own.kind, name: own.name, label: texts[own.label], classes: 'cqs-bare', stable: this._type, placeholder: this._placeholder(),
    }], {
      changed: () => { this._changed(); this._group.numberChanged(this); },
      left: () => this._review(),
      next: step => this._group.go(this, step),
      brand: () => this._group.brand(),
    });
    this.icon = node('span', 'cqs-icon', { 'aria-hidden': 'true' });
    root.appendChild(node('div', 'cqs-line', {}, [this.icon, this.fields.list[0].input]));
  }

  _placeholder() {
    const hint = this._texts().hints[SPLIT[this._type].kind];
    return this._options.placeholder === undefined ? hint : this._options.placeholder;
  }

  _updated() {
    this.fields.list[0].name(this._texts()[SPLIT[this._type].label], this._placeholder());
  }

  _current() {
    const current = { elementType: this._type, empty: true, complete: false, error: undefined };
    if (this.fields) {
      current.empty = this.fields.empty();
      current.complete = this.fields.complete();
      current.error = this._error(this.fields.fault());
    }
    if (this._type === 'cardNumber') {
      current.brand = this.fields ? this.fields.brand().name : 'unknown';
    }
    return current;
  }

  _show(current) {
    showIcon(this.icon, Object.assign({ brand: 'unknown' }, current), this._type === 'cardNumber' && !!this._options.showIcon);
  }
}
