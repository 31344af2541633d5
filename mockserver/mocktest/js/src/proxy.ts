import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { find } from './binary';
import type { ProxyGreeting } from './server';

/** A proxy through which apps reach a server as the vendor's and Stripe's hosts. */
export interface Proxy {
  /** Its address, such as http://127.0.0.1:4344. */
  readonly url: string;
  /** The path of the certificate that its clients have to trust. */
  readonly caPath: string;
  /** That certificate, in PEM. */
  readonly ca: string;
  /** The variables that clients of a proxy read: HTTPS_PROXY, NODE_EXTRA_CA_CERTS and others. */
  readonly env: Readonly<Record<string, string>>;
}

/** readProxy returns the proxy that a server has announced. */
export function readProxy({ url, ca }: ProxyGreeting): Proxy {
  const args = ['env', '--proxy', new URL(url).host, '--ca-dir', dirname(dirname(ca)), '--shell', 'dotenv'];
  const lines = execFileSync(find('cariqa-mock'), args, { encoding: 'utf8' }).split('\n');
  const env: Record<string, string> = {};
  for (const line of lines) {
    const [, name, value] = /^(\w+)=(.*)$/.exec(line) ?? [];
    if (name && value !== undefined && !/^(CARIQA_MOCK|CONNECT|STRIPE)_/.test(name)) {
      env[name] = value.replace(/^'(.*)'$/, '$1');
    }
  }
  return { url, caPath: ca, ca: readFileSync(ca, 'utf8'), env };
}
