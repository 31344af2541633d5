// Checks of a card's data that need no server. Which numbers are test cards, and
// how they behave, is known to the server only.

// lengths: numbers of digits; a field is full at the last one.
const BRANDS = [
  { name: 'visa', pattern: /^4/, lengths: [16], cvc: 3 },
  { name: 'mastercard', pattern: /^(5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, lengths: [16], cvc: 3 },
  { name: 'amex', pattern: /^3[47]/, lengths: [15], cvc: 4, groups: [4, 6, 5] },
  { name: 'discover', pattern: /^(6011|64[4-9]|65)/, lengths: [16], cvc: 3 },
  { name: 'diners', pattern: /^36/, lengths: [14], cvc: 3, groups: [4, 6, 4] },
  { name: 'diners', pattern: /^3(0[0-59]|[89])/, lengths: [14, 16], cvc: 3 },
  { name: 'jcb', pattern: /^35(2[89]|[3-8])/, lengths: [16], cvc: 3 },
  { name: 'unionpay', pattern: /^(62|81)/, lengths: [16, 17, 18, 19], cvc: 3 },
];

const UNKNOWN_BRAND = { name: 'unknown', lengths: [16, 17, 18, 19], cvc: 0 };

function brandOf(digits) {
  return BRANDS.filter(b => b.pattern.test(digits))[0] || UNKNOWN_BRAND;
}

function longest(brand) {
  return brand.lengths[brand.lengths.length - 1];
}

// luhn reports whether the last digit is the check digit of the others.
function luhn(digits) {
  const sum = digits.split('').reverse().reduce((total, d, i) => {
    const n = Number(d) * (i % 2 === 0 ? 1 : 2);
    return total + (n > 9 ? n - 9 : n);
  }, 0);
  return sum % 10 === 0;
}

// The checks return the code of an error, or ''. Codes that begin with
// incomplete_ are not shown while somebody is typing.

function checkNumber(digits) {
  const brand = brandOf(digits);
  if (brand.lengths.indexOf(digits.length) >= 0 && luhn(digits)) {
    return '';
  }
  return digits.length >= longest(brand) ? 'invalid_number' : 'incomplete_number';
}

// checkExpiry checks MMYY. The limit of fifty years is assumed.
function checkExpiry(digits, now) {
  if (digits.slice(0, 2) === '00') {
    return 'invalid_expiry_month';
  }
  if (digits.length !== 4) {
    return 'incomplete_expiry';
  }
  const month = Number(digits.slice(0, 2));
  const year = 2000 + Number(digits.slice(2));
  if (year < now.getFullYear()) {
    return 'invalid_expiry_year_past';
  }
  if (year > now.getFullYear() + 50) {
    return 'invalid_expiry_year';
  }
  return year === now.getFullYear() && month < now.getMonth() + 1 ? 'invalid_expiry_month_past' : '';
}

function checkCvc(digits, brand) {
  const fits = brand.cvc ? digits.length === brand.cvc : digits.length >= 3;
  return fits ? '' : 'incomplete_cvc';
}

// checkPostal knows the format of a few countries' codes; elsewhere four
// characters are enough (assumed).
function checkPostal(text, country) {
  const code = text.replace(/[\s-]/g, '');
  const forms = { US: /^\d{5}(\d{4})?$/, PR: /^\d{5}$/, CA: /^[A-Za-z]\d[A-Za-z]\d[A-Za-z]\d$/, GB: /^[A-Za-z0-9]{5,7}$/ };
  return (forms[country] || /^.{4,}$/).test(code) ? '' : 'incomplete_zip';
}
