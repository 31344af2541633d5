// Formatting what is typed, and where the caret goes.

// onlyDigits accepts wide digits, too, as East Asian keyboards produce them.
function onlyDigits(text) {
  return text.normalize('NFKC').replace(/\D/g, '');
}

function showNumber(digits) {
  const groups = brandOf(digits).groups || [4, 4, 4, 4, 3];
  const parts = [];
  let from = 0;
  groups.forEach(size => {
    if (from < digits.length) {
      parts.push(digits.slice(from, from + size));
    }
    from += size;
  });
  return parts.join(' ');
}

function cleanNumber(raw) {
  const digits = onlyDigits(raw);
  return digits.slice(0, longest(brandOf(digits)));
}

// cleanExpiry returns MMYY of what was typed, pasted or filled in: 1230, 12/30,
// 12/2030, 122030, and 3 for March. Of 12/2030, typed, 12203 stays for a moment.
function cleanExpiry(raw) {
  const whole = /^\s*(\d{1,2})\s*[/.-]\s*(?:20)?(\d{2})\s*$/.exec(raw) || /^\s*(\d{2})20(\d{2})\s*$/.exec(raw);
  if (whole && Number(whole[1]) <= 12) {
    return (whole[1].length < 2 ? '0' : '') + whole[1] + whole[2];
  }
  const closed = /^\s*(\d)\s*[/.-]\s*$/.exec(raw);
  let digits = closed ? '0' + closed[1] : onlyDigits(raw);
  if (digits[0] > '1' || Number(digits.slice(0, 2)) > 12) {
    digits = '0' + digits;
  }
  return digits.slice(0, digits.slice(2, 4) === '20' ? 5 : 4);
}

// showExpiry adds the slash as soon as the month is complete, but not while
// somebody is deleting.
function showExpiry(digits, growing) {
  if (digits.length < 2 || digits.length === 2 && !growing) {
    return digits;
  }
  return digits.slice(0, 2) + ' / ' + digits.slice(2);
}

// caretAfter returns the position after the nth digit of a text, and after the
// separator that follows if something was added.
function caretAfter(text, n, growing) {
  let at = 0;
  for (let seen = 0; at < text.length && seen < n; at += 1) {
    if (/\d/.test(text[at])) {
      seen += 1;
    }
  }
  while (growing && n > 0 && at < text.length && /\D/.test(text[at])) {
    at += 1;
  }
  return at;
}
