// Calls to the fake's Stripe API, at the server that this script came from.

// encoded returns nested parameters as the API expects them: a[b][]=c.
function encoded(params) {
  const out = new URLSearchParams();
  const add = (name, v) => {
    if (v === undefined || typeof v === 'function') {
      return;
    }
    if (v instanceof BaseElement) {
      // payment_method_options[card][cvc] may be an element.
      out.append(name, v.fields ? v.fields.list[0].value : '');
    } else if (Array.isArray(v)) {
      v.forEach((item, i) => add(name + '[' + i + ']', item));
    } else if (isObject(v)) {
      Object.keys(v).forEach(key => add(name ? name + '[' + key + ']' : key, v[key]));
    } else {
      out.append(name, v === null ? '' : String(v));
    }
  };
  add('', params);
  return out;
}

// send makes a call. Its promise never rejects; it is for {body} or {error}.
function send(stripe, method, url, params, headers) {
  const texts = textsFor(stripe.options.locale);
  const query = encoded(params).toString();
  const get = method === 'GET';
  const all = Object.assign({ Accept: 'application/json' }, headers);
  const request = { method, headers: all, credentials: 'omit', cache: 'no-store', referrerPolicy: 'no-referrer' };
  if (!get) {
    all['Content-Type'] = 'application/x-www-form-urlencoded';
    request.body = query;
  }
  return promised(() => fetch(SERVER + url + (get && query ? '?' + query : ''), request)).then(
    response => response.json().then(body => verdict(response, body, texts), () => ({ error: { type: STRIPE_ERROR_TYPES.api, message: texts.errors.api } })),
    cause => {
      console.error('[Stripe.js] cariqa-mock at ' + SERVER + ' could not be reached. If it runs elsewhere, see --public-url and --cors-origin.', cause);
      return { error: { type: STRIPE_ERROR_TYPES.connection, message: texts.errors.connection } };
    },
  );
}

function verdict(response, body, texts) {
  if (response.ok) {
    return { body };
  }
  const error = isObject(body) && isObject(body.error) ? body.error : {};
  return { error: Object.assign({ type: STRIPE_ERROR_TYPES.api, message: texts.errors.api }, error) };
}

// call makes a call under /v1/.
function call(stripe, method, path, params) {
  const headers = { Authorization: 'Bearer ' + stripe.key };
  if (stripe.options.apiVersion) {
    headers['Stripe-Version'] = stripe.options.apiVersion;
  }
  if (stripe.options.stripeAccount) {
    headers['Stripe-Account'] = stripe.options.stripeAccount;
  }
  return send(stripe, method, '/v1/' + path, params, headers);
}

// What a client secret contains about its intent.
function intentOf(secret) {
  const setup = secret.indexOf('seti_') === 0;
  const id = secret.slice(0, secret.indexOf('_secret_'));
  return { id, setup, path: (setup ? 'setup_intents/' : 'payment_intents/') + id };
}

// retrieve returns a promise of an intent: {intent} or {error}.
function retrieve(stripe, secret) {
  return call(stripe, 'GET', intentOf(secret).path, { client_secret: secret }).then(a => (a.error ? a : { intent: a.body }));
}
