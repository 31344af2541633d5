import type { Frame, Locator, Page } from '@playwright/test';
import { MockError } from './errors';

export interface CardOptions {
  /** MM/YY, "12/34" by default. */
  expiry?: string;
  /** "123" by default. */
  cvc?: string;
  /** A country's code, such as "DE", where the form asks for it. */
  country?: string;
  /** "12345" by default, where the form asks for it. */
  postalCode?: string;
  /** How long to wait for the form, in milliseconds; 15,000 by default. */
  timeout?: number;
}

// The fields of the fake's elements, which are in the page, and of Stripe's,
// which are in frames, have the same names.
const fields = {
  number: 'input[name="number"], input[name="cardnumber"]',
  expiry: 'input[name="expiry"], input[name="exp-date"]',
  cvc: 'input[name="cvc"]',
  country: 'select[name="country"]',
  postalCode: 'input[name="postalCode"], input[name="postal"]',
};

/**
 * fillCard fills the card form of a payment element or of card elements, the
 * fake's or Stripe's own. Spaces in the number do not matter.
 */
export async function fillCard(page: Page, number: string, options: CardOptions = {}): Promise<void> {
  const timeout = options.timeout ?? 15_000;
  const form = await appear(page, fields.number, timeout);
  if (form === undefined) {
    throw new MockError(`fillCard: no field for a card number is visible after ${timeout / 1000} seconds. Check that the page has mounted ` +
      'a payment element or a card element, that cards are chosen in it, and that Stripe.js has loaded.');
  }
  await form.fill(number.replace(/\s/g, ''));
  await required(page, 'expiry').then((field) => field.fill(options.expiry ?? '12/34'));
  await required(page, 'cvc').then((field) => field.fill(options.cvc ?? '123'));
  if (options.country !== undefined) {
    await required(page, 'country').then((field) => field.selectOption(options.country as string));
  }
  const postalCode = options.postalCode === undefined ? await appear(page, fields.postalCode, 0) : await required(page, 'postalCode');
  await postalCode?.fill(options.postalCode ?? '12345');
}

/** completeAuthentication completes the 3-D Secure step that the page shows. */
export async function completeAuthentication(page: Page, options: { timeout?: number } = {}): Promise<void> {
  await authenticate(page, 'completeAuthentication', 'succeed', '#test-source-authorize-3ds', options.timeout);
}

/** failAuthentication lets the 3-D Secure step that the page shows fail. */
export async function failAuthentication(page: Page, options: { timeout?: number } = {}): Promise<void> {
  await authenticate(page, 'failAuthentication', 'fail', '#test-source-fail-3ds', options.timeout);
}

async function authenticate(page: Page, verb: string, outcome: string, stripes: string, timeout = 15_000): Promise<void> {
  const dialog = `dialog[data-cariqa-mock="3ds"] .cqs-actions button[data-outcome="${outcome}"]`;
  const redirect = `form[method="post"] button[name="outcome"][value="${outcome}"]`;
  const button = await appear(page, [dialog, redirect, stripes].join(', '), timeout);
  if (button === undefined) {
    throw new MockError(`${verb}: no 3-D Secure step is visible after ${timeout / 1000} seconds. Check that the card requires it, such as ` +
      '4000 0025 0000 3155 or 4000 0027 6000 3184, and that the page has confirmed the intent.');
  }
  await button.click();
  await button.waitFor({ state: 'hidden' }).catch(() => undefined); // its page may be gone
}

async function required(page: Page, name: keyof typeof fields): Promise<Locator> {
  const field = await appear(page, fields[name], 1_000);
  if (field === undefined) {
    throw new MockError(`fillCard: the form has no visible field for ${name}`);
  }
  return field;
}

/** appear returns what a selector matches in any frame once it is visible; undefined if it is not in time. */
async function appear(page: Page, selector: string, timeout: number): Promise<Locator | undefined> {
  const end = Date.now() + timeout;
  for (;;) {
    for (const frame of page.frames()) {
      const found = await visible(frame, selector);
      if (found !== undefined) {
        return found;
      }
    }
    if (Date.now() >= end) {
      return undefined;
    }
    await page.waitForTimeout(50);
  }
}

async function visible(frame: Frame, selector: string): Promise<Locator | undefined> {
  const all = frame.locator(selector);
  const count = await all.count().catch(() => 0); // the frame may be gone
  for (let i = 0; i < count; i++) {
    const one = all.nth(i);
    if (await one.isVisible().catch(() => false)) {
      return one;
    }
  }
  return undefined;
}
