// The options that Stripe.js knows, from the types of @stripe/stripe-js. What is
// unknown gets a warning in the console; a value that a known option cannot have
// is an error, as with Stripe's.

const ANY = true;

function names(list) {
  return list.split(' ').reduce((all, name) => Object.assign(all, { [name]: ANY }), Object.create(null));
}

const ASKED_OR_NOT = ['auto', 'always', 'never'];
const VARIANT = Object.assign(names('backgroundColor color fontFamily fontSize fontSmoothing fontStyle fontVariant fontWeight iconColor lineHeight letterSpacing '
  + 'textAlign padding textDecoration textShadow textTransform'), names(':hover :focus ::placeholder ::selection :-webkit-autofill :disabled ::-ms-clear'));
const BILLING_FIELDS = {
  '': ['auto', 'never'], name: ASKED_OR_NOT, email: ASKED_OR_NOT, phone: ASKED_OR_NOT,
  address: Object.assign({ '': ['auto', 'never', 'if_required'] }, names('country postalCode state city line1 line2')),
};
const METHOD_FIELDS = ('acss_debit affirm afterpay_clearpay alipay alma amazon_pay apple_pay au_becs_debit bacs_debit bancontact billie bizum blik boleto '
  + 'capchase_pay card cashapp crypto customer_balance eps fpx gcash giropay google_pay grabpay gopay id_bank_transfer ideal kakao_pay '
  + 'klarna konbini kr_card kr_market kriya link mb_way mobilepay momo mondu multibanco naver_pay ng_bank ng_bank_transfer ng_card '
  + 'ng_market ng_ussd ng_wallet nz_bank_account oxxo p24 pay_by_bank payco paynow paypay paypal payto pix promptpay qris rechnung '
  + 'revolut_pay satispay samsung_pay scalapay sepa_debit sequra shopeepay sofort south_korea_market sunbit swish twint upi vipps '
  + 'us_bank_account wero wechat_pay zip').split(' ')
  .reduce((all, type) => Object.assign(all, { [type]: { billingDetails: BILLING_FIELDS } }), { billingDetails: BILLING_FIELDS });
const ADDRESS_FIELDS = {
  allowedCountries: ANY, blockPoBox: 'boolean', fields: { phone: ASKED_OR_NOT, name: ['never', 'auto'] }, validation: { phone: { required: ASKED_OR_NOT } },
  defaultValues: Object.assign(names('name firstName lastName phone'), { address: names('line1 line2 city state postal_code country') }),
};
const STYLED = { classes: names('base complete empty focus invalid webkitAutofill'), style: { base: VARIANT, complete: VARIANT, empty: VARIANT, invalid: VARIANT } };
const LINE = Object.assign({ disabled: 'boolean' }, STYLED);
const CARD_LINE = Object.assign(names('disableLink preferredNetwork'), { iconStyle: ['default', 'solid'] }, LINE);
const BANK = Object.assign({ iconStyle: ['default', 'solid'], hideIcon: 'boolean', value: ANY }, LINE);
const ISSUED = Object.assign(names('issuingCard ephemeralKeySecret nonce'), { style: STYLED.style });
const WALLET = ['auto', 'always', 'never'];

// The options of elements.create(), by type.
const CREATE_OPTIONS = {
  payment: {
    defaultValues: {
      billingDetails: Object.assign(names('name email phone'), { address: names('country postal_code state city line1 line2') }), card: names('network'),
    },
    business: names('name'), paymentMethodOrder: ANY, readOnly: 'boolean', applePay: ANY,
    fields: METHOD_FIELDS,
    terms: names('applePay auBecsDebit bancontact card cashapp googlePay ideal klarna paypal sepaDebit sofort usBankAccount'),
    wallets: { applePay: WALLET, googlePay: WALLET, link: WALLET }, walletOptions: names('emailRequired phoneNumberRequired'),
    layout: {
      '': ['tabs', 'accordion', 'auto'], type: ['tabs', 'accordion', 'auto'], defaultCollapsed: 'boolean', radios: ['auto', 'never', 'always', 'if_multiple'],
      spacedAccordionItems: 'boolean', visibleAccordionItemsCount: 'number', paymentMethodLogoPosition: ['start', 'end'],
    },
  },
  card: Object.assign({ value: names('postalCode'), hidePostalCode: 'boolean', hideIcon: 'boolean' }, CARD_LINE),
  cardNumber: Object.assign({ placeholder: 'string', showIcon: 'boolean' }, CARD_LINE),
  cardExpiry: Object.assign({ placeholder: 'string' }, LINE),
  cardCvc: Object.assign({ placeholder: 'string' }, LINE),
  address: Object.assign({ mode: ['shipping', 'billing'], autocomplete: names('mode apiKey'), contacts: ANY, display: { name: ['full', 'split', 'organization'] } }, ADDRESS_FIELDS),
  shippingAddress: ADDRESS_FIELDS,
  affirmMessage: names('amount currency logoColor fontColor fontSize textAlign'),
  afterpayClearpayMessage: names('amount currency badgeTheme introText isEligible isCartEligible lockupTheme logoType max min modalLinkStyle modalTheme '
    + 'showInterestFree showLowerLimit showUpperLimit showWith'),
  auBankAccount: BANK,
  cart: ANY,
  contactDetails: { defaultValues: names('email') },
  currencySelector: {},
  epsBank: BANK,
  expressCheckout: Object.assign(names('allowedShippingCountries applePay billingAddressRequired business buttonHeight buttonTheme buttonType emailRequired layout '
    + 'lineItems paymentMethodOrder paymentMethods phoneNumberRequired shippingAddressRequired shippingRates'), { wallets: { applePay: WALLET, googlePay: WALLET } }),
  fpxBank: Object.assign({ value: ANY, accountHolderType: ['individual', 'company'] }, LINE),
  iban: Object.assign(names('supportedCountries placeholderCountry'), BANK),
  idealBank: BANK,
  issuingAddToWalletButton: names('issuingCard ephemeralKeySecret nonce wallet buttonHeight'),
  issuingCardCopyButton: { toCopy: ['expiry', 'cvc', 'number', 'pin'], style: STYLED.style },
  issuingCardCvcDisplay: ISSUED,
  issuingCardExpiryDisplay: ISSUED,
  issuingCardNumberDisplay: ISSUED,
  issuingCardPinDisplay: ISSUED,
  linkAuthentication: { defaultValues: names('email') },
  linkSignup: { defaultValues: names('email name phone') },
  p24Bank: BANK,
  paymentForm: names('layout contacts expressCheckout features'),
  paymentMethodMessaging: names('amount currency paymentMethodTypes paymentMethodOrder paymentMethods countryCode logoColor metaData'),
  paymentRequestButton: names('classes style paymentRequest disableMultipleButtons'),
  taxId: names('visibility fields validation verification defaultValues'),
  terms: {},
};

// The options of stripe.elements().
const GROUP_OPTIONS = Object.assign(names('fonts locale clientSecret mode currency amount customerOptions customerSessionClientSecret customPaymentMethods '
  + 'syncAddressCheckbox setupFutureUsage setup_future_usage captureMethod capture_method onBehalfOf on_behalf_of excludedPaymentMethodTypes '
  + 'allowedPaymentMethodTypes paymentMethodTypes payment_method_types paymentMethodConfiguration payment_method_configuration paymentMethodOptions '
  + 'payment_method_options externalPaymentMethodTypes adaptivePricing'), {
  loader: ['auto', 'always', 'never'], paymentMethodCreation: ['manual'],
  appearance: {
    disableAnimations: 'boolean', theme: ['stripe', 'night', 'flat', 'minimal', 'none'], labels: ['auto', 'above', 'floating'], inputs: ['spaced', 'condensed'],
    variables: ANY, rules: ANY, // see appearance.js
  },
});

const CLIENT_OPTIONS = names('stripeAccount apiVersion locale betas developerTools advancedFraudSignals');

const warned = new Set();

// warnOnce writes a warning to the console, each text once a page.
function warnOnce(text) {
  if (!warned.has(text)) {
    warned.add(text);
    console.warn('[Stripe.js] ' + text);
  }
}

// checkOptions warns of unknown options, and throws an IntegrationError for an
// impossible value. label is the call as Stripe's messages name it.
function checkOptions(label, value, known, path) {
  const at = path || [];
  const wrong = expected => misuse('Invalid value for ' + label + ': ' + at.join('.') + ' should be ' + expected + '. You specified: ' + shown(value) + '.');
  if (value === undefined || value === null || known === ANY) {
    return;
  }
  const strings = Array.isArray(known) ? known : typeof value === 'string' ? known[''] : undefined;
  if (strings) {
    if (typeof value === 'string' && strings.indexOf(value) < 0) { // some once were booleans
      wrong('one of the following strings: ' + strings.join(', '));
    }
  } else if (typeof known === 'string') {
    if (typeof value !== known) {
      wrong('a ' + known);
    }
  } else if (isObject(value) && !Array.isArray(value)) {
    Object.keys(value).forEach(key => {
      const here = at.concat(key);
      if (Object.prototype.hasOwnProperty.call(known, key) && key !== '') {
        checkOptions(label, value[key], known[key], here);
      } else {
        warnOnce('Unrecognized ' + label + ' parameter: ' + here.join('.') + ' is not a recognized parameter. '
          + 'This may cause issues with your integration in the future.');
      }
    });
  } else if (at.length > 0) {
    wrong('an object');
  }
}
