// window.Stripe itself.

// keyOf returns a key without surrounding spaces. It refuses keys that must not
// be in a page that is tested.
function keyOf(given) {
  const key = typeof given === 'string' ? given.trim() : '';
  if (key === '') {
    misuse('Please call Stripe() with your publishable key. You used an empty string.');
  }
  if (/^sk_/.test(key)) {
    misuse('You should not use your secret key with Stripe.js.\nPlease pass a publishable key instead.');
  }
  if (/^pk_live_/.test(key)) {
    misuse('This page uses a live key, but its Stripe.js is that of cariqa-mock at ' + SERVER + '. Use a test key: pk_test_…');
  }
  if (!/^pk_test_[A-Za-z0-9_]+$/.test(key)) {
    misuse('Invalid API key: cariqa-mock accepts publishable test keys: pk_test_ followed by letters, digits or underscores.');
  }
  return key;
}

// promised runs a function that returns a promise; an error that it throws
// rejects the promise.
function promised(run) {
  return new Promise(resolve => resolve(run()));
}

// clientOf returns the result of Stripe(). Its functions do not use this.
function clientOf(key, options) {
  const inner = { key, options: Object.assign({}, options) };
  const card = (kind, name) => (secret, data, how) => promised(() => confirmCard(inner, kind, 'stripe.' + name, secret, data, how));
  const held = (kind, name) => given => promised(() => confirmHeld(inner, kind, 'stripe.' + name, given));
  const fetched = (kind, name) => secret => promised(() => retrieve(inner, secretOf('stripe.' + name, secret, kind)).then(a => (a.error ? a : resultOf(a.intent))));
  const client = Object.assign(notFaked(inner), {
    elements: group => new Elements(inner, group),
    createPaymentMethod: (given, source, more) => promised(() => createPaymentMethod(inner, given, source, more)),
    createConfirmationToken: given => promised(() => createConfirmationToken(inner, given)),
    createToken: (source, data) => promised(() => createToken(inner, source, data)),
    confirmSetup: held('setup_intent', 'confirmSetup'),
    confirmPayment: held('payment_intent', 'confirmPayment'),
    confirmCardSetup: card('setup_intent', 'confirmCardSetup'),
    confirmCardPayment: card('payment_intent', 'confirmCardPayment'),
    handleNextAction: given => promised(() => (isObject(given) && given.hashedValue ? unsupported('stripe.handleNextAction() with a hashed value')
      : handleNext(inner, 'stripe.handleNextAction', given && given.clientSecret))),
    handleCardAction: secret => promised(() => handleNext(inner, 'stripe.handleCardAction', secret, 'payment_intent')),
    handleCardSetup: (secret, source, data) => client.confirmCardSetup(secret, olderData(source, data)),
    handleCardPayment: (secret, source, data) => client.confirmCardPayment(secret, olderData(source, data)),
    retrieveSetupIntent: fetched('setup_intent', 'retrieveSetupIntent'),
    retrievePaymentIntent: fetched('payment_intent', 'retrievePaymentIntent'),
    registerAppInfo() {},
    _registerWrapper() {},
  });
  return client;
}

// olderData returns the data of handleCardSetup and handleCardPayment in the form
// that their successors expect.
function olderData(source, data) {
  const more = source instanceof BaseElement ? data : source;
  const method = Object.assign({}, more && more.payment_method_data, source instanceof BaseElement ? { card: source } : {});
  const out = Object.assign({}, more, Object.keys(method).length > 0 ? { payment_method: method } : {});
  delete out.payment_method_data;
  return out;
}

// Stripe works with and without new.
function Stripe(given, options) {
  const key = keyOf(given);
  if (options !== undefined && options !== null && !isObject(options)) {
    misuse('Invalid value for Stripe(): options should be an object. You specified: ' + shown(options) + '.');
  }
  checkOptions('Stripe()', options, CLIENT_OPTIONS);
  return clientOf(key, options);
}

Stripe.version = VERSION;

if (window.Stripe) {
  console.warn('It looks like Stripe.js was loaded more than one time. Please only load it once per page.');
} else {
  window.Stripe = Stripe;
}
