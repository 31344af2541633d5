// A group of elements: what stripe.elements() returns.

const MODES = ['setup', 'payment', 'subscription'];
const SECRET = /^(seti|pi)_[A-Za-z0-9]+_secret_[A-Za-z0-9]+$/;

// The elements that work. Placeholders take the place of the others.
const SUPPORTED = { payment: PaymentElement, card: CardElement, cardNumber: SplitElement, cardExpiry: SplitElement, cardCvc: SplitElement };

class Elements {
  constructor(stripe, options) {
    if (options !== undefined && options !== null && !isObject(options)) {
      misuse('Invalid value for elements(): options should be an object. You specified: ' + shown(options) + '.');
    }
    this.stripe = stripe;
    this.options = Object.assign({}, options);
    this.elements = [];
    this._emitter = new Emitter();
    this.submitted = false; // submit() has succeeded, and nothing has changed since
    this._check('elements()', options);
    checkGroup(this.options);
  }

  _check(label, options) {
    checkOptions(label, options, GROUP_OPTIONS);
    knownVariables(deep(options, 'appearance'));
    knownRules(deep(options, 'appearance'));
  }

  get [Symbol.toStringTag]() { // see BaseElement
    return 'StripeElements';
  }

  locale() {
    return this.options.locale || this.stripe.options.locale;
  }

  deferred() {
    return !!this.options.mode;
  }

  // keepsCard reports whether the card will be saved for later payments.
  keepsCard() {
    const o = this.options;
    return o.mode === 'setup' || o.mode === 'subscription' || !!(o.setupFutureUsage || o.setup_future_usage)
      || typeof o.clientSecret === 'string' && o.clientSecret.indexOf('seti_') === 0;
  }

  create(type, options) {
    if (typeof type !== 'string' || !Object.prototype.hasOwnProperty.call(CREATE_OPTIONS, type)) {
      misuse('A valid Element name must be provided. Valid Elements are:\n' + Object.keys(CREATE_OPTIONS).join(', ') + '; you passed: ' + shown(type) + '.');
    }
    checkOptions('create()', options, CREATE_OPTIONS[type]);
    if (!SUPPORTED[type]) {
      return this.placeholder(type, options);
    }
    this._single(type);
    const whole = type === 'card' ? ['cardNumber', 'cardExpiry', 'cardCvc'] : type.indexOf('card') === 0 ? ['card'] : [];
    whole.filter(t => this._has(t)).forEach(t => {
      misuse('Cannot create an Element of type ' + type + ' after an Element of type ' + t + ' has already been created.');
    });
    if (type === 'payment' && !this.deferred() && !this.options.clientSecret) {
      misuse('In order to create a payment element, you must pass a clientSecret or mode when creating the Elements group.\n\n'
        + 'e.g. stripe.elements({clientSecret: "{{CLIENT_SECRET}}"})');
    }
    return this._add(new SUPPORTED[type](this, type, options));
  }

  // placeholder adds an element that the fake does not have.
  placeholder(type, options) {
    const element = new PlaceholderElement(this, type, options);
    if (!MANY.test(type)) {
      this._single(type, element._mode);
    }
    return this._add(element);
  }

  _add(element) {
    this.elements.push(element);
    return element;
  }

  _single(type, mode) {
    if (this.elements.some(e => e._type === type && e._mode === mode)) {
      misuse('Can only create one Element of type ' + type + '.');
    }
  }

  _has(type) {
    return this.elements.some(e => e._type === type);
  }

  // getElement finds by type, or by the component of @stripe/react-stripe-js,
  // which carries its type along. A group can have two addresses, by their mode.
  getElement(what, options) {
    const type = what && what.__elementType ? what.__elementType : what;
    const mode = isObject(options) ? options.mode : undefined;
    return this.elements.filter(e => e._type === type && (!mode || e._mode === mode))[0] || null;
  }

  // billing returns the billing details that placeholders have collected.
  billing() {
    return this.elements.filter(e => e instanceof PlaceholderElement).reduce((all, e) => merged(all, e.billing()), {});
  }

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

  drop(element) {
    this.elements = this.elements.filter(e => e !== element);
  }

  update(options) {
    if (options !== undefined && !isObject(options)) {
      misuse('Invalid value for elements.update(): options should be an object.');
    }
    if (isObject(options) && options.clientSecret !== undefined && options.clientSecret !== this.options.clientSecret) {
      misuse('Invalid value for elements.update(): clientSecret cannot be changed. Create a new Elements group instead.');
    }
    const next = Object.assign({}, this.options, options);
    this._check('update()', options);
    checkGroup(next);
    this.options = next;
    this.elements.forEach(e => e.update({}));
    return Promise.resolve().then(() => this._emitter.emit('update-end'));
  }

  // submit checks the payment element. Without one there is nothing to check.
  submit() {
    const payment = this.getElement('payment');
    if (!payment) {
      return Promise.resolve({});
    }
    if (!payment._ready) {
      return Promise.reject(new IntegrationError(NOT_READY));
    }
    const error = payment.demand();
    this.submitted = !error;
    return Promise.resolve(error ? { error } : { selectedPaymentMethod: payment._chosen });
  }

  fetchUpdates() {
    this._loading = null;
    return this.load().then(error => (error ? { error: { message: error.message, status: error.code } } : {}));
  }

  // load requests the intent once. Its promise is for an error or undefined.
  load() {
    const secret = this.options.clientSecret;
    if (!secret) {
      return Promise.resolve(undefined);
    }
    this._loading = this._loading || retrieve(this.stripe, secret).then(answer => {
      const error = answer.error || unfit(answer.intent);
      if (error) {
        this._loading = null; // an element that is mounted again requests it again
      }
      return error;
    });
    return this._loading;
  }

  // What the elements of a split card need from each other.

  brand() {
    const number = this.getElement('cardNumber');
    return number && number.fields ? brandOf(number.fields.list[0].value) : UNKNOWN_BRAND;
  }

  numberChanged(element) {
    const cvc = this.getElement('cardCvc');
    if (element._type === 'cardNumber' && cvc && cvc.fields) {
      cvc.fields.list[0].refit();
      cvc._review();
    }
  }

  // go moves the focus between them (assumed of Stripe's).
  go(element, step) {
    const order = ['cardNumber', 'cardExpiry', 'cardCvc'];
    const to = this.getElement(order[order.indexOf(element._type) + step]);
    if (to && to.fields) {
      to.fields.list[0].input.focus();
    }
  }
}

// unfit returns the error of an intent that elements cannot be used with.
function unfit(intent) {
  if (['succeeded', 'canceled', 'requires_capture'].indexOf(intent.status) < 0) {
    return undefined;
  }
  const name = intent.object === 'setup_intent' ? 'SetupIntent' : 'PaymentIntent';
  return {
    type: STRIPE_ERROR_TYPES.request, code: intent.object + '_unexpected_state',
    message: 'The ' + name + ' is in a terminal state (' + intent.status + ') and cannot be used to initialize Elements.',
  };
}

const NOT_READY = 'We could not retrieve data from the specified Element. Please make sure the Element you are attempting to use is mounted '
  + 'and the ready event has been emitted.';

// checkGroup refuses options that Stripe.js refuses.
function checkGroup(options) {
  const { clientSecret, mode, amount, currency } = options;
  if (clientSecret !== undefined && (typeof clientSecret !== 'string' || !SECRET.test(clientSecret))) {
    misuse('Invalid value for elements(): clientSecret should be a client secret of the form ${id}_secret_${secret}. You specified: ' + shown(clientSecret) + '.');
  }
  if (mode === undefined) {
    return;
  }
  if (clientSecret !== undefined) {
    misuse('Invalid value for elements(): you cannot specify both clientSecret and mode.');
  }
  if (MODES.indexOf(mode) < 0) {
    misuse('Invalid value for elements(): mode should be one of the following strings: ' + MODES.join(', ') + '. You specified: ' + shown(mode) + '.');
  }
  if (mode !== 'setup' && (typeof amount !== 'number' || !(amount >= 0) || Math.floor(amount) !== amount)) {
    misuse('Invalid value for elements(): amount should be a positive integer in the currency\'s smallest unit. You specified: ' + shown(amount) + '.');
  }
  if (mode !== 'setup' && typeof currency !== 'string' || currency !== undefined && !/^[a-z]{3}$/.test(currency)) {
    misuse('Invalid value for elements(): currency should be a three-letter code in lower case, such as eur. You specified: ' + shown(currency) + '.');
  }
}
