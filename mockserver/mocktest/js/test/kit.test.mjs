// Tests of the installed package: its commands and its kit, with the real
// programs. test.sh runs them in a project of its own.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import * as esm from 'cariqa-mock';

const require = createRequire(import.meta.url);
const cjs = require('cariqa-mock');
const { connect, MockError, start, version } = esm;
const root = dirname(require.resolve('cariqa-mock/package.json'));
const shim = join(root, 'bin', 'cariqa-mock.js');
const contract = join(root, 'bin', 'cariqa-contract.js');
const posix = process.platform !== 'win32';
const removed = 'remove-payment-method/cdr-pending';
const pm = '/users/{user}/payment-methods/pm_abc123/';

// run runs a Node script until it ends. step is called with all of its output.
function run(args, { env = {}, input, step = () => {} } = {}) {
  const child = spawn(process.execPath, args, { env: { ...process.env, ...env } });
  let stdout = '', stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text) => { stdout += text; step(child, stdout); });
  child.stderr.setEncoding('utf8').on('data', (text) => { stderr += text; });
  if (input !== undefined) {
    child.stdin.end(input);
  }
  return new Promise((resolve) => child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr })));
}

// program writes a stand-in for a program, to see what the shim does with it.
function program(t, text) {
  const folder = mkdtempSync(join(tmpdir(), 'cariqa-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'program');
  writeFileSync(path, `#!${process.execPath}\n${text}`);
  chmodSync(path, 0o755);
  return path;
}

// gone waits until nothing answers at a URL.
async function gone(url) {
  for (const end = Date.now() + 30_000; Date.now() < end;) {
    try {
      await (await fetch(`${url}/__admin/health`)).text();
    } catch {
      return true;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return false;
}

function fails(promise, ...parts) {
  return assert.rejects(promise, (error) => {
    assert.equal(error.name, 'MockError', error.stack);
    parts.forEach((part) => assert.match(error.message, part));
    return true;
  });
}

describe('commands', () => {
  test('both programs have the version of the package', async () => {
    for (const script of [shim, contract]) {
      const got = await run([script, 'version']);
      assert.deepEqual([got.code, got.stdout.trim(), got.stderr], [0, version, '']);
    }
  });

  test('exit codes pass through', { skip: !posix }, async (t) => {
    const own = program(t, 'process.exit(Number(process.argv[2]))');
    for (const code of [0, 1, 2, 3, 42]) {
      assert.equal((await run([contract, String(code)], { env: { CARIQA_CONTRACT_BINARY: own } })).code, code);
    }
    assert.equal((await run([shim, '--nope'])).code, 2);
  });

  test('a program that a signal ends is 128 and its number', { skip: !posix }, async (t) => {
    const own = program(t, 'process.kill(process.pid, process.argv[2]); setInterval(() => {}, 1000)');
    for (const [signal, code] of [['SIGINT', 130], ['SIGKILL', 137], ['SIGTERM', 143]]) {
      assert.equal((await run([shim, signal], { env: { CARIQA_MOCK_BINARY: own } })).code, code);
    }
  });

  test('signals are passed on', { skip: !posix }, async (t) => {
    const own = program(t, `for (const s of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(s, () => { console.log('got', s); process.exit(7) });
      console.log('up'); setInterval(() => {}, 1000)`);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
      let sent = false;
      const got = await run([shim], { env: { CARIQA_MOCK_BINARY: own }, step: (child, text) => { sent ||= text.includes('up') && child.kill(signal); } });
      assert.deepEqual([got.code, got.stdout], [7, `up\ngot ${signal}\n`]);
    }
  });

  test('the server stops at a signal', { skip: !posix }, async () => {
    let sent = false;
    const got = await run([shim, '--addr', '127.0.0.1:0'], { step: (child, text) => { sent ||= text.includes('listening') && child.kill('SIGTERM'); } });
    assert.equal(got.code, 0, got.stderr);
  });

  test('standard input passes through', { skip: !posix }, async (t) => {
    const own = program(t, 'process.stdin.pipe(process.stdout)');
    const input = 'ä'.repeat(200_000);
    assert.equal((await run([shim], { env: { CARIQA_MOCK_BINARY: own }, input })).stdout, input);
  });

  test('a program that cannot be run is explained', async (t) => {
    const missing = await run([shim], { env: { CARIQA_MOCK_BINARY: '/nowhere/cariqa-mock' } });
    assert.equal(missing.code, 127);
    assert.match(missing.stderr, /^cariqa-mock: CARIQA_MOCK_BINARY is \/nowhere\/cariqa-mock, which does not exist/);
    if (posix) {
      const own = program(t, '');
      chmodSync(own, 0o644);
      const refused = await run([shim], { env: { CARIQA_MOCK_BINARY: own } });
      assert.equal(refused.code, 126);
      assert.match(refused.stderr, /cannot be executed/);
    }
  });
});

describe('the package of the platform', () => {
  const name = `cariqa-mock-${process.platform}-${process.arch}`;
  let folder;
  const copy = (...parts) => join(folder, 'node_modules', ...parts);
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'cariqa-'));
    cpSync(root, copy('cariqa-mock'), { recursive: true });
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  test('missing', async () => {
    const got = await run([copy('cariqa-mock', 'bin', 'cariqa-contract.js'), 'list']);
    assert.equal(got.code, 127);
    assert.match(got.stderr, new RegExp(`^cariqa-contract: The package ${name}, which contains cariqa-contract for this platform, is not installed\\. Install it in version `));
    const manifest = JSON.parse(readFileSync(copy('cariqa-mock', 'package.json'), 'utf8'));
    manifest.optionalDependencies = { 'cariqa-mock-plan9-mips': version };
    writeFileSync(copy('cariqa-mock', 'package.json'), JSON.stringify(manifest));
    const other = await run([copy('cariqa-mock', 'bin', 'cariqa-mock.js')]);
    assert.match(other.stderr, /This build of cariqa-mock is for plan9-mips: use one that is built for/);
  });

  test('of another version', async () => {
    cpSync(dirname(require.resolve(`${name}/package.json`)), copy(name), { recursive: true });
    const manifest = JSON.parse(readFileSync(copy(name, 'package.json'), 'utf8'));
    writeFileSync(copy(name, 'package.json'), JSON.stringify({ ...manifest, version: '0.0.1' }));
    const got = await run([copy('cariqa-mock', 'bin', 'cariqa-mock.js'), 'version']);
    assert.equal(got.code, 127);
    assert.equal(got.stderr, `cariqa-mock: cariqa-mock ${version} does not run the programs of ${name} 0.0.1: install both packages in the same version.\n`);
  });
});

describe('start', () => {
  test('as ESM and as CommonJS', async () => {
    assert.deepEqual(Object.keys(cjs).filter((key) => key !== '__esModule').sort(), Object.keys(esm).filter((key) => key !== 'default' && key !== 'module.exports').sort());
    const mock = await cjs.start({ scenario: 'debt' });
    assert.match(mock.url, /^http:\/\/127\.0\.0\.1:\d+$/);
    assert.deepEqual(mock.env, {
      CARIQA_MOCK_URL: mock.url, CONNECT_API_DOMAIN: `${mock.url}/api/v1`, CONNECT_API_KEY: 'mock.debt.me',
      STRIPE_PUBLISHABLE_KEY: 'pk_test_mock', STRIPE_API_BASE: mock.stripeUrl,
    });
    const world = await mock.world();
    assert.equal((await world.fetch('DELETE', pm)).status, 402);
    await Promise.all([mock.stop(), mock.stop()]);
    await mock.stop();
    assert.throws(() => process.kill(mock.pid, 0), 'the process is still there');
    await fails(world.clock.now(), /^clock\.state\(\): the server was stopped by stop\(\)/);
  });

  test('options take effect', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'cariqa-'));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    writeFileSync(join(folder, 'mine.yaml'), 'name: mine\ntitle: Nobody here\nusers: []\n');
    const mock = await start({ scenarios: folder, strict: true, args: ['--admin-token', 'sesame'] });
    t.after(() => mock.stop());
    const world = await mock.world('mine', { name: 'a b/ü' });
    assert.match(world.token, /^mock\.mine\.a_b__-[0-9a-f]{8}$/);
    assert.equal(world.id, world.token);
    assert.equal(world.user, '');
    assert.equal((await world.fetch('GET', '/users/?page=')).status, 400);
    await fails(world.fetch('GET', '/users/{user}/'), /has no user yet/);
    await fails(world.removal('pm_x'), /has no user yet/);
    assert.ok((await mock.scenarios()).some(({ name }) => name === 'mine'));
    await fails(connect(mock.url), /requires.*adminToken of connect\(\)/);
    const again = await connect(`${mock.url}/`, { adminToken: 'sesame' });
    assert.equal(await (await again.world('mine', { name: 'a b/ü' })).count(), 1);
    await again.stop();
    assert.equal((await mock.world('mine')).user, '');
  });

  test('failures are explained', async (t) => {
    await fails(start({ scenrio: 'debt' }), /unknown option "scenrio" \(known: scenario, scenarios, strict, proxy, args\)/);
    await fails(start({ scenario: 'deb' }), /exit code 2/, /did you mean debt\?/);
    await fails(start({ args: ['--nope'] }), /unknown flag: --nope/);
    await fails(connect('http://127.0.0.1:9'), /no answer from http:\/\/127\.0\.0\.1:9: .*Check that a cariqa-mock server is running there/);
    await fails(connect('127.0.0.1'), /want the origin of a server/);
    const mock = await start();
    t.after(() => mock.stop());
    await fails(start({ args: ['--addr', mock.url.slice('http://'.length)] }), /address already in use/);
    process.kill(mock.pid, 'SIGKILL');
    await gone(mock.url);
    await fails(mock.world(), /world\(\): (cariqa-mock has ended|no answer)/);
  });

  test('a program of another version is refused', { skip: !posix }, async (t) => {
    const old = program(t, `const server = require('http').createServer((_, res) => {
      res.setHeader('Content-Type', 'application/json'); res.end('{"version":"0.0.1","api":"1.0.0"}') });
      server.listen(0, '127.0.0.1', () => console.log('cariqa-mock listening on http://127.0.0.1:' + server.address().port));
      process.stdin.resume().on('end', () => process.exit(0))`);
    t.after(() => delete process.env.CARIQA_MOCK_BINARY);
    process.env.CARIQA_MOCK_BINARY = old;
    await fails(start(), new RegExp(`The kit is of cariqa-mock ${version.replaceAll('.', '\\.')}, and the server at .* is cariqa-mock 0\\.0\\.1: they must be of the same version`));
    process.env.CARIQA_MOCK_BINARY = program(t, 'console.log("hello")');
    await fails(start(), /It printed: hello|has ended with exit code 0/);
    process.env.CARIQA_MOCK_BINARY = program(t, '');
    chmodSync(process.env.CARIQA_MOCK_BINARY, 0o644);
    await fails(start(), /cannot be executed/);
  });

  // However the process ends that has started a server, the server ends.
  for (const [how, code] of Object.entries({
    'its work is done': '',
    'process.exit': 'process.exit(3)',
    'an uncaught exception': 'throw new Error("oops")',
    'an unhandled rejection': 'Promise.reject(new Error("oops"))',
    SIGKILL: 'process.kill(process.pid, "SIGKILL"); setInterval(() => {}, 1000)',
  })) {
    test(`the server ends with its parent: ${how}`, async () => {
      const script = `require('cariqa-mock').start().then((mock) => { require('fs').writeSync(1, mock.url); setImmediate(() => { ${code} }) })`;
      const got = await run(['-e', script]);
      assert.match(got.stdout, /^http:/, got.stderr);
      assert.ok(await gone(got.stdout), `${got.stdout} still answers`);
    });
  }
});

describe('a world', () => {
  let mock;
  before(async () => { mock = await start(); });
  after(() => mock.stop());

  test('calls, clock, journal and explanations', async () => {
    const world = await mock.world('cdr-pending');
    const refused = await world.fetch('DELETE', pm);
    assert.deepEqual([refused.status, refused.rule], [400, removed]);
    assert.equal((await refused.json()).error.type, 'payment_method_error');
    for (const why of [await world.explain(), await world.explain(refused), await world.explain((await world.last(1))[0].id)]) {
      assert.equal(why.rule, removed);
    }
    assert.deepEqual((await world.removal('pm_abc123')).rules.map(({ id }) => id), [removed]);
    const from = await world.clock.now();
    await world.clock.advance('9m');
    await world.clock.advance(60_000);
    assert.equal(await world.clock.now() - from, 600_000);
    const ok = await world.fetch('DELETE', pm);
    assert.deepEqual([ok.status, ok.rule], [204, '']);
    assert.deepEqual((await world.requests('users_payment_methods_destroy')).map(({ status }) => status), [400, 204]);
    assert.deepEqual((await world.requests({ status: 204 })).length, 1);
    assert.deepEqual([await world.count(), await world.count('*'), await world.count('users_list'), await world.count({ method: 'DELETE' })], [2, 2, 0, 2]);
    await fails(world.requests({ stats: 204 }), /unknown option "stats"/);
  });

  test('every move of the clock', async () => {
    const { clock } = await mock.world();
    await clock.freeze();
    assert.equal((await clock.state()).frozen, true);
    const to = new Date('2099-01-01T00:00:00Z');
    assert.deepEqual(await clock.set(to), to);
    await fails(clock.speed(NaN), /^clock\.speed: want a number, not NaN/);
    await clock.speed(60);
    assert.deepEqual(await clock.state(), { now: to.toISOString().replace('.000', ''), frozen: true, speed: 60 });
    await clock.run();
    assert.equal((await clock.state()).frozen, false);
    await fails(clock.set('2000-01-01T00:00:00Z'), /^clock\.set\("2000-01-01T00:00:00Z"\): /);
    await fails(clock.advance('1x'), /want a duration/);
  });

  test('history', async () => {
    const world = await mock.world('removable');
    const remove = async () => (await world.fetch('DELETE', '/users/{user}/payment-methods/pm_abc123/')).status;
    assert.equal(await remove(), 204);
    const [last] = await world.history();
    assert.equal(last.seq, 2);
    await world.fork(`${world.token}-copy`);
    await world.rewind(last.request);
    assert.equal(await remove(), 204);
    await world.rewind(1);
    await world.apply({ users: [{ id: '0b7f8a52-8c0e-4a52-9d2f-6d1f0f1c2b3a' }] });
    assert.equal((await world.history()).length, 6);
    await fails(world.rewind(99), /does not have this change/);
  });

  test('bodies of calls', async () => {
    const world = await mock.world();
    const made = await world.fetch('POST', '/users/', { email: 'a@example.org' });
    assert.equal(made.status, 201);
    world.user = (await made.json()).id;
    const changed = await world.fetch('PATCH', '/users/{user}/', new URLSearchParams({ locale: 'en' }));
    assert.equal(changed.status, 200);
    assert.equal((await world.fetch('PATCH', '/users/{user}/', '{"locale":"de"}')).status, 200);
    assert.equal((await world.fetch('PATCH', '/users/{user}/', 'x', { 'Content-Type': 'text/plain' })).status, 415);
    const method = await world.fetch('POST', '/v1/payment_methods', new URLSearchParams({ type: 'card', 'card[token]': 'tok_visa' }));
    assert.match((await method.json()).id, /^pm_/);
    assert.deepEqual((await world.requests('users_partial_update')).map(({ request }) => request.body), [{ locale: 'en' }, { locale: 'de' }, 'x']);
    await fails(world.fetch('GET', 'users/'), /begins with a slash/);
    await fails(world.fetch('GET', '/users/{usr}/'), /unknown placeholder \{usr\} \(known: \{user\}\)/);
    assert.equal((await world.users()).length, 2);
    assert.deepEqual((await world.users('qa-1')).map(({ external_id }) => external_id), ['qa-1']);
  });

  test('faults', async () => {
    const world = await mock.world();
    const fault = await world.fault({ operation: 'users_list', status: 424, error: 'charging_provider_error' });
    assert.equal((await world.fetch('GET', '/users/')).status, 424);
    assert.equal(await fault.hits(), 1);
    assert.equal((await world.fetch('GET', '/users/')).status, 200);
    const lasting = await world.fault({ operation: '*', probability: 1, rate_limit: '30s' });
    assert.equal((await world.fetch('GET', '/users/')).headers.get('Retry-After'), '30');
    await lasting.remove();
    await fails(lasting.state(), /has been removed/);
    await world.fault({ operation: '*', drop: true });
    await assert.rejects(world.fetch('GET', '/users/'), TypeError);
    await world.fault({ operation: '*', status: 500 });
    await world.clearFaults();
    assert.equal((await world.fetch('GET', '/users/')).status, 200);
    await fails(world.fault({ operation: 'users_lst', status: 500 }), /did you mean users_list\?/);
  });

  test('sessions, debts and 3-D Secure', async () => {
    const world = await mock.world('active-session');
    const [{ id }] = (await world.userDetail()).sessions;
    const session = world.session(id);
    await session.meter(7.25);
    assert.equal((await session.state()).kwh, '7.250');
    assert.equal((await session.stop()).state, 'cdr-pending');
    assert.equal((await session.cdr({ kwh: 7.5, charge: 'fail' })).state, 'debt');
    await fails(session.stop(), /^session\(".*"\)\.stop\(\): .*must be active/);
    const debt = await world.debt({ kwh: '3' });
    assert.deepEqual([debt.state, debt.kwh], ['debt', '3.000']);

    const other = await mock.world();
    const secret = (await (await other.fetch('GET', '/users/{user}/setup-intents/?pm_type=card')).json()).setup_intent_client_secret;
    const confirm = new URLSearchParams({ client_secret: secret, payment_method: 'pm_card_authenticationRequired' });
    const intent = await (await other.fetch('POST', `/v1/setup_intents/${secret.split('_secret_')[0]}/confirm`, confirm)).json();
    assert.equal(intent.status, 'requires_action');
    await fails(other.authenticate(secret, 'maybe'), /want succeed or fail/);
    assert.equal((await other.authenticate(secret, 'fail')).status, 'requires_payment_method');
    await fails(other.authenticate(secret), /^authenticate\("seti_[^"]*","?/);
  });

  test('stations of a world', async () => {
    const world = await mock.world();
    const station = (n, more) => ({
      name: 'Ladepark Nord', address: null, latitude: '52.549000', longitude: '13.356000', operator: { name: 'Nordpark' },
      charge_points: [{ evse: `DE*NPK*E${n}`, connector: 'IEC_62196_T2_COMBO', power: 150 }], ...more,
    });
    const before = (await world.stations()).length;
    const added = await world.addStation(station(1));
    assert.deepEqual([added.country, added.address], ['DE', null]);
    for (let n = 2; n <= 60; n++) {
      await world.addStation(station(n, { id: `nord-${n}` }));
    }
    const details = (n) => world.fetch('GET', `/stations/details/?id=DE*NPK*E${n}&type=evse_id`);
    assert.equal((await details(2)).status, 200);
    assert.equal((await world.stations()).length, before + 60);
    await world.removeStation('nord-2');
    await world.removeStation('DE*NPK*E3');
    assert.equal((await details(2)).status, 404);
    assert.equal((await world.stations()).length, before + 58);
    await fails(world.addStation(station(1)), /^addStation\(…\): .*DE\*NPK\*E1/);
    await fails(world.addStation({ name: 'x' }), /^addStation\(…\): /);
    await fails(world.removeStation('nord-2'), /^removeStation\("nord-2"\): /);
  });

  test('reset, export and drop', async () => {
    const world = await mock.world('cdr-pending', { name: 'kept' });
    await world.fetch('DELETE', pm);
    assert.match(await world.export(), /^name: cdr-pending-export$/m);
    assert.match(await world.report(), /^name: cdr-pending-report$[^]*^try:$/m);
    await world.reset('debt');
    assert.equal((await world.fetch('DELETE', pm)).status, 402);
    await world.reset();
    assert.equal(await world.count(), 0);
    assert.equal((await (await mock.world('cdr-pending', { name: 'kept' })).admin('GET', '')).scenario, 'debt');
    await world.drop();
    assert.equal((await world.admin('GET', '')).scenario, 'cdr-pending');
    await fails(world.reset('deb'), /debt/);
    await fails(mock.world('cdr-pendin'), /Did you mean cdr-pending\?/i);
    assert.notEqual((await mock.world()).id, (await mock.world()).id);
  });
});
