import { MockError } from './errors';

/** The body of a call: a form, text or bytes as they are, or anything that JSON can express. */
export type Body = URLSearchParams | FormData | string | Uint8Array | object | number | boolean | null;

interface Caller {
  readonly token: string;
  readonly id: string;
  readonly user: string;
  readonly env: { readonly STRIPE_PUBLISHABLE_KEY: string };
}

/** request returns the request of a call: its URL and what fetch takes with it. */
export function request(
  caller: Caller, url: string, method: string, path: string, body: Body | undefined, headers: Record<string, string>,
): { target: string; init: RequestInit } {
  const stripe = path.startsWith('/v1/');
  const all = new Headers({ Authorization: `Bearer ${stripe ? caller.env.STRIPE_PUBLISHABLE_KEY : caller.token}` });
  for (const [name, value] of Object.entries(headers)) {
    all.set(name, value);
  }
  const init: RequestInit = { method, headers: all, redirect: 'manual' };
  if (body !== undefined) {
    const form = body instanceof URLSearchParams || body instanceof FormData;
    init.body = form || typeof body === 'string' || body instanceof Uint8Array ? (body as BodyInit) : JSON.stringify(body);
    if (!form && !all.has('Content-Type')) {
      all.set('Content-Type', 'application/json');
    }
  }
  const base = stripe || path.startsWith('/api/') ? url : `${url}/api/v1`;
  return { target: base + filled(caller, path), init };
}

/** filled replaces {user} in a path. */
function filled(caller: Caller, path: string): string {
  if (!path.startsWith('/')) {
    throw new MockError(`fetch: want a path that begins with a slash, such as /users/, not ${JSON.stringify(path)}`);
  }
  if (path.includes('{user}') && caller.user === '') {
    throw new MockError(`fetch: world ${caller.id} has no user yet: create one, and set the world's user to its id`);
  }
  const done = path.replaceAll('{user}', encodeURIComponent(caller.user));
  const unknown = /^[^?]*?(\{\w*\})/.exec(done)?.[1];
  if (unknown !== undefined) {
    throw new MockError(`fetch: unknown placeholder ${unknown} (known: {user})`);
  }
  return done;
}
