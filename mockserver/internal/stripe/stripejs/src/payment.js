// The payment element: a choice of methods, and the form of a card.

const METHOD_TYPES = ['card', 'apple_pay', 'google_pay'];

class PaymentElement extends BaseElement {
  constructor(group, type, options) {
    super(group, type, options);
    const layout = this._layout();
    this._chosen = this._types()[0];
    this._collapsed = !!layout.defaultCollapsed && this._types().length > 1;
  }

  _layout() {
    const layout = this._options.layout;
    return typeof layout === 'string' ? { type: layout } : Object.assign({}, layout);
  }

  // _types returns the methods to choose from, in order. The wallets are
  // stand-ins, so every browser has them.
  _types() {
    const wallets = this._options.wallets || {};
    const there = METHOD_TYPES.filter(t => !(t === 'apple_pay' && wallets.applePay === 'never' || t === 'google_pay' && wallets.googlePay === 'never'));
    const order = Array.isArray(this._options.paymentMethodOrder) ? this._options.paymentMethodOrder : [];
    return order.filter(t => there.indexOf(t) >= 0).concat(there.filter(t => order.indexOf(t) < 0));
  }

  // asks reports whether the element itself asks for a billing detail.
  asks(path) {
    return !this.never(path);
  }

  // never reports whether the fields option leaves a billing detail to the page.
  never(path) {
    let v = deep(this._options, 'fields.billingDetails');
    return path.split('.').reduce((is, key) => {
      v = is || !isObject(v) ? v : v[key];
      return is || v === 'never';
    }, v === 'never');
  }

  _rules() {
    return appearanceRules(this._group.options.appearance, this._instance);
  }

  _build(root) {
    this._newForm();
    const bones = this._group.options.loader === 'never' ? [] : [0, 1, 2].map(() => node('span', 'cqs-bone'));
    root.appendChild(node('div', 'cqs-Form', { 'aria-busy': 'true', 'aria-label': this._texts().loading }, bones));
  }

  _newForm() {
    this._form = new PaymentForm(this);
    this.fields = this._form.fields;
  }

  // _start requests the intent from the server, as Stripe's element does: an
  // unknown intent is a loaderror.
  _start() {
    const root = this._root;
    this._later(() => {
      if (this._root !== root) {
        return;
      }
      this._emit('loaderstart');
      this._group.load().then(error => {
        if (this._root !== root) {
          return;
        }
        if (error) {
          empty(root);
          this._emit('loaderror', { error });
          return;
        }
        this._ready = true;
        this._arrange();
        this._emit('ready');
        this._changed();
      });
    });
  }

  // _arrange adds the choice and the form to the page.
  _arrange() {
    empty(this._root);
    const accordion = this._layout().type === 'accordion';
    this._root.appendChild(accordion ? this._accordion() : this._tabs());
    this._refresh();
  }

  _choose(type) {
    if (this._options.readOnly) {
      return;
    }
    this._chosen = type;
    this._collapsed = false;
    this._arrange();
    const head = this._root.querySelector('[data-method="' + type + '"]');
    if (head) {
      head.focus();
    }
    this._changed();
  }

  _face(type) {
    const texts = this._texts();
    const standIn = type === 'card' ? null : node('span', 'cqs-standin', {}, [texts.standIn]);
    return [
      node('span', 'cqs-TabIcon', { 'aria-hidden': 'true' }, [mark(type === 'card' ? 'unknown' : type)]),
      node('span', 'cqs-TabLabel', {}, [texts[type], standIn]),
    ];
  }

  _head(type, classes, attributes) {
    const button = node('button', classes, Object.assign({ type: 'button', value: type, 'data-method': type, id: this._instance + '-' + type, form: NO_FORM },
      attributes), this._face(type));
    button.disabled = !!this._options.readOnly;
    button.addEventListener('click', () => this._choose(type));
    return button;
  }

  _tabs() {
    const types = this._types();
    const tabs = types.map(type => {
      const on = type === this._chosen && !this._collapsed;
      const tab = this._head(type, 'cqs-Tab' + (on ? ' cqs-Tab--selected' : ''), { role: 'tab', 'aria-selected': String(on), tabindex: on || this._collapsed ? 0 : -1 });
      tab.addEventListener('keydown', e => this._arrow(e, type));
      return tab;
    });
    const panel = this._collapsed ? null : node('div', 'cqs-Panel', types.length > 1 ? { role: 'tabpanel', 'aria-labelledby': this._instance + '-' + this._chosen } : {},
      [this._body(this._chosen)]);
    const list = types.length > 1 ? node('div', 'cqs-TabList', { role: 'tablist', 'aria-label': this._texts().methods }, tabs) : null;
    return node('div', 'cqs-Form', {}, [list, panel]);
  }

  // _arrow moves between tabs with the arrow keys.
  _arrow(event, type) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const types = this._types();
    if (step) {
      event.preventDefault();
      this._choose(types[(types.indexOf(type) + step + types.length) % types.length]);
    }
  }

  // _accordion draws the methods below each other: joined or apart, with or without
  // radio buttons, and the last ones behind a button.
  _accordion() {
    const { radios, spacedAccordionItems, visibleAccordionItemsCount, paymentMethodLogoPosition } = this._layout();
    const types = this._types();
    const most = visibleAccordionItemsCount === undefined ? 5 : visibleAccordionItemsCount; // 0 is all of them
    const there = types.filter((type, i) => this._all || most === 0 || i < most || type === this._chosen);
    const marked = radios === 'always' || radios !== 'never' && radios !== false && types.length > 1;
    const items = there.map(type => this._accordionItem(type, marked));
    if (there.length < types.length) {
      const more = node('button', 'cqs-AccordionHead', { type: 'button', form: NO_FORM, 'aria-expanded': 'false' }, [this._texts().more]);
      more.addEventListener('click', () => { this._all = true; this._arrange(); });
      items.push(node('div', 'cqs-AccordionItem', {}, [more]));
    }
    return node('div', 'cqs-Accordion' + (spacedAccordionItems ? ' cqs-spaced' : '') + (paymentMethodLogoPosition === 'end' ? ' cqs-logosAtEnd' : ''), {}, items);
  }

  _accordionItem(type, marked) {
    const on = type === this._chosen && !this._collapsed;
    const head = this._head(type, 'cqs-AccordionHead', { 'aria-expanded': String(on) });
    if (marked) {
      head.insertBefore(radio(on), head.firstChild);
    }
    const body = on ? node('div', 'cqs-AccordionBody', {}, [this._body(type)]) : null;
    return node('div', 'cqs-AccordionItem' + (on ? ' cqs-AccordionItem--selected' : ''), {}, [head, body]);
  }

  _body(type) {
    if (type === 'card') {
      return this._form.node;
    }
    const texts = this._texts();
    return node('p', 'cqs-note', {}, [fill(texts.wallet, { wallet: texts[type] })]);
  }

  collapse() {
    if (this._root && this._ready && this._types().length > 1 && !this._collapsed) {
      this._collapsed = true;
      this._arrange();
      this._changed();
    }
    return this;
  }

  focus() {
    return this._ready && this._chosen === 'card' && !this._collapsed ? super.focus() : this;
  }

  // _updated builds the form again and keeps what was typed.
  _updated() {
    const old = this._form;
    const active = activeIn(this._root);
    this._newForm();
    this._form.take(old);
    if (this._types().indexOf(this._chosen) < 0) {
      this._chosen = this._types()[0];
    }
    if (this._ready) {
      this._arrange();
      const at = this.fields.list[old.fields.list.map(f => f.input).indexOf(active)];
      if (at) {
        at.input.focus();
      }
    }
  }

  _current() {
    const card = this._chosen === 'card';
    const there = !!this.fields && this._ready && !this._collapsed;
    return {
      elementType: this._type, empty: card ? !this.fields || this.fields.empty() : false, complete: there && (!card || this.fields.complete()),
      collapsed: this._collapsed, value: { type: this._chosen },
    };
  }

  _invalid() {
    return this._chosen === 'card' && !!this.fields && !!this.fields.fault();
  }

  _show() {
    if (this._form) {
      this._form.show();
    }
  }

  _changed() {
    this._group.submitted = false;
    super._changed();
  }

  // demand shows and returns the error that keeps the element from being
  // submitted, or undefined.
  demand() {
    const code = this._collapsed ? 'incomplete_payment_details' : this._chosen === 'card' ? this.fields.demand() : '';
    this._refresh();
    return this._error(code);
  }

  // data returns the payment method as the API expects it.
  data() {
    if (this._chosen === 'card') {
      return { type: 'card', card: this.fields.params(), billing_details: this._form.billing() };
    }
    return { type: 'card', card: { wallet: { type: this._chosen } } };
  }
}
