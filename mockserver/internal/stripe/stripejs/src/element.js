// What all elements have in common: mounting, events, classes.

const STATE_CLASSES = {
  base: 'StripeElement', complete: 'StripeElement--complete', empty: 'StripeElement--empty', focus: 'StripeElement--focus',
  invalid: 'StripeElement--invalid', webkitAutofill: 'StripeElement--webkit-autofill',
};

// How long an element takes to be ready, in milliseconds: as with Stripe's, by
// then frameworks have attached the page's handlers.
const LOADING = 100;

// Subclasses of BaseElement define their nodes and events: _build(root),
// _current() and, if they differ, _rules() and this.fields.
class BaseElement {
  constructor(group, type, options) {
    this._group = group;
    this._type = type;
    this._options = merged({}, options);
    this._emitter = new Emitter();
    this._instance = 'cqs-i' + serial();
    this._container = this._root = null;
    this._ready = this._destroyed = this._focused = false;
    this._given = []; // classes of the container
    this._locale = group.locale();
    this.fields = null;
  }

  // Because of this tag, frameworks that make data observable, such as Vue, do not
  // wrap an element, as they do not wrap the browser's own objects.
  get [Symbol.toStringTag]() {
    return 'StripeElement';
  }

  _texts() {
    return textsFor(this._group.locale());
  }

  // Events.

  on(event, handler) {
    this._emitter.on(event, handler);
    return this;
  }

  once(event, handler) {
    this._emitter.on(event, handler, true);
    return this;
  }

  off(event, handler) {
    this._emitter.off(event, handler);
    return this;
  }

  addEventListener(event, handler) {
    return this.on(event, handler);
  }

  removeEventListener(event, handler) {
    return this.off(event, handler);
  }

  _emit(event, more) {
    this._emitter.emit(event, Object.assign({ elementType: this._type }, more));
  }

  // Life.

  mount(where) {
    if (this._destroyed) {
      misuse('This Element has already been destroyed. Please create a new one.');
    }
    const container = containerOf(where);
    if (container === this._container && this._root && this._root.parentNode === container) {
      return;
    }
    this._takeDown();
    if (container.childNodes.length > 0) {
      console.warn('[Stripe.js] This Element will be mounted to a DOM element that contains child nodes.');
      empty(container);
    }
    this._container = container;
    this._root = rootOf(this._instance);
    container.appendChild(this._root);
    this._base = new Sheet(baseRules());
    this._base.attach(container);
    this._restyle();
    this._listen();
    this._build(this._root);
    this._last = JSON.stringify(this._current());
    this._labels(true);
    this._refresh();
    this._start();
  }

  // _start emits ready, later, as a frame would.
  _start() {
    const root = this._root;
    this._later(() => {
      if (this._root === root) {
        this._ready = true;
        this._emit('ready');
      }
    });
  }

  // _later calls a function some time after the page has been painted:
  // frameworks attach their handlers then. A hidden page is not painted.
  _later(then) {
    const wait = () => setTimeout(then, LOADING);
    if (document.hidden) {
      wait();
    } else {
      requestAnimationFrame(wait);
    }
  }

  _rules() {
    return variantRules(this._options.style, this._instance);
  }

  _restyle() {
    if (this._sheet) {
      this._sheet.detach();
    }
    this._sheet = new Sheet(this._rules());
    this._sheet.attach(this._container);
  }

  unmount() {
    if (this._destroyed) {
      misuse('This Element has already been destroyed. Please create a new one.');
    }
    this._takeDown();
  }

  _takeDown() {
    const root = this._root;
    if (!root) {
      return;
    }
    this._labels(false);
    this._stateClasses({});
    this._base.detach();
    this._sheet.detach();
    this._root = this._container = this._base = this._sheet = this.fields = null;
    this._ready = this._focused = false;
    root.remove(); // last, so that a field that loses the focus emits nothing
  }

  destroy() {
    if (this._destroyed) {
      misuse('This Element has already been destroyed. Please create a new one.');
    }
    this._takeDown();
    this._destroyed = true;
    this._group.drop(this);
  }

  update(options) {
    if (this._destroyed) {
      misuse('This Element has already been destroyed. Please create a new one.');
    }
    if (options !== undefined && !isObject(options)) {
      misuse('Invalid value for update(): options should be an object.');
    }
    checkOptions('update()', options, CREATE_OPTIONS[this._type] || ANY);
    const before = JSON.stringify([this._options, this._locale]);
    this._options = merged(this._options, options);
    this._locale = this._group.locale();
    if (this._root) {
      this._restyle();
      if (before !== JSON.stringify([this._options, this._locale])) {
        this._updated(options || {});
      }
      this._refresh();
    }
    return this;
  }

  // _mounted reports whether the element is in the page, which may also have
  // removed its container.
  _mounted() {
    return !!this._root && this._root.isConnected;
  }

  // Focus.

  focus() {
    if (this.fields) {
      const open = this.fields.visible().filter(f => f.check())[0] || this.fields.visible()[0];
      open.input.focus();
    }
    return this;
  }

  blur() {
    const active = this._root && activeIn(this._root);
    if (active && this._root.contains(active)) {
      active.blur();
    }
    return this;
  }

  clear() {
    if (this.fields) {
      this.fields.clear();
      this._changed();
    }
    return this;
  }

  _listen() {
    this._root.addEventListener('focusin', () => this._focus(true));
    this._root.addEventListener('focusout', e => {
      if (this._root && !this._root.contains(e.relatedTarget)) {
        this._focus(false);
      }
    });
    this._root.addEventListener('keydown', e => {
      if (e.key === 'Escape') {
        this._emit('escape');
      } else if (e.key === 'Enter' && e.target.tagName === 'INPUT') {
        e.preventDefault();
        this._submit();
      }
    });
  }

  _focus(focused) {
    if (this._focused !== focused) {
      this._focused = focused;
      this._refresh();
      this._emit(focused ? 'focus' : 'blur');
    }
  }

  // _submit submits the page's form, as Enter in one of Stripe's fields does,
  // unless its first submit button is disabled, as with the page's own fields.
  _submit() {
    const form = this._container.closest('form');
    const button = form && Array.from(form.elements).filter(e => e.type === 'submit')[0];
    if (button && button.matches(':disabled')) {
      return;
    }
    if (form && form.requestSubmit) {
      form.requestSubmit(button);
    } else if (form && form.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }))) {
      form.submit();
    }
  }

  // _labels makes a click on the container's label focus the element.
  _labels(listen) {
    if (listen) {
      const id = this._container.id;
      const all = id ? Array.from(this._container.getRootNode().querySelectorAll('label')).filter(l => l.htmlFor === id) : [];
      this._onLabel = () => this.focus();
      this._labelled = all;
    }
    this._labelled.forEach(l => (listen ? l.addEventListener('click', this._onLabel) : l.removeEventListener('click', this._onLabel)));
  }

  // State.

  // _refresh shows the state of the fields.
  _refresh() {
    if (!this._root) {
      return;
    }
    const current = this._current();
    if (this.fields) {
      this.fields.list.forEach(f => f.mark(this._options.disabled || this._options.readOnly));
    }
    this._stateClasses({
      base: true, complete: current.complete, empty: current.empty, focus: this._focused, invalid: !!current.error || this._invalid(),
      webkitAutofill: this._autofilled(),
    });
    this._show(current);
  }

  _show() {}

  _invalid() {
    return false;
  }

  _autofilled() {
    return !!this.fields && this.fields.list.some(f => {
      try {
        return f.input.matches(':-webkit-autofill');
      } catch (error) {
        return false;
      }
    });
  }

  // _stateClasses sets the container's classes for its states and removes those
  // that it set before.
  _stateClasses(states) {
    const names = Object.assign({}, STATE_CLASSES, this._options.classes);
    const wanted = [];
    Object.keys(STATE_CLASSES).filter(state => states[state]).forEach(state => {
      wanted.push.apply(wanted, String(names[state] || '').split(/\s+/).filter(Boolean));
    });
    this._given.filter(name => wanted.indexOf(name) < 0).forEach(name => this._container.classList.remove(name));
    wanted.forEach(name => this._container.classList.add(name));
    this._given = wanted;
  }

  // _changed emits a change.
  _changed() {
    this._refresh();
    const current = this._current();
    this._last = JSON.stringify(current);
    this._emitter.emit('change', current);
  }

  // _review emits a change that was not typed: an error of a field that lost the
  // focus, or of a code that no longer fits after the number has changed.
  _review() {
    if (!this._root) {
      return;
    }
    if (this._last === JSON.stringify(this._current())) {
      this._refresh();
    } else {
      this._changed();
    }
  }

  _error(code) {
    return code ? validationError(this._texts(), code) : undefined;
  }
}
