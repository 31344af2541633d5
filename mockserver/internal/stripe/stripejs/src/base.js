// What every other part uses. The script is ECMAScript 2019, so that older
// browsers and test environments run it unchanged.

const STRIPE_ERROR_TYPES = { validation: 'validation_error', connection: 'api_connection_error', api: 'api_error', request: 'invalid_request_error' };

// IntegrationError is thrown if the page uses the library wrongly. Stripe.js
// throws errors of this name for developers; card holders never see them.
class IntegrationError extends Error {
  constructor(message) {
    super(message);
    this.name = 'IntegrationError';
  }
}

function misuse(message) {
  throw new IntegrationError(message);
}

function isObject(v) {
  return v !== null && typeof v === 'object';
}

function isPlain(v) {
  return isObject(v) && !Array.isArray(v) && Object.prototype.toString.call(v) === '[object Object]' && !(v instanceof Node);
}

// merged returns an element's options with those of an update.
function merged(old, update) {
  const out = Object.assign({}, old);
  Object.keys(update || {}).forEach(key => {
    out[key] = isPlain(update[key]) && isPlain(out[key]) ? merged(out[key], update[key]) : update[key];
  });
  return out;
}

// deep returns a.b.c of an object, or undefined if a part is missing.
function deep(object, path) {
  return path.split('.').reduce((v, key) => (isObject(v) ? v[key] : undefined), object);
}

// shown returns a value as messages quote it.
function shown(v) {
  return typeof v === 'string' ? v : String(v && v.toString ? v : JSON.stringify(v));
}

function validationError(texts, code) {
  return { type: STRIPE_ERROR_TYPES.validation, code: code, message: texts.errors[code] || code };
}

let lastSerial = 0;

function serial() {
  lastSerial += 1;
  return lastSerial;
}

// An Emitter calls handlers. A handler that throws affects neither the others
// nor the element: its error is reported as uncaught.
class Emitter {
  constructor() {
    this.handlers = [];
  }

  on(event, handler, once) {
    if (typeof event !== 'string' || typeof handler !== 'function') {
      misuse('Please provide the name of an event and a function that handles it.');
    }
    this.handlers.push({ event, handler, once: !!once });
  }

  off(event, handler) {
    this.handlers = this.handlers.filter(h => h.event !== event || handler && h.handler !== handler);
  }

  emit(event, payload) {
    this.handlers.filter(h => h.event === event).forEach(h => {
      if (h.once) {
        this.handlers = this.handlers.filter(other => other !== h);
      }
      try {
        h.handler(payload);
      } catch (error) {
        setTimeout(() => { throw error; }, 0);
      }
    });
  }
}
