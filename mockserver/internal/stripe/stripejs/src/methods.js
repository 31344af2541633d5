// Payment methods and tokens from the data of elements.

const UNMOUNTED = 'We could not retrieve data from the specified Element.\nPlease make sure the Element you are attempting to use is still mounted.';

const FOREIGN = 'Please use the same instance of `Stripe` you used to create this Element.';

// cardOf returns the card of an element or a token: {card, postal} or {error}.
function cardOf(stripe, source, name) {
  if (!(source instanceof BaseElement)) {
    if (isObject(source) && typeof source.token === 'string') {
      return { card: { token: source.token } };
    }
    misuse('Invalid value for ' + name + ': card should be an object or element. You specified: ' + shown(source) + '.\n'
      + 'Card data can only come from a card or cardNumber Element, or from a token: {token: "tok_visa"}.');
  }
  if (source._type !== 'card' && source._type !== 'cardNumber') {
    misuse('Invalid value for ' + name + ': card should be a card or cardNumber Element. You specified: ' + source._type + '.');
  }
  if (source._group.stripe !== stripe) {
    misuse(FOREIGN);
  }
  if (!source._mounted()) {
    misuse(UNMOUNTED);
  }
  const parts = source._type === 'card' ? [source] : source._group.elements.filter(e => SPLIT[e._type] && e._mounted());
  const codes = parts.map(e => demanded(e)).filter(Boolean);
  if (codes.length > 0) {
    return { error: validationError(textsFor(stripe.options.locale || source._group.locale()), codes[0]) };
  }
  return { card: Object.assign.apply(null, [{}].concat(parts.map(e => e.fields.params()))), postal: source.fields.postal() };
}

// demanded shows what an element misses, and emits a change if that is new.
function demanded(element) {
  const code = element.fields.demand();
  element._review();
  return code;
}

// withPostal adds the postal code of a card element to billing details: what an
// element has collected has precedence, as Stripe's types document.
function withPostal(billing, postal) {
  return postal ? merged(isObject(billing) ? billing : {}, { address: { postal_code: postal } }) : billing;
}

// methodData returns payment_method_data from what a page passed: {data} or
// {error}.
function methodData(stripe, given, name) {
  const read = cardOf(stripe, given.card, name);
  if (read.error) {
    return read;
  }
  return { data: Object.assign({}, given, { type: 'card', card: read.card, billing_details: withPostal(given.billing_details, read.postal) }) };
}

// heldData returns payment_method_data from a payment element. What the element
// has collected has precedence over the page's data. What it was configured not
// to collect the page must pass in the parameter that at names.
function heldData(payment, given, at) {
  const own = payment.data();
  const extra = { billing_details: payment._group.billing() };
  const data = merged(merged(extra, isObject(given) ? given : {}), own);
  ['name', 'email', 'phone', 'address.country', 'address.postalCode', 'address.state', 'address.city', 'address.line1', 'address.line2'].forEach(path => {
    const key = path.replace('postalCode', 'postal_code');
    if (payment._chosen === 'card' && payment.never(path) && deep(data, 'billing_details.' + key) === undefined) {
      misuse('You specified "never" for fields.billing_details.' + key + ' when creating the payment Element, but did not pass ' + at
        + '.billing_details.' + key + '. If you opt out of collecting data via the payment Element using the fields option, '
        + 'the data must be passed in when confirming.');
    }
  });
  return data;
}

// paymentIn returns a group's payment element, once it is ready.
function paymentIn(stripe, elements, name) {
  const payment = elements instanceof Elements ? elements.getElement('payment') : null;
  if (payment && elements.stripe !== stripe) {
    misuse(FOREIGN);
  }
  if (!payment || !payment._mounted()) {
    misuse('Invalid value for ' + name + ': elements should have a mounted Payment Element or Express Checkout Element.');
  }
  if (!payment._ready) {
    misuse(NOT_READY);
  }
  return payment;
}

// createPaymentMethod accepts {type, card, …}, {elements, params}, or in its older
// form the type, an element and data.
function createPaymentMethod(stripe, given, source, more) {
  const name = 'stripe.createPaymentMethod()';
  if (typeof given === 'string') {
    return createPaymentMethod(stripe, Object.assign({ type: given }, source instanceof BaseElement ? { card: source } : source, more));
  }
  if (!isObject(given)) {
    misuse('Invalid value for ' + name + ': expected an object. You specified: ' + shown(given) + '.');
  }
  if (given.elements || given.element) {
    return createHeldMethod(stripe, given, name);
  }
  if (typeof given.type !== 'string') {
    misuse('Invalid value for ' + name + ': type should be a string. You specified: ' + shown(given.type) + '.');
  }
  if (given.type !== 'card') {
    return Promise.resolve(unsupported(name + ' with type ' + given.type));
  }
  const read = methodData(stripe, given, name);
  return read.error ? Promise.resolve(read) : post(stripe, 'payment_methods', read.data, 'paymentMethod');
}

function createHeldMethod(stripe, given, name) {
  if (given.element && given.element._type !== 'payment') {
    const read = methodData(stripe, Object.assign({}, given.params, { card: given.element }), name);
    return read.error ? Promise.resolve(read) : post(stripe, 'payment_methods', read.data, 'paymentMethod');
  }
  const elements = given.elements || given.element._group;
  const payment = paymentIn(stripe, elements, name);
  if (elements.options.paymentMethodCreation !== 'manual') {
    misuse(name + ' may only be called when elements was created with paymentMethodCreation: "manual".');
  }
  needsSubmit(elements, name);
  const held = heldData(payment, given.params, 'params');
  return post(stripe, 'payment_methods', held, 'paymentMethod');
}

// createConfirmationToken makes a token of what the payment element holds, for a
// server that confirms.
function createConfirmationToken(stripe, given) {
  const name = 'stripe.createConfirmationToken()';
  if (!isObject(given) || !given.elements) {
    misuse('Invalid value for ' + name + ': elements should be the result of stripe.elements(). You specified: '
      + shown(isObject(given) ? given.elements : given) + '.');
  }
  checkOptions(name, given, names('elements params'));
  const payment = paymentIn(stripe, given.elements, name);
  needsSubmit(given.elements, name);
  const error = payment.demand();
  if (error) {
    return Promise.resolve({ error });
  }
  const params = Object.assign({}, given.params);
  const usage = given.elements.options.setupFutureUsage || given.elements.options.setup_future_usage;
  params.payment_method_data = heldData(payment, params.payment_method_data, 'params.payment_method_data');
  return post(stripe, 'confirmation_tokens', Object.assign({}, usage ? { setup_future_usage: usage } : {}, params), 'confirmationToken');
}

function needsSubmit(elements, name) {
  if (!elements.submitted) {
    misuse('elements.submit() must be called before ' + name + '. Call it as soon as the customer presses pay, before any asynchronous work.');
  }
}

// What tokens can be made of, besides cards.
const TOKEN_TYPES = ['iban', 'pii', 'bank_account', 'cvc_update', 'account', 'person'];

function createToken(stripe, source, data) {
  const type = source instanceof BaseElement ? source._type : source;
  if (TOKEN_TYPES.indexOf(type) >= 0) {
    return Promise.resolve(unsupported('stripe.createToken() with ' + type));
  }
  if (!(source instanceof BaseElement)) {
    misuse('You must provide a Stripe Element or a valid token type to create a Token.');
  }
  const read = cardOf(stripe, source, 'stripe.createToken()');
  if (read.error) {
    return Promise.resolve(read);
  }
  const own = Object.assign({}, data, read.card);
  if (read.postal) {
    own.address_zip = read.postal;
  }
  return post(stripe, 'tokens', { card: own }, 'token');
}

// post creates an object. Its promise is for {[as]: object} or {error}.
function post(stripe, path, params, as) {
  return call(stripe, 'POST', path, params).then(a => (a.error ? a : { [as]: a.body }));
}
