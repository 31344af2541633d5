// The element card: number, expiry, security code and postal code in one line.

class CardElement extends BaseElement {
  _build(root) {
    const texts = this._texts();
    const spec = (kind, name, label, placeholder) => ({ kind, name, label, placeholder, classes: 'cqs-bare', stable: stableName(kind) });
    this.fields = new Fields([
      spec('number', 'cardnumber', texts.cardNumber, texts.number),
      spec('expiry', 'exp-date', texts.cardExpiry, texts.hints.expiry),
      spec('cvc', 'cvc', texts.cardCvc, texts.hints.cvc),
      spec('postal', 'postal', texts.cardPostal, texts.hints.postal),
    ], { changed: () => this._changed(), left: () => this._review() });
    this.icon = node('span', 'cqs-icon', { 'aria-hidden': 'true' });
    root.appendChild(node('div', 'cqs-line cqs-many', {}, [this.icon].concat(this.fields.list.map(f => f.input))));
    this._prefill(this._options);
  }

  _prefill(options) {
    const code = deep(options, 'value.postalCode');
    if (typeof code === 'string') {
      this.fields.get('postal').set(code);
    }
    const postal = this.fields.get('postal');
    postal.hidden = !!this._options.hidePostalCode;
    postal.input.classList.toggle('cqs-off', postal.hidden);
  }

  _updated(options) {
    const texts = this._texts();
    const names = { number: [texts.cardNumber, texts.number], expiry: [texts.cardExpiry, texts.hints.expiry], cvc: [texts.cardCvc, texts.hints.cvc] };
    this.fields.list.forEach(f => f.name.apply(f, names[f.kind] || [texts.cardPostal, texts.hints.postal]));
    this._prefill(options);
  }

  _current() {
    if (!this.fields) {
      return { elementType: this._type, empty: true, complete: false, error: undefined, value: { postalCode: '' }, brand: 'unknown' };
    }
    return {
      elementType: this._type, empty: this.fields.empty(), complete: this.fields.complete(), error: this._error(this.fields.fault()),
      value: { postalCode: this.fields.postal() }, brand: this.fields.brand().name,
    };
  }

  _show(current) {
    showIcon(this.icon, current, !this._options.hideIcon);
    const number = this.fields.get('number').input;
    setTimeout(() => { // browsers scroll back as the focus leaves
      if (activeIn(number) !== number) {
        number.classList.remove('cqs-tail');
        number.classList.toggle('cqs-tail', number.classList.contains('cqs-is-complete') && number.scrollWidth > number.clientWidth);
        number.scrollLeft = number.scrollWidth;
      }
    }, 0);
  }
}

// showIcon draws the brand's icon.
function showIcon(icon, current, visible) {
  icon.classList.toggle('cqs-off', !visible);
  ['empty', 'complete'].forEach(state => icon.classList.toggle('cqs-is-' + state, !!current[state]));
  icon.classList.toggle('cqs-is-invalid', !!current.error);
  if (icon.getAttribute('data-brand') !== current.brand) {
    icon.setAttribute('data-brand', current.brand);
    empty(icon);
    icon.appendChild(mark(current.brand));
  }
}

// stableName returns an attribute by which tests of Stripe's elements find
// fields.
function stableName(kind) {
  return { number: 'cardNumber', expiry: 'cardExpiry', cvc: 'cardCvc', postal: 'postalCode' }[kind];
}
