import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { MockError } from './errors';

/** The programs that the platform packages contain. */
export type Program = 'cariqa-mock' | 'cariqa-contract';

interface Manifest {
  version: string;
  optionalDependencies?: Record<string, string>;
}

const manifest = require('../package.json') as Manifest;

/** The version of this package. The server must have the same. */
export const version = manifest.version;

/** variable returns the environment variable that names one's own binary. */
export function variable(program: Program): string {
  return program === 'cariqa-mock' ? 'CARIQA_MOCK_BINARY' : 'CARIQA_CONTRACT_BINARY';
}

/**
 * find returns the path of a program: that of its environment variable, or
 * else that in the package of this platform.
 */
export function find(program: Program): string {
  const own = process.env[variable(program)];
  if (own) {
    if (!existsSync(own)) {
      throw new MockError(`${variable(program)} is ${own}, which does not exist. Set it to the path of a ${program} binary, or unset it.`);
    }
    return own;
  }
  const name = `cariqa-mock-${process.platform}-${process.arch}`;
  let path: string;
  try {
    path = require.resolve(`${name}/package.json`);
  } catch {
    throw new MockError(missing(name, program));
  }
  const found = (require(path) as Manifest).version;
  if (found !== version) {
    throw new MockError(`cariqa-mock ${version} does not run the programs of ${name} ${found}: install both packages in the same version.`);
  }
  return join(dirname(path), 'bin', process.platform === 'win32' ? `${program}.exe` : program);
}

/** missing explains that the package of this platform is not installed. */
function missing(name: string, program: Program): string {
  const all = Object.keys(manifest.optionalDependencies ?? {});
  const intro = `The package ${name}, which contains ${program} for this platform, is not installed.`;
  const own = `Or set ${variable(program)} to the path of a ${program} ${version} binary.`;
  if (!all.includes(name)) {
    return `${intro} This build of cariqa-mock is for ${all.map((n) => n.replace('cariqa-mock-', '')).join(', ')}: ` +
      `use one that is built for ${process.platform}-${process.arch}. ${own}`;
  }
  return `${intro} Install it in version ${version} beside cariqa-mock: its tarball is ${name}-${version}.tgz. ` +
    `If it was left out by --omit=optional or --no-optional, or if node_modules was copied from another platform, install again without that. ${own}`;
}
