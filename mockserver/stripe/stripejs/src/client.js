// window.Stripe itself.

// What Stripe.js has and the fake does not: called, it says so.
const NOT_FAKED = ['createConfirmationToken', 'createSource', 'retrieveSource', 'createRadarSession', 'initCheckout', 'initCheckoutElementsSdk',
  'initCheckoutFormSdk', 'initEmbeddedCheckout', 'createEmbeddedCheckoutPage', 'redirectToCheckout', 'verifyIdentity', 'confirmSepaDebitPayment',
  'confirmSepaDebitSetup', 'confirmIdealPayment', 'confirmPayPalPayment', 'confirmPayPalSetup', 'confirmKlarnaPayment', 'confirmSofortPayment',
  'collectBankAccountToken', 'collectBankAccountForSetup', 'collectBankAccountForPayment'];

// checkKey refuses keys that no test of a page should hold.
function checkKey(key) {
  if (typeof key !== 'string' || key === '') {
    misuse('Please call Stripe() with your publishable key. You used an empty string.');
  }
  if (/^sk_/.test(key)) {
    misuse('You should not use your secret key with Stripe.js.\nPlease pass a publishable key instead.');
  }
  if (/^pk_live_/.test(key)) {
    misuse('This page uses a live key, but its Stripe.js is the stand-in of cariqa-mock at ' + SERVER + '. Use a test key: pk_test_…');
  }
  if (!/^pk_test_[A-Za-z0-9_]+$/.test(key)) {
    misuse('Invalid API key: cariqa-mock takes publishable test keys, pk_test_ and letters, digits or underscores after that.');
  }
}

// promised runs what gives a promise; what it throws the promise carries.
function promised(run) {
  return new Promise(resolve => resolve(run()));
}

function paymentRequest() {
  const none = { on: () => none, once: () => none, off: () => none, show() {}, abort() {}, update() {}, isShowing: () => false };
  // No wallet of a browser can pay a fake.
  none.canMakePayment = () => Promise.resolve(null);
  return none;
}

// clientOf makes what Stripe() gives. Its functions need no this.
function clientOf(key, options) {
  const inner = { key, options: Object.assign({}, options) };
  const card = (kind, name) => (secret, data, how) => promised(() => confirmCard(inner, kind, 'stripe.' + name, secret, data, how));
  const held = (kind, name) => given => promised(() => confirmHeld(inner, kind, 'stripe.' + name, given));
  const fetched = (kind, name) => secret => promised(() => retrieve(inner, secretOf('stripe.' + name, secret, kind)).then(a => (a.error ? a : resultOf(a.intent))));
  const client = {
    elements: group => new Elements(inner, group),
    createPaymentMethod: (given, source, more) => promised(() => createPaymentMethod(inner, given, source, more)),
    createToken: (source, data) => promised(() => createToken(inner, source, data)),
    confirmSetup: held('setup_intent', 'confirmSetup'),
    confirmPayment: held('payment_intent', 'confirmPayment'),
    confirmCardSetup: card('setup_intent', 'confirmCardSetup'),
    confirmCardPayment: card('payment_intent', 'confirmCardPayment'),
    handleNextAction: given => promised(() => handleNext(inner, 'stripe.handleNextAction', given && given.clientSecret)),
    handleCardAction: secret => promised(() => handleNext(inner, 'stripe.handleCardAction', secret, 'payment_intent')),
    handleCardSetup: (secret, source, data) => client.confirmCardSetup(secret, olderData(source, data)),
    handleCardPayment: (secret, source, data) => client.confirmCardPayment(secret, olderData(source, data)),
    retrieveSetupIntent: fetched('setup_intent', 'retrieveSetupIntent'),
    retrievePaymentIntent: fetched('payment_intent', 'retrievePaymentIntent'),
    paymentRequest,
    registerAppInfo() {},
    _registerWrapper() {},
  };
  NOT_FAKED.forEach(name => {
    client[name] = () => Promise.reject(new IntegrationError('stripe.' + name + '() is not part of cariqa-mock, which stands in for Stripe here.'));
  });
  return client;
}

// olderData is the data of handleCardSetup and handleCardPayment as their
// successors take it.
function olderData(source, data) {
  const more = source instanceof BaseElement ? data : source;
  const method = Object.assign({}, more && more.payment_method_data, source instanceof BaseElement ? { card: source } : {});
  const out = Object.assign({}, more, Object.keys(method).length > 0 ? { payment_method: method } : {});
  delete out.payment_method_data;
  return out;
}

// Stripe works with and without new.
function Stripe(key, options) {
  checkKey(key);
  if (options !== undefined && options !== null && !isObject(options)) {
    misuse('Invalid value for Stripe(): options should be an object. You specified: ' + shown(options) + '.');
  }
  return clientOf(key.trim(), options);
}

Stripe.version = VERSION;

if (window.Stripe) {
  console.warn('It looks like Stripe.js was loaded more than one time. Please only load it once per page.');
} else {
  window.Stripe = Stripe;
}
