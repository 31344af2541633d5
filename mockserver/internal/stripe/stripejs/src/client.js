// window.Stripe itself.

// What Stripe.js has and the fake does not: calls fail with a message. Each of
// the payment methods has a confirm…Payment and a confirm…Setup.
const NOT_FAKED = ('createConfirmationToken createEphemeralKeyNonce createRadarSession createSource retrieveSource processOrder retrieveOrder '
  + 'redirectToCheckout initCheckout initCheckoutElementsSdk initCheckoutFormSdk initCustomCheckout initEmbeddedCheckout '
  + 'createEmbeddedCheckoutPage initializePricing verifyIdentity verifyMicrodepositsForPayment verifyMicrodepositsForSetup '
  + 'collectBankAccountForPayment collectBankAccountForSetup collectBankAccountToken collectFinancialConnectionsAccounts').split(' ');
const METHODS_NOT_FAKED = ('AcssDebit Affirm AfterpayClearpay Alipay AmazonPay AuBecsDebit BacsDebit Bancontact Billie Blik Boleto Cashapp '
  + 'CustomerBalance Eps Fpx Giropay GrabPay Ideal Klarna Konbini Mobilepay Multibanco Oxxo P24 PayByBank PayNow PayPal Pix PromptPay '
  + 'SepaDebit Sofort Twint UsBankAccount WechatPay').split(' ');

// unsupported returns functions for what is not faked: they reject or, if Stripe's
// return no promise, throw.
function unsupported() {
  const names = METHODS_NOT_FAKED.reduce((all, method) => all.concat('confirm' + method + 'Payment', 'confirm' + method + 'Setup'), NOT_FAKED);
  return names.reduce((all, name) => {
    const refuse = () => misuse('stripe.' + name + '() is not supported by cariqa-mock, which replaces Stripe here.');
    return Object.assign(all, { [name]: /^init/.test(name) ? refuse : () => promised(refuse) });
  }, {});
}

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

function paymentRequest() {
  const none = { on: () => none, once: () => none, off: () => none, show() {}, abort() {}, update() {}, isShowing: () => false };
  // A browser's wallet cannot pay to the fake.
  none.canMakePayment = () => Promise.resolve(null);
  return none;
}

// clientOf returns the result of Stripe(). Its functions do not use this.
function clientOf(key, options) {
  const inner = { key, options: Object.assign({}, options) };
  const card = (kind, name) => (secret, data, how) => promised(() => confirmCard(inner, kind, 'stripe.' + name, secret, data, how));
  const held = (kind, name) => given => promised(() => confirmHeld(inner, kind, 'stripe.' + name, given));
  const fetched = (kind, name) => secret => promised(() => retrieve(inner, secretOf('stripe.' + name, secret, kind)).then(a => (a.error ? a : resultOf(a.intent))));
  const client = Object.assign(unsupported(), {
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
  return clientOf(key, options);
}

Stripe.version = VERSION;

if (window.Stripe) {
  console.warn('It looks like Stripe.js was loaded more than one time. Please only load it once per page.');
} else {
  window.Stripe = Stripe;
}
