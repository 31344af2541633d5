// Keeps a page up to date and sends its forms without leaving it. Every page
// works without this script. It shows only what the server renders, and inserts
// text only as the server has escaped it.
'use strict';

(() => {
  const parser = new DOMParser();
  const world = document.body.dataset.world;
  const home = world && `/worlds/${encodeURIComponent(world)}`;

  // Copy buttons.
  const showCopyButtons = (root) => {
    if (!navigator.clipboard) return;
    for (const b of root.querySelectorAll('button.copy')) b.hidden = false;
  };
  document.addEventListener('click', async (event) => {
    const button = event.target.closest('button.copy');
    if (!button) return;
    const name = button.querySelector('span');
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      name.textContent = 'Copied';
    } catch {
      name.textContent = 'Copy failed';
    }
    setTimeout(() => { name.textContent = 'Copy'; }, 1500);
  });

  // A file that is dropped on the start page is opened.
  const dropped = document.querySelector('form[data-drop]');
  if (dropped) {
    const input = dropped.querySelector('input[type=file]');
    document.addEventListener('dragover', (event) => {
      if (event.dataTransfer?.types.includes('Files')) event.preventDefault(); // else the browser would show the file
    });
    document.addEventListener('drop', (event) => {
      if (!event.dataTransfer?.files.length) return;
      event.preventDefault();
      input.files = event.dataTransfer.files;
      dropped.requestSubmit();
    });
  }

  // The world's clock runs on between two polls.
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

  // What a person types, chooses, selects or opens is kept.
  const fields = 'input:not([type=hidden]), select';
  const busy = (part) => part.contains(document.activeElement) && document.activeElement.matches(fields) ||
    !getSelection().isCollapsed && part.contains(getSelection().anchorNode);
  const changed = (field) => {
    if (field.type === 'checkbox') return field.checked !== field.defaultChecked;
    if (field.tagName !== 'SELECT') return field.value !== field.defaultValue;
    const first = [...field.options].findIndex((o) => o.defaultSelected);
    return field.selectedIndex !== Math.max(first, 0);
  };
  // keyOf identifies an element within its part, to find it in a new version.
  const keyOf = (e) => (e.form && e.matches(fields)
    ? [e.form.getAttribute('action'), ...[...e.form.querySelectorAll('[type=hidden]')].map((h) => h.value), e.name, e.type === 'checkbox' ? e.value : ''].join('\n')
    : e.textContent.trim());
  const findAgain = (part, e) => [...part.querySelectorAll(`${fields}, button, a, summary`)]
    .find((other) => other.tagName === e.tagName && keyOf(other) === keyOf(e));
  const keepInput = (part) => {
    const touched = [...part.querySelectorAll(fields)].filter(changed);
    return () => {
      for (const field of touched) {
        const next = findAgain(part, field);
        if (!next) continue;
        if (field.type === 'checkbox') next.checked = field.checked;
        else if (field.tagName === 'INPUT' || [...next.options].some((o) => o.value === field.value)) next.value = field.value;
      }
    };
  };
  const keepOpen = (part) => {
    const open = [...part.querySelectorAll('details[id]')].map((d) => [d.id, d.open]);
    return () => {
      for (const [id, isOpen] of open) document.getElementById(id)?.toggleAttribute('open', isOpen);
    };
  };
  const keepFocus = (part) => {
    const at = document.activeElement;
    if (!part.contains(at)) return () => {};
    const focusVisible = at.matches(':focus-visible'); // else Firefox shows no outline
    return () => {
      let to = findAgain(part, at);
      if (!to) {
        to = part.querySelector('h2') || part;
        to.tabIndex = -1;
      }
      to.focus({ preventScroll: true, focusVisible });
    };
  };

  // swap replaces the live parts of the page with those of a new version.
  const shown = new WeakMap();
  const swap = (fresh, forced) => {
    for (const part of document.querySelectorAll('[data-live]')) {
      const next = fresh.getElementById(part.id);
      if (!next || next.innerHTML === shown.get(part)) continue;
      if (!forced && busy(part)) continue;
      const keeps = [keepInput(part), keepOpen(part), keepFocus(part)];
      shown.set(part, next.innerHTML);
      part.replaceChildren(...next.childNodes);
      for (const restore of keeps) restore();
      showCopyButtons(part);
      startClock(part);
    }
    live();
  };

  // poll loads the page again, one load at a time. If an action has updated the
  // page meanwhile, the result is dropped.
  let polling = false;
  let due;
  let actions = 0;
  const read = async (answer) => parser.parseFromString(await answer.text(), 'text/html');
  const reason = (page, answer) => page.querySelector('main .card p')?.textContent || `The server responded with ${answer.status}.`;
  const poll = async () => {
    if (!stream || !document.querySelector('[data-live]')) return;
    polling = true;
    const before = actions;
    const url = new URL(location.href);
    const user = document.querySelector('[data-user]')?.dataset.user;
    if (user) url.searchParams.set('user', user); // not a newer user
    try {
      const answer = await fetch(url, { headers: { 'X-Poll': '1' } });
      const fresh = await read(answer);
      if (answer.status === 404) showFlash(note('failed', reason(fresh, answer)));
      else if (before === actions && answer.ok && !answer.redirected) swap(fresh, false);
    } catch { /* the server is down; the stream reports it */ }
    polling = false;
    if (location.pathname === home) soon(2000); // time passes, and others may change the world
  };
  let at = 0;
  const soon = (delay) => {
    if (polling) delay = Math.max(delay, 150);
    if (due && at <= performance.now() + delay) return; // an earlier poll is due
    clearTimeout(due);
    at = performance.now() + delay;
    due = setTimeout(() => {
      due = undefined; // else the next poll would wait for this timer for ever
      if (polling) soon(150);
      else poll();
    }, delay);
  };

  // A flash stays in view until it is dismissed.
  const addDismissButton = () => {
    const text = document.querySelector('#flash > p');
    if (!text || text.querySelector('button')) return;
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = '×';
    button.setAttribute('aria-label', 'Dismiss');
    button.addEventListener('click', () => showFlash());
    text.append(button);
  };
  const showFlash = (...nodes) => {
    document.getElementById('flash').replaceChildren(...nodes);
    addDismissButton();
  };
  const note = (kind, text) => {
    const p = document.createElement('p');
    p.className = `flash ${kind}`;
    p.textContent = text;
    return p;
  };

  // Forms that return to this page are sent from here, which keeps the scroll
  // position. All others are left to the browser.
  const address = (form) => new URL(form.getAttribute('action'), location.href).href; // form.action may be a field
  const stays = (form) => form.getAttribute('method') === 'post' && location.pathname === home && !/\/(copy|drop|reset)$/.test(address(form));
  const send = async (form, button) => {
    const action = ++actions;
    const answer = await fetch(address(form), { method: 'POST', body: new URLSearchParams(new FormData(form, button)) });
    if (answer.redirected && new URL(answer.url).pathname !== home) {
      location.assign(answer.url); // to the login page
      return;
    }
    const fresh = await read(answer);
    if (!answer.ok) {
      showFlash(note('failed', reason(fresh, answer)));
      return;
    }
    if (fresh.querySelector('.flash.done')) form.reset(); // else it can be corrected and sent again
    showFlash(...fresh.getElementById('flash').childNodes);
    if (action === actions) swap(fresh, true);
    actions++;
    if (stream) soon(0);
    else resume();
  };
  const sending = new WeakSet();
  document.addEventListener('submit', async (event) => {
    const form = event.target;
    if (event.submitter?.matches('[data-confirm]')) { // asks for confirmation by a second click
      event.preventDefault();
      const button = event.submitter;
      const label = [...button.childNodes];
      button.textContent = button.dataset.confirm;
      button.removeAttribute('data-confirm');
      button.value = 'yes';
      setTimeout(() => {
        button.value = '';
        button.dataset.confirm = button.textContent;
        button.replaceChildren(...label);
      }, 4000);
      return;
    }
    if (event.defaultPrevented || !stays(form)) return;
    event.preventDefault();
    if (sending.has(form)) return;
    sending.add(form);
    const button = event.submitter;
    button?.setAttribute('aria-disabled', 'true'); // a disabled one would lose the focus
    const waiting = setTimeout(() => showFlash(note('', 'Waiting for the response …')), 1000);
    try {
      await send(form, button);
    } catch {
      showFlash(note('failed', 'The server does not respond. Is it still running?'));
    } finally {
      clearTimeout(waiting);
      sending.delete(form);
      button?.removeAttribute('aria-disabled');
    }
  });

  // Marks of requests are part of the address, so that they stay on other pages.
  const followMarks = () => {
    const boxes = [...document.querySelectorAll('[name=mark]')];
    const marked = (href) => {
      const url = new URL(href);
      url.searchParams.delete('mark');
      for (const box of boxes) if (box.checked) url.searchParams.append('mark', box.value);
      return url;
    };
    history.replaceState(null, '', marked(location.href));
    for (const a of document.querySelectorAll('#requests .pages a')) a.href = marked(a.href);
    for (const box of boxes) box.defaultChecked = box.checked;
  };
  document.addEventListener('change', (event) => {
    if (event.target.matches('[name=mark]')) followMarks();
  });
  if ([...document.querySelectorAll('[name=mark]')].some(changed)) followMarks(); // marked before this script ran

  // The stream of the world's requests. Only a visible page listens, since a
  // browser has few connections for all pages of a server.
  let stream;
  let retry;
  let state = '';
  const live = (text = state) => {
    state = text;
    for (const mark of document.querySelectorAll('[data-stream]')) mark.textContent = text;
  };
  const stopListening = () => {
    stream?.close();
    stream = undefined;
  };
  const listen = () => {
    stopListening();
    stream = new EventSource(`/__admin/worlds/${encodeURIComponent(world)}/requests/stream`);
    stream.addEventListener('request', () => soon(150));
    stream.addEventListener('open', () => {
      live('Live.');
      soon(0);
    });
    stream.addEventListener('error', () => {
      stopListening();
      clearTimeout(retry);
      retry = setTimeout(resume, 500);
    });
  };
  // resume listens again if the world still exists: listening to a dropped one
  // would create it again.
  let away = false;
  const resume = async () => {
    clearTimeout(retry);
    if (stream || document.visibilityState !== 'visible') return;
    try {
      let gone = true;
      for (let page = ''; gone && page !== undefined;) {
        const answer = await fetch(`/__admin/worlds?limit=1000${page}`);
        if (answer.status === 401) {
          location.reload(); // to the login page
          return;
        }
        const { worlds, next } = await answer.json();
        gone = !worlds.some((w) => w.id === world);
        page = next === undefined ? next : `&after=${encodeURIComponent(next)}`;
      }
      if (gone) {
        live('Gone.');
        const remedy = world.startsWith('mock.') ? 'Reload the page' : 'Use its token';
        showFlash(note('failed', `This world is gone: it was dropped, or the server was restarted. ${remedy} to create it again.`));
        return;
      }
      if (away) showFlash();
      away = false;
      if (!stream) listen();
    } catch {
      live('Disconnected.');
      if (!away) showFlash(note('failed', 'The server does not respond. Is it still running? This page keeps trying.'));
      away = true;
      retry = setTimeout(resume, 2000);
    }
  };
  if (world) {
    if (document.visibilityState === 'visible') listen();
    addEventListener('pagehide', stopListening);
    addEventListener('pageshow', (event) => event.persisted && resume());
    document.addEventListener('visibilitychange', () => (document.visibilityState === 'visible' ? resume() : stopListening()));
  }
  for (const part of document.querySelectorAll('[data-live]')) shown.set(part, part.innerHTML);
  addDismissButton();
  showCopyButtons(document);
  startClock(document);
  setInterval(tick, 250);
})();
