// Writes package.json of the packages to publish: of the wrapper, or of one
// platform.
//
//	node pack.mjs platform VERSION linux-x64 FOLDER
//	node pack.mjs wrapper VERSION FOLDER PLATFORM…
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const source = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

// wrapper returns the source's package.json without what only its build needs,
// with the packages of the platforms that it is built for.
function wrapper(version, platforms) {
  const { private: _, scripts: __, devDependencies: ___, ...kept } = source;
  return { ...kept, version, optionalDependencies: Object.fromEntries(platforms.map((p) => [`${source.name}-${p}`, version])) };
}

// platform returns the package.json of a package with the programs for one
// platform. Yarn must unpack it, since programs cannot be run from an archive.
function platform(version, name) {
  const [os, cpu] = name.split('-');
  return {
    name: `${source.name}-${name}`,
    version,
    description: `The programs of ${source.name} for ${name}. Install ${source.name} instead.`,
    license: source.license,
    os: [os],
    cpu: [cpu],
    files: ['bin', 'LICENSE', 'NOTICES'],
    preferUnplugged: true,
  };
}

const [kind, version, ...rest] = process.argv.slice(2);
const [folder, manifest] = kind === 'wrapper' ? [rest[0], wrapper(version, rest.slice(1))] : [rest[1], platform(version, rest[0])];
writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest, null, 2) + '\n');
