// Confirming intents, and the actions after that.

// secretOf checks a client secret. kind is 'setup_intent', 'payment_intent' or
// missing for both.
function secretOf(name, secret, kind) {
  if (typeof secret !== 'string' || !SECRET.test(secret)) {
    misuse('Invalid value for ' + name + ' intent secret: value should be a client secret of the form ${id}_secret_${secret}. You specified: ' + shown(secret) + '.');
  }
  const setup = secret.indexOf('seti_') === 0;
  if (kind && setup !== (kind === 'setup_intent')) {
    misuse('Invalid value for ' + name + ' intent secret: value should be a ' + (setup ? 'PaymentIntent' : 'SetupIntent')
      + ' client secret. You specified: a ' + (setup ? 'SetupIntent' : 'PaymentIntent') + ' client secret.');
  }
  return secret;
}

// resultOf returns what the page receives for an intent.
function resultOf(intent) {
  return intent.object === 'setup_intent' ? { setupIntent: intent } : { paymentIntent: intent };
}

// failureOf returns the error of an intent that was refused after an action. The
// text for a failed authentication is that of Stripe.js, not of the API.
function failureOf(stripe, intent, locale) {
  const last = intent.last_setup_error || intent.last_payment_error || { type: STRIPE_ERROR_TYPES.api, message: textsFor(locale).errors.api };
  const error = Object.assign({}, last, { [intent.object]: intent });
  if (/_authentication_failure$/.test(error.code || '')) {
    error.message = textsFor(locale).errors.authentication;
  }
  return { error };
}

// act does what an intent requires: 3-D Secure in the page, or a redirect.
function act(stripe, intent, locale) {
  const next = intent.next_action || {};
  if (next.type === 'redirect_to_url') {
    return leave(next.redirect_to_url.url);
  }
  return challenge(intent, locale)
    .then(outcome => send(stripe, 'POST', '/stripe/authenticate/' + encodeURIComponent(intent.id), { client_secret: intent.client_secret, outcome }))
    .then(a => {
      // It may have been ended elsewhere meanwhile, so ask for the intent.
      if (a.error && a.error.code !== intent.object + '_unexpected_state') {
        return a;
      }
      return retrieve(stripe, intent.client_secret);
    })
    .then(a => {
      if (a.error) {
        return a;
      }
      return a.intent.status === 'requires_payment_method' ? failureOf(stripe, a.intent, locale) : { intent: a.intent };
    });
}

// leave opens another page. Its promise never settles, as this page ends.
function leave(address) {
  window.location.assign(address);
  return new Promise(() => {});
}

// returnTo returns a return URL with the parameters that Stripe adds.
function returnTo(address, intent) {
  const hash = address.indexOf('#');
  const page = hash < 0 ? address : address.slice(0, hash);
  const status = ['succeeded', 'requires_capture'].indexOf(intent.status) >= 0 ? 'succeeded' : intent.status === 'processing' ? 'pending' : 'failed';
  const added = new URLSearchParams({ [intent.object]: intent.id, [intent.object + '_client_secret']: intent.client_secret, redirect_status: status });
  const sep = page.indexOf('?') < 0 ? '?' : /[?&]$/.test(page) ? '' : '&';
  return page + sep + added + (hash < 0 ? '' : address.slice(hash));
}

// confirmIntent confirms and acts. Its promise is for {intent} or {error}.
function confirmIntent(stripe, secret, params, handleActions, locale) {
  const sent = Object.assign({}, params, { client_secret: secret, use_stripe_sdk: handleActions });
  return call(stripe, 'POST', intentOf(secret).path + '/confirm', sent).then(a => {
    if (a.error) {
      return a;
    }
    return handleActions && a.body.status === 'requires_action' ? act(stripe, a.body, locale) : { intent: a.body };
  });
}

// confirmCard implements confirmCardSetup and confirmCardPayment.
function confirmCard(stripe, kind, name, secret, data, options) {
  secretOf(name, secret, kind);
  const params = Object.assign({}, data);
  const method = params.payment_method;
  delete params.payment_method;
  if (typeof method === 'string') {
    params.payment_method = method;
  } else if (isObject(method)) {
    const read = methodData(stripe, method, name + '()');
    if (read.error) {
      return Promise.resolve(read);
    }
    params.payment_method_data = read.data;
  } else if (method !== undefined && method !== null) {
    misuse('Invalid value for ' + name + '(): payment_method should be a string or an object. You specified: ' + shown(method) + '.');
  }
  const handle = !isObject(options) || options.handleActions !== false;
  return confirmIntent(stripe, secret, params, handle, stripe.options.locale).then(a => (a.error ? a : resultOf(a.intent)));
}

// confirmHeld implements confirmSetup and confirmPayment.
function confirmHeld(stripe, kind, name, options) {
  if (!isObject(options)) {
    misuse('Invalid value for ' + name + '(): expected an object with elements or clientSecret. You specified: ' + shown(options) + '.');
  }
  checkOptions(name + '()', options, names('elements clientSecret confirmParams redirect'));
  const { elements, redirect } = options;
  const params = Object.assign({}, options.confirmParams);
  const secret = options.clientSecret || isObject(elements) && elements.options && elements.options.clientSecret;
  if (!elements && !options.clientSecret) {
    misuse(name + '(): expected either `elements` or `clientSecret`, but got neither.');
  }
  if (elements && !(elements instanceof Elements)) {
    misuse('Invalid value for ' + name + '(): elements should be the result of stripe.elements().');
  }
  if (redirect !== undefined && redirect !== 'always' && redirect !== 'if_required') {
    misuse('Invalid value for ' + name + '(): redirect should be one of the following strings: always, if_required. You specified: ' + shown(redirect) + '.');
  }
  if (redirect !== 'if_required' && !params.return_url) {
    misuse(name + '(): the `confirmParams.return_url` argument is required unless passing `redirect: \'if_required\'`.');
  }
  const error = held(stripe, params, elements, name);
  if (error) {
    return Promise.resolve({ error });
  }
  secretOf(name, secret, kind);
  const locale = elements ? elements.locale() : stripe.options.locale;
  return confirmIntent(stripe, secret, params, true, locale).then(a => {
    if (a.error) {
      return a;
    }
    return redirect === 'if_required' ? resultOf(a.intent) : leave(returnTo(params.return_url, a.intent));
  });
}

// held adds the data of the payment element to params. It returns the error of
// the element, if it has one.
function held(stripe, params, elements, name) {
  if (!elements || params.payment_method || params.confirmation_token) {
    return undefined;
  }
  const payment = paymentIn(stripe, elements, name + '()');
  if (elements.deferred()) {
    needsSubmit(elements, name + '()');
  }
  const error = payment.demand();
  if (!error) {
    params.payment_method_data = heldData(payment, params.payment_method_data, 'confirmParams.payment_method_data');
  }
  return error;
}

// handleNext implements handleNextAction and its older forms.
function handleNext(stripe, name, secret, kind) {
  secretOf(name, secret, kind);
  return retrieve(stripe, secret).then(a => {
    if (a.error) {
      return a;
    }
    if (a.intent.status !== 'requires_action') {
      const what = a.intent.object === 'setup_intent' ? 'SetupIntent' : 'PaymentIntent';
      misuse(name.replace('stripe.', '') + ': The ' + what + ' supplied is not in the requires_action state.');
    }
    return act(stripe, a.intent, stripe.options.locale).then(b => (b.error ? b : resultOf(b.intent)));
  });
}
