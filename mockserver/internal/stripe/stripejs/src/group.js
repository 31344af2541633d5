// A group of elements: what stripe.elements() returns.

const MODES = ['setup', 'payment', 'subscription'];
const SECRET = /^(seti|pi)_[A-Za-z0-9]+_secret_[A-Za-z0-9]+$/;

class Elements {
  constructor(stripe, options) {
    this.stripe = stripe;
    this.options = Object.assign({}, options);
    this.elements = [];
    this.submitted = false; // submit() has succeeded, and nothing has changed since
    checkGroup(this.options);
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
    if (typeof type !== 'string' || ELEMENT_TYPES.indexOf(type) < 0) {
      misuse('A valid Element name must be provided. cariqa-mock, which replaces Stripe here, supports ' + ELEMENT_TYPES.join(', ')
        + '. You specified: ' + shown(type) + '.');
    }
    if (this._has(type)) {
      misuse('Can only create one Element of type ' + type + '.');
    }
    const whole = type === 'card' ? ['cardNumber', 'cardExpiry', 'cardCvc'] : type.indexOf('card') === 0 ? ['card'] : [];
    whole.filter(t => this._has(t)).forEach(t => {
      misuse('Cannot create an Element of type ' + type + ' after an Element of type ' + t + ' has already been created.');
    });
    if (type === 'payment' && !this.deferred() && !this.options.clientSecret) {
      misuse('In order to create a payment element, you must pass a clientSecret or mode when creating the Elements group.\n\n'
        + 'e.g. stripe.elements({clientSecret: "{{CLIENT_SECRET}}"})');
    }
    const Kind = type === 'payment' ? PaymentElement : type === 'card' ? CardElement : SplitElement;
    const element = new Kind(this, type, options);
    this.elements.push(element);
    return element;
  }

  _has(type) {
    return this.elements.some(e => e._type === type);
  }

  // getElement finds by type, or by the component of @stripe/react-stripe-js,
  // which carries its type along.
  getElement(what) {
    const type = what && what.__elementType ? what.__elementType : what;
    return this.elements.filter(e => e._type === type)[0] || null;
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
    checkGroup(next);
    this.options = next;
    this.elements.forEach(e => e.update({}));
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
