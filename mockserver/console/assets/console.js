// Keeps a page up to date and its forms from leaving it. Every page works
// without this script: it shows what the server renders and nothing else, and
// puts text into the page only as the server has escaped it.
'use strict';

(() => {
  const parser = new DOMParser();
  const world = document.body.dataset.world;

  // Copying.
  const offerCopies = (root) => {
    if (!navigator.clipboard) return;
    for (const b of root.querySelectorAll('button.copy')) b.hidden = false;
  };
  document.addEventListener('click', async (event) => {
    const button = event.target.closest('button.copy');
    if (!button) return;
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.textContent = 'Copied';
    } catch {
      button.textContent = 'Not allowed';
    }
    setTimeout(() => { button.textContent = 'Copy'; }, 1500);
  });

  // The world's clock goes on between two looks at the server.
  const startClock = (root) => {
    for (const clock of root.querySelectorAll('time[data-clock]')) {
      clock.since = performance.now();
      clock.at = Date.parse(clock.dateTime);
    }
  };
  const tick = () => {
    for (const clock of document.querySelectorAll('time[data-clock][data-frozen="false"]')) {
      const now = new Date(clock.at + (performance.now() - clock.since) * Number(clock.dataset.speed));
      if (Number.isNaN(now.getTime())) continue;
      const month = now.toLocaleString('en', { month: 'short', timeZone: 'UTC' });
      clock.textContent = `${now.getUTCDate()} ${month} ${now.getUTCFullYear()}, ${now.toISOString().slice(11, 19)}`;
    }
  };

  // What a reader is typing into, or has opened, stays.
  const busy = (part) => part.contains(document.activeElement) &&
    document.activeElement.matches('input, select, textarea');
  const changed = (field) => {
    if (field.type === 'checkbox') return field.checked !== field.defaultChecked;
    if (field.tagName !== 'SELECT') return field.value !== field.defaultValue;
    const first = [...field.options].findIndex((o) => o.defaultSelected);
    return field.selectedIndex !== Math.max(first, 0);
  };
  const touched = (part) => [...part.querySelectorAll('input:not([type=hidden]), select')].some(changed);

  const focusMark = () => {
    const at = document.activeElement;
    const part = at && at.closest('[data-live]');
    if (!part) return () => {};
    const name = at.textContent.trim();
    return () => {
      if (document.activeElement !== document.body) return;
      const same = [...part.querySelectorAll('button, a, summary')].find((e) => e.textContent.trim() === name);
      (same || part.querySelector('h2') || part).focus?.({ preventScroll: true });
    };
  };

  // swap puts the live parts of a page in place of those that are shown.
  const shown = new WeakMap();
  const swap = (fresh, forced) => {
    const refocus = focusMark();
    for (const part of document.querySelectorAll('[data-live]')) {
      const next = fresh.getElementById(part.id);
      if (!next || next.innerHTML === shown.get(part)) continue;
      if (!forced && (busy(part) || touched(part))) continue;
      const open = new Map([...part.querySelectorAll('details[id]')].map((d) => [d.id, d.open]));
      shown.set(part, next.innerHTML);
      part.replaceChildren(...next.childNodes);
      for (const d of part.querySelectorAll('details[id]')) if (open.has(d.id)) d.open = open.get(d.id);
      offerCopies(part);
      startClock(part);
    }
    for (const mark of document.querySelectorAll('[data-moving]')) mark.remove();
    const moving = fresh.querySelector('[data-moving]');
    if (moving) document.getElementById('main').append(moving);
    refocus();
  };

  // refresh looks at the server again. Answers that a later look has overtaken
  // are dropped.
  let looks = 0;
  const read = async (answer) => parser.parseFromString(await answer.text(), 'text/html');
  const refresh = async () => {
    const look = ++looks;
    try {
      const answer = await fetch(location.href, { headers: { 'X-Look': 'again' } });
      const fresh = await read(answer);
      if (look === looks && answer.ok && !answer.redirected) swap(fresh, false);
    } catch { /* the server is away; the next look may find it */ }
  };
  let due;
  const soon = (delay) => {
    clearTimeout(due);
    due = setTimeout(refresh, delay);
  };

  // Forms that lead back to this page are sent from here: the reader keeps the
  // place. All others are left to the browser.
  const home = world && `/worlds/${encodeURIComponent(world)}`;
  const address = (form) => new URL(form.getAttribute('action'), location.href).href; // a field may be called action
  const stays = (form) => form.getAttribute('method') === 'post' && location.pathname === home && !/\/(drop|reset)$/.test(address(form));
  const say = (nodes) => {
    const place = document.getElementById('said');
    place.replaceChildren(...nodes);
    if (place.getBoundingClientRect().bottom < 0) place.scrollIntoView({ block: 'center' });
  };
  const trouble = (text) => {
    const p = document.createElement('p');
    p.className = 'said failed';
    p.textContent = text;
    return [p];
  };
  const send = async (form) => {
    const look = ++looks;
    const answer = await fetch(address(form), { method: 'POST', body: new URLSearchParams(new FormData(form)) });
    if (answer.redirected && new URL(answer.url).pathname !== home) {
      location.assign(answer.url); // the token is asked for
      return;
    }
    const fresh = await read(answer);
    if (!answer.ok) {
      say(trouble(fresh.querySelector('main .card p')?.textContent || `The server answers ${answer.status}.`));
      return;
    }
    say(fresh.getElementById('said').childNodes);
    form.reset();
    if (look === looks) swap(fresh, true);
    else soon(0);
  };
  const sending = new WeakSet();
  document.addEventListener('submit', async (event) => {
    const form = event.target;
    if (event.defaultPrevented || !stays(form)) return;
    event.preventDefault();
    if (sending.has(form)) return;
    sending.add(form);
    const button = event.submitter;
    button?.setAttribute('aria-disabled', 'true'); // a disabled one would lose the focus
    try {
      await send(form);
    } catch {
      say(trouble('The server does not answer. Is it still running?'));
    } finally {
      sending.delete(form);
      button?.removeAttribute('aria-disabled');
    }
  });

  // Live: each request of the world, and the passing of time.
  if (world) {
    const stream = new EventSource(`/__admin/worlds/${encodeURIComponent(world)}/requests/stream`);
    stream.addEventListener('request', () => soon(150));
    stream.addEventListener('open', () => {
      for (const mark of document.querySelectorAll('[data-stream]')) mark.textContent = 'Live.';
      soon(150);
    });
    addEventListener('pagehide', () => stream.close());
    setInterval(() => {
      if (document.visibilityState === 'visible' && document.querySelector('[data-moving]')) soon(0);
    }, 2000);
  }
  for (const part of document.querySelectorAll('[data-live]')) shown.set(part, part.innerHTML);
  offerCopies(document);
  startClock(document);
  setInterval(tick, 250);
})();
