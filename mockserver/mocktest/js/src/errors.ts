/**
 * An error of the kit. Its message names the call, quotes what the server
 * answered, and says what to change.
 */
export class MockError extends Error {
  /** The status of the admin API's answer; undefined if there was none. */
  readonly status: number | undefined;
  /** The field that the server refused; undefined if it named none. */
  readonly field: string | undefined;

  constructor(message: string, status?: number, field?: string) {
    super(message);
    this.name = 'MockError';
    this.status = status;
    this.field = field;
  }
}

/** checkOptions refuses options that do not exist, such as misspelled ones. */
export function checkOptions(call: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new MockError(`${call}: want an object of options (known: ${known.join(', ')})`);
  }
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) {
      throw new MockError(`${call}: unknown option "${name}" (known: ${known.join(', ')})`);
    }
  }
}
