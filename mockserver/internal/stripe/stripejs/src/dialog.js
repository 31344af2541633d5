// 3-D Secure in the page: a dialog in place of the bank's.

function dialogRules() {
  const own = (selector, properties) => rule(scoped(selector), properties);
  const button = {
    display: 'block', width: '100%', padding: '11px 14px', borderRadius: '6px', border: '1px solid transparent', textAlign: 'center',
    font: '600 15px/1.3 ' + SYSTEM_FONT, boxShadow: 'none', minHeight: '44px',
  };
  return baseRules().concat([
    own('&.cqs-dialog', {
      display: 'block', position: 'fixed', inset: '0', margin: 'auto', padding: '24px', border: '0', borderRadius: '12px', zIndex: '2147483647',
      width: 'min(26rem, calc(100vw - 24px))', height: 'fit-content', maxHeight: 'calc(100vh - 24px)', overflow: 'auto', outline: '0',
      color: '#1f2430', background: '#ffffff', boxShadow: '0 20px 60px rgba(0, 0, 0, .35)', font: '400 15px/1.5 ' + SYSTEM_FONT, colorScheme: 'light',
      pointerEvents: 'auto', // a dialog of the page may have disabled them everywhere else
    }),
    own('&.cqs-dialog::backdrop', { background: 'rgba(20, 24, 36, .55)' }),
    own('.cqs-top', { display: 'flex', alignItems: 'center', justifyContent: 'space-between', gap: '12px', marginBottom: '12px' }),
    own('.cqs-title', { font: '650 19px/1.3 ' + SYSTEM_FONT, color: '#1f2430' }),
    own('.cqs-say', { marginBottom: '20px', color: '#3c4257' }),
    own('.cqs-actions', { display: 'grid', gap: '10px' }),
    own('.cqs-go', Object.assign({}, button, { background: '#0b6b4f', color: '#ffffff' })),
    own('.cqs-stop', Object.assign({}, button, { background: '#ffffff', color: '#a3133a', borderColor: '#d9a3b2' })),
    own('.cqs-x', {
      appearance: 'none', border: '0', background: 'transparent', color: '#5b6275', width: '36px', height: '36px', borderRadius: '6px',
      padding: '0', fontSize: '22px', lineHeight: '1', boxShadow: 'none', flex: 'none',
    }),
    own('.cqs-go:focus-visible, .cqs-stop:focus-visible, .cqs-x:focus-visible', { outline: '3px solid #2b6cb8', outlineOffset: '2px' }),
    own('.cqs-go:disabled, .cqs-stop:disabled, .cqs-x:disabled', { opacity: '0.6', cursor: 'default' }),
    own('.cqs-foot', { marginTop: '18px', fontSize: '12.5px', color: '#697386' }),
  ]);
}

// amountOf returns an intent's amount for people.
function amountOf(intent, locale) {
  const format = new Intl.NumberFormat(tagOf(locale), { style: 'currency', currency: intent.currency.toUpperCase() });
  return format.format(intent.amount / Math.pow(10, format.resolvedOptions().maximumFractionDigits));
}

// challenge asks whether the authentication shall succeed. It returns a promise
// of 'succeed' or 'fail'. Closing the dialog fails it, as with Stripe's.
function challenge(intent, locale) {
  const words = textsFor(locale).dialog;
  const id = 'cqs-dialog-' + serial();
  const button = (classes, text, outcome, label) => node('button', classes, { type: 'button', 'data-outcome': outcome, 'aria-label': label }, [text]);
  const say = intent.object === 'setup_intent' ? words.setup : fill(words.payment, { amount: amountOf(intent, locale) });
  const dialog = node('dialog', 'cqs-root cqs-dialog', { 'aria-labelledby': id, 'aria-describedby': id + '-say', 'data-cariqa-mock': '3ds', 'aria-modal': 'true' }, [
    node('div', 'cqs-top', {}, [node('h2', 'cqs-title', { id }, [words.title]), button('cqs-x', '×', 'fail', words.close)]),
    node('p', 'cqs-say', { id: id + '-say' }, [say]),
    node('div', 'cqs-actions', {}, [button('cqs-go', words.complete, 'succeed'), button('cqs-stop', words.fail, 'fail')]),
    node('p', 'cqs-foot', {}, [words.note]),
  ]);
  return new Promise(resolve => openDialog(dialog, resolve));
}

function openDialog(dialog, resolve) {
  const sheet = new Sheet(dialogRules());
  const before = document.activeElement;
  const done = outcome => {
    if (dialog.parentNode) {
      dialog.remove();
      sheet.detach();
      if (before && before.focus) {
        before.focus();
      }
      resolve(outcome);
    }
  };
  KEPT_INSIDE.forEach(event => dialog.addEventListener(event, e => e.stopPropagation()));
  Array.from(dialog.querySelectorAll('button')).forEach(b => b.addEventListener('click', () => done(b.getAttribute('data-outcome'))));
  dialog.addEventListener('cancel', e => { e.preventDefault(); done('fail'); });
  dialog.addEventListener('close', () => done('fail'));
  document.body.appendChild(dialog);
  sheet.attach(document.body);
  if (dialog.showModal) {
    dialog.showModal();
  } else {
    dialog.setAttribute('open', '');
  }
  dialog.querySelector('.cqs-go').focus();
}
