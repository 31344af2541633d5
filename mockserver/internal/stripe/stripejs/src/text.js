// The texts that card holders read. The English ones of errors are those that
// Stripe's documentation and users quote, as pages compare them.

const ENGLISH = {
  number: 'Card number', expiry: 'Expiration date', cvc: 'Security code', country: 'Country', postal: 'Postal code', zip: 'ZIP code',
  cardNumber: 'Credit or debit card number', cardExpiry: 'Credit or debit card expiration date',
  cardCvc: 'Credit or debit card CVC/CVV', cardPostal: 'ZIP',
  hints: { number: '1234 1234 1234 1234', expiry: 'MM / YY', cvc: 'CVC', postal: 'ZIP', postalCode: '', zipCode: '12345' },
  card: 'Card', apple_pay: 'Apple Pay', google_pay: 'Google Pay', standIn: 'stand-in', methods: 'Payment methods',
  wallet: 'A stand-in for {wallet}: no sheet opens and nobody is asked. Confirming uses a test Visa in this wallet.',
  terms: 'By providing your card details you allow {business} to charge your card for future payments in accordance with its terms.',
  business: 'this business', loading: 'Loading',
  placeholder: 'A placeholder for Stripe\'s Element {type}, which cariqa-mock does not have.',
  asks: {
    email: 'Email', name: 'Full name', 'address.line1': 'Address', 'address.city': 'City', 'address.postal_code': 'Postal code', 'address.country': 'Country or region',
  },
  more: 'More',
  errors: {
    incomplete_number: 'Your card number is incomplete.',
    invalid_number: 'Your card number is invalid.',
    incomplete_expiry: "Your card's expiration date is incomplete.",
    invalid_expiry_month: "Your card's expiration month is invalid.",
    invalid_expiry_month_past: "Your card's expiration date is in the past.",
    invalid_expiry_year: "Your card's expiration year is invalid.",
    invalid_expiry_year_past: "Your card's expiration year is in the past.",
    incomplete_cvc: "Your card's security code is incomplete.",
    incomplete_zip: 'Your postal code is incomplete.',
    incomplete_payment_details: 'Please provide complete payment details.',
    authentication: 'We are unable to authenticate your payment method. Please choose a different payment method and try again.',
    connection: 'The payment service could not be reached. Please check your connection and try again.',
    api: 'An unexpected error occurred. Please try again.',
  },
  dialog: {
    title: '3-D Secure', setup: 'Your bank asks you to confirm that you are setting up this card.',
    payment: 'Your bank asks you to confirm that you are paying {amount}.',
    complete: 'Complete authentication', fail: 'Fail authentication', close: 'Close: fails the authentication',
    note: 'A test page of cariqa-mock. No bank, no money.',
  },
};

const GERMAN = {
  number: 'Kartennummer', expiry: 'Ablaufdatum', cvc: 'Prüfnummer', country: 'Land', postal: 'Postleitzahl', zip: 'Postleitzahl',
  cardNumber: 'Nummer der Kredit- oder Debitkarte', cardExpiry: 'Ablaufdatum der Kredit- oder Debitkarte',
  cardCvc: 'Prüfnummer (CVC) der Kredit- oder Debitkarte', cardPostal: 'PLZ',
  hints: { number: '1234 1234 1234 1234', expiry: 'MM / JJ', cvc: 'CVC', postal: 'PLZ', postalCode: '', zipCode: '12345' },
  card: 'Karte', apple_pay: 'Apple Pay', google_pay: 'Google Pay', standIn: 'Attrappe', methods: 'Zahlungsarten',
  wallet: 'Eine Attrappe von {wallet}: Es öffnet sich nichts, niemand wird gefragt. Bestätigt wird mit einer Test-Visa in dieser Wallet.',
  terms: 'Mit der Angabe Ihrer Kartendaten erlauben Sie {business}, künftige Zahlungen gemäß den Bedingungen von Ihrer Karte einzuziehen.',
  business: 'diesem Unternehmen', loading: 'Wird geladen',
  placeholder: 'Ein Platzhalter für Stripes Element {type}, das cariqa-mock nicht hat.',
  asks: {
    email: 'E-Mail', name: 'Vollständiger Name', 'address.line1': 'Adresse', 'address.city': 'Ort', 'address.postal_code': 'PLZ', 'address.country': 'Land oder Region',
  },
  more: 'Mehr',
  errors: {
    incomplete_number: 'Ihre Kartennummer ist unvollständig.',
    invalid_number: 'Ihre Kartennummer ist ungültig.',
    incomplete_expiry: 'Das Ablaufdatum Ihrer Karte ist unvollständig.',
    invalid_expiry_month: 'Der Ablaufmonat Ihrer Karte ist ungültig.',
    invalid_expiry_month_past: 'Das Ablaufdatum Ihrer Karte liegt in der Vergangenheit.',
    invalid_expiry_year: 'Das Ablaufjahr Ihrer Karte ist ungültig.',
    invalid_expiry_year_past: 'Das Ablaufjahr Ihrer Karte liegt in der Vergangenheit.',
    incomplete_cvc: 'Die Prüfnummer Ihrer Karte ist unvollständig.',
    incomplete_zip: 'Ihre Postleitzahl ist unvollständig.',
    incomplete_payment_details: 'Bitte geben Sie vollständige Zahlungsdaten an.',
    authentication: 'Wir können Ihre Zahlungsmethode nicht authentifizieren. Bitte wählen Sie eine andere Zahlungsmethode und versuchen Sie es erneut.',
    connection: 'Der Zahlungsdienst ist nicht erreichbar. Bitte prüfen Sie Ihre Verbindung und versuchen Sie es erneut.',
    api: 'Ein unerwarteter Fehler ist aufgetreten. Bitte versuchen Sie es erneut.',
  },
  dialog: {
    title: '3-D Secure', setup: 'Bitte bestätigen Sie Ihrer Bank, dass Sie diese Karte einrichten.',
    payment: 'Bitte bestätigen Sie Ihrer Bank, dass Sie {amount} bezahlen.',
    complete: 'Authentifizierung abschließen', fail: 'Authentifizierung ablehnen', close: 'Schließen: lehnt die Authentifizierung ab',
    note: 'Eine Testseite von cariqa-mock. Keine Bank, kein Geld.',
  },
};

// tagOf returns the language tag of a locale option: the browser's if it is
// 'auto' or missing.
function tagOf(locale) {
  const tag = !locale || locale === 'auto' ? navigator.language : locale;
  return typeof tag === 'string' && /^[A-Za-z]{2,3}([-_][A-Za-z0-9]{1,8})*$/.test(tag) ? tag.replace(/_/g, '-') : 'en';
}

// textsFor returns the texts of a locale. Stripe has some forty languages; here
// all but German fall back to English.
function textsFor(locale) {
  return /^de(-|$)/i.test(tagOf(locale)) ? GERMAN : ENGLISH;
}

function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (_, key) => values[key]);
}
