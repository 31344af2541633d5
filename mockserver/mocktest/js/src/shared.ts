import { connect, start, type StartOptions } from './start';
import type { Mock } from './mock';

/**
 * open returns the server that tests use: the one in CARIQA_MOCK_URL, as
 * "cariqa-mock exec" sets it, or else one of their own, as also if they set any
 * option.
 */
export async function open(options: StartOptions): Promise<Mock> {
  const url = process.env['CARIQA_MOCK_URL'];
  return url && Object.keys(options).length === 0 ? connect(url) : start(options);
}
