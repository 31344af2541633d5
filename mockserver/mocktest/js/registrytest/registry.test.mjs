// Installs the packages of all platforms from a local registry without uplinks,
// with each package manager.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, readSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const dist = join(here, '../../../../dist/npm');
const platforms = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64', 'win32-x64', 'win32-arm64'];
const own = `${process.platform}-${process.arch}`;
const work = mkdtempSync(join(tmpdir(), 'registry-'));
let verdaccio, registry, version;

function run(command, args, cwd, env = {}) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8', env: { ...process.env, npm_config_userconfig: join(work, 'npmrc'), ...env } });
  assert.ifError(error);
  return { status, stdout, stderr, all: `${command} ${args.join(' ')}: exit code ${status}\n${stdout}${stderr}` };
}

function must(command, args, cwd, env) {
  const got = run(command, args, cwd, env);
  assert.equal(got.status, 0, got.all);
  return got.stdout;
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function answers(url) {
  for (const end = Date.now() + 60_000; Date.now() < end;) {
    try {
      return await (await fetch(url)).text();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  throw new Error(`no answer from ${url}`);
}

before(async () => {
  const wrapper = readdirSync(dist).filter((name) => /^cariqa-mock-\d/.test(name))
    .sort((a, b) => statSync(join(dist, b)).mtimeMs - statSync(join(dist, a)).mtimeMs)[0];
  version = wrapper.slice('cariqa-mock-'.length, -'.tgz'.length);
  const port = await freePort();
  registry = `http://127.0.0.1:${port}/`;
  writeFileSync(join(work, 'npmrc'), `registry=${registry}\n//127.0.0.1:${port}/:_authToken=none\ncache=${join(work, 'cache')}\naudit=false\nfund=false\nupdate-notifier=false\n`);
  writeFileSync(join(work, 'config.yaml'), `storage: ./storage
max_body_size: 100mb
packages: {'**': {access: $all, publish: $anonymous}}
log: {type: stdout, format: pretty, level: error}
`);
  verdaccio = spawn(process.execPath, [join(here, 'node_modules/verdaccio/bin/verdaccio'), '--config', join(work, 'config.yaml'), '--listen', `127.0.0.1:${port}`],
    { stdio: 'inherit' });
  await answers(`${registry}-/ping`);
  for (const name of ['cariqa-mock', ...platforms.map((platform) => `cariqa-mock-${platform}`)]) {
    must('npm', ['publish', '--silent', '--ignore-scripts', '--tag', 'latest', join(dist, `${name}-${version}.tgz`)], work);
  }
});
after(() => {
  verdaccio?.kill('SIGKILL');
  rmSync(work, { recursive: true, force: true });
});

// project makes an empty project.
function project(name, files = {}) {
  const folder = join(work, name);
  mkdirSync(folder);
  for (const [file, text] of Object.entries({ 'package.json': '{"name":"project","private":true}', ...files })) {
    writeFileSync(join(folder, file), text);
  }
  return folder;
}

const script = `require('cariqa-mock').start({ scenario: 'debt' }).then(async (mock) => {
  const world = await mock.world();
  console.log((await world.fetch('DELETE', '/users/{user}/payment-methods/pm_abc123/')).status);
  await mock.stop();
})`;

const tool = (path) => join(here, 'node_modules', path);
const yarnrc = (linker) => ({ '.yarnrc.yml': `nodeLinker: ${linker}
npmRegistryServer: "${registry}"
unsafeHttpWhitelist: ["127.0.0.1"]
enableGlobalCache: false
enableScripts: false
enableTelemetry: false
`, 'yarn.lock': '' });

const managers = {
  npm: () => ['npm', ['install', '--save-dev', '--ignore-scripts'], {}],
  pnpm: () => [process.execPath, [tool('pnpm/bin/pnpm.cjs'), 'add', '--save-dev', '--ignore-scripts', '--store-dir', join(work, 'store')], {}],
  'yarn 1': () => [process.execPath, [tool('yarn/bin/yarn.js'), 'add', '--dev', '--ignore-scripts', '--registry', registry, '--cache-folder', join(work, 'yarn')], {}],
  'yarn 4': () => [process.execPath, [tool('@yarnpkg/cli-dist/bin/yarn.js'), 'add', '--dev'], yarnrc('node-modules')],
};

for (const [name, manager] of Object.entries(managers)) {
  test(`installed with ${name}`, () => {
    const [command, args, files] = manager();
    const folder = project(name.replace(' ', ''), files);
    must(command, [...args, `cariqa-mock@${version}`], folder);
    assert.equal(must(process.execPath, ['-e', script], folder), '402\n');
    assert.equal(must(join(folder, 'node_modules/.bin/cariqa-mock'), ['version'], folder), `${version}\n`);
    assert.equal(run(join(folder, 'node_modules/.bin/cariqa-contract'), ['run', '--nope'], folder).status, 2);
  });
}

test("installed with yarn 4's Plug'n'Play", () => {
  const folder = project('pnp', yarnrc('pnp'));
  const yarn = tool('@yarnpkg/cli-dist/bin/yarn.js');
  must(process.execPath, [yarn, 'add', '--dev', `cariqa-mock@${version}`], folder);
  assert.equal(must(process.execPath, [yarn, 'node', '-e', script], folder), '402\n');
});

test('without optional dependencies', () => {
  const folder = project('omitted');
  must('npm', ['install', '--save-dev', '--omit=optional', `cariqa-mock@${version}`], folder);
  const got = run('npx', ['--no-install', 'cariqa-mock'], folder);
  assert.equal(got.status, 127, got.all);
  assert.match(got.stderr, new RegExp(`The package cariqa-mock-${own}, .* is not installed\\. Install it in version .*--omit=optional`));
});

const magic = { linux: '7f454c46', darwin: 'cffaedfe', win32: '4d5a' };
const machine = { x64: '3e00', arm64: 'b700' };

function head(file, length) {
  const fd = openSync(file, 'r');
  const bytes = Buffer.alloc(length);
  readSync(fd, bytes, 0, length, 0);
  closeSync(fd);
  return bytes;
}

for (const platform of platforms) {
  test(`for ${platform}`, () => {
    const [os, cpu] = platform.split('-');
    const folder = project(platform);
    must('npm', ['install', '--save-dev', '--ignore-scripts', `--os=${os}`, `--cpu=${cpu}`, `cariqa-mock@${version}`], folder);
    assert.deepEqual(readdirSync(join(folder, 'node_modules')).filter((name) => name.startsWith('cariqa')), ['cariqa-mock', `cariqa-mock-${platform}`]);
    for (const program of ['cariqa-mock', 'cariqa-contract']) {
      const bytes = head(join(folder, 'node_modules', `cariqa-mock-${platform}`, 'bin', os === 'win32' ? `${program}.exe` : program), 20);
      assert.ok(bytes.toString('hex').startsWith(magic[os]));
      if (os === 'linux') {
        assert.equal(bytes.subarray(18, 20).toString('hex'), machine[cpu]);
      }
    }
    for (const file of ['LICENSE', 'NOTICES']) {
      assert.ok(existsSync(join(folder, 'node_modules', `cariqa-mock-${platform}`, file)), file);
    }
    const { scripts, dependencies } = JSON.parse(readFileSync(join(folder, 'node_modules/cariqa-mock/package.json'), 'utf8'));
    assert.deepEqual([scripts, dependencies], [undefined, undefined]);
  });
}
