// What Stripe.js has and the fake does not. Nothing here throws: a page gets an
// {error} that it can show, or an object that does no harm.

// The methods whose promise is for {error}. Each of the payment methods has a
// confirm…Payment and a confirm…Setup.
const NOT_FAKED = ('createEphemeralKeyNonce createRadarSession createSource retrieveSource processOrder retrieveOrder redirectToCheckout verifyIdentity '
  + 'verifyMicrodepositsForPayment verifyMicrodepositsForSetup collectBankAccountForPayment collectBankAccountForSetup collectBankAccountToken '
  + 'collectFinancialConnectionsAccounts').split(' ');
const METHODS_NOT_FAKED = ('AcssDebit Affirm AfterpayClearpay Alipay AmazonPay AuBecsDebit BacsDebit Bancontact Billie Blik Boleto Cashapp '
  + 'CustomerBalance Eps Fpx Giropay GrabPay Ideal Klarna Konbini Mobilepay Multibanco Oxxo P24 PayByBank PayNow PayPal Pix PromptPay '
  + 'SepaDebit Sofort Twint UsBankAccount WechatPay').split(' ');

function unsupportedText(what) {
  return 'cariqa-mock, which replaces Stripe here, does not support ' + what + '. It supports cards, and Apple Pay and Google Pay as stand-ins. '
    + 'Test the rest with Stripe\'s own test mode.';
}

// unsupported returns the answer of a call that is not faked.
function unsupported(what) {
  return { error: { type: STRIPE_ERROR_TYPES.request, message: unsupportedText(what) } };
}

function refuseUnsupported(what) {
  return Promise.reject(new IntegrationError(unsupportedText(what)));
}

// notFaked returns the methods of the Stripe object that are not faked.
function notFaked(stripe) {
  const all = METHODS_NOT_FAKED.reduce((list, method) => list.concat('confirm' + method + 'Payment', 'confirm' + method + 'Setup'), NOT_FAKED);
  const methods = all.reduce((made, name) => Object.assign(made, { [name]: () => Promise.resolve(unsupported('stripe.' + name + '()')) }), {});
  // Until basil, initCheckout returned a promise, and not yet the object of now.
  const old = ['3', 'acacia', 'basil'].indexOf(String(VERSION)) >= 0;
  return Object.assign(methods, {
    initCheckoutElementsSdk: () => checkoutSdk(stripe, 'stripe.initCheckoutElementsSdk()'),
    initCheckoutFormSdk: () => checkoutSdk(stripe, 'stripe.initCheckoutFormSdk()'),
    initCheckout: () => (old ? refuseUnsupported('stripe.initCheckout()') : checkoutSdk(stripe, 'stripe.initCheckout()')),
    initCustomCheckout: () => refuseUnsupported('stripe.initCustomCheckout()'),
    initEmbeddedCheckout: () => Promise.resolve(embeddedCheckout(stripe)),
    createEmbeddedCheckoutPage: () => Promise.resolve(embeddedCheckout(stripe)),
    initializePricing: () => Promise.resolve(pricing()),
    paymentRequest,
  });
}

const CHECKOUT_ELEMENTS = {
  PaymentElement: ['payment'], BillingAddressElement: ['address', { mode: 'billing' }], ShippingAddressElement: ['address', { mode: 'shipping' }],
  ExpressCheckoutElement: ['expressCheckout'], CurrencySelectorElement: ['currencySelector'], TaxIdElement: ['taxId'],
  ContactDetailsElement: ['contactDetails'], TermsElement: ['terms'], LinkSignupElement: ['linkSignup'], Form: ['paymentForm'],
};

// checkoutSdk returns the object that renders a checkout session: its actions
// cannot be loaded, and its elements are placeholders.
function checkoutSdk(stripe, what) {
  const group = new Elements(stripe);
  const sdk = {
    on() {}, changeAppearance() {}, loadFonts() {},
    loadActions: () => Promise.resolve({ type: 'error', error: { message: unsupportedText(what), code: null } }),
  };
  Object.keys(CHECKOUT_ELEMENTS).forEach(name => {
    const [type, mode] = CHECKOUT_ELEMENTS[name];
    sdk['create' + name] = options => group.placeholder(type, Object.assign({}, options, mode));
    sdk['get' + name] = () => group.getElement(type, mode);
  });
  return sdk;
}

// embeddedCheckout returns a placeholder for Stripe's page.
function embeddedCheckout(stripe) {
  const page = new Elements(stripe).placeholder('embeddedCheckout');
  return { mount: where => page.mount(where), unmount: () => page.unmount(), destroy: () => page.destroy() };
}

function pricing() {
  const made = unsupported('stripe.initializePricing()');
  ['on', 'once', 'off'].forEach(name => { made[name] = () => made; });
  ['getAvailableCurrencies', 'getSelectedCurrency', 'setSelectedCurrency', 'resolvePrice', 'createPricingToken'].forEach(name => {
    made[name] = () => refuseUnsupported('pricing.' + name + '()');
  });
  return made;
}

function paymentRequest() {
  const none = { on: () => none, once: () => none, off: () => none, show() {}, abort() {}, update() {}, isShowing: () => false };
  // A browser's wallet cannot pay to the fake.
  none.canMakePayment = () => Promise.resolve(null);
  return none;
}
