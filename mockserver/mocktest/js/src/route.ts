import type { BrowserContext, Page, Request, Route } from '@playwright/test';
import type { World } from './world';

// The vendor's API: its two environments, and where cariqa-mock listens by
// default.
const environments = ['https://connect.cariqa.com', 'https://dev.connect.cariqa.com'];
const locals = ['http://127.0.0.1:4343', 'http://localhost:4343'];
const stripes = ['https://js.stripe.com', 'https://api.stripe.com'];

/**
 * routeWorld routes a page's or a context's calls to a world: those of the
 * vendor's API with the world's token, and those of Stripe as they are. test
 * does so for its own context; another one, such as a second user's, needs it.
 */
export async function routeWorld(target: Page | BrowserContext, world: World, apiOrigins: readonly string[] = []): Promise<void> {
  await routeLocals(target, world, [...environments, ...apiOrigins]);
  const own = world.env.CARIQA_MOCK_URL;
  await target.route((url) => stripes.includes(url.origin), (route) => send(route, own, route.request(), {}));
}

/**
 * routeProxied does the same for a context whose calls go through the server's
 * proxy: those of the vendor's environments and of Stripe take that way, the
 * former with the world's token.
 */
export async function routeProxied(target: BrowserContext, world: World, apiOrigins: readonly string[]): Promise<void> {
  await routeLocals(target, world, apiOrigins);
  await target.route((url) => environments.includes(url.origin), async (route) => {
    await route.continue({ headers: { ...(await route.request().allHeaders()), authorization: `Bearer ${world.token}` } });
  });
}

/** routeLocals routes the calls of some origins and of the server itself. */
async function routeLocals(target: Page | BrowserContext, world: World, apiOrigins: readonly string[]): Promise<void> {
  const own = world.env.CARIQA_MOCK_URL;
  const api = [...locals, ...apiOrigins.map((origin) => new URL(origin).origin)].filter((origin) => origin !== own);
  await target.route((url) => api.includes(url.origin), (route) => toVendor(route, world, own));
  await target.route((url) => url.origin === own && url.pathname.startsWith('/api/'), (route) => toVendor(route, world, own));
}

async function toVendor(route: Route, world: World, own: string): Promise<void> {
  const request = route.request();
  const { protocol, host, origin } = new URL(request.url());
  const headers: Record<string, string> = { authorization: `Bearer ${world.token}` };
  if (origin !== own) {
    // Links in answers are those that the app would get from that address.
    headers['x-forwarded-proto'] = protocol.slice(0, -1);
    headers['x-forwarded-host'] = host;
  }
  await send(route, own, request, headers);
}

/** send sends a request to the server, with more headers. */
async function send(route: Route, own: string, request: Request, more: Record<string, string>): Promise<void> {
  const from = new URL(request.url());
  const headers = { ...(await request.allHeaders()), ...more };
  if (from.origin === own) {
    await route.continue({ headers });
    return;
  }
  // A request cannot continue with another protocol, and a redirect that the
  // browser followed would be neither routed nor of the same origin.
  delete headers['host'];
  try {
    // No timeout: the app's own decides, and a start may take minutes.
    const response = await route.fetch({ url: own + from.pathname + from.search, headers, timeout: 0 });
    await route.fulfill({ response });
  } catch {
    await route.abort('connectionfailed').catch(() => undefined); // the page may be gone
  }
}
