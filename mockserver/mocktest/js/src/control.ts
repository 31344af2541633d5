import { MockError } from './errors';

/** How a server is reached, and how it ended. */
export interface Origin {
  /** The origin of the admin API, without a slash at the end. */
  admin: string;
  /** The token that the admin API requires; empty if none. */
  token: string;
  /** ended returns how the server ended; empty while it runs. */
  ended(): string;
}

interface Problem {
  detail?: string;
  field?: string;
}

/** A Control calls the admin API below one path. */
export class Control {
  constructor(private readonly origin: Origin, private readonly base: string) {}

  /** below returns a Control for a path below this one. */
  below(path: string): Control {
    return new Control(this.origin, this.base + path);
  }

  /**
   * call calls the admin API and returns the decoded answer; text if it is not
   * JSON, undefined if it is empty. verb is the kit's call, for messages.
   */
  async call<T>(verb: string, method: string, path: string, body?: unknown): Promise<T> {
    const headers: Record<string, string> = {};
    if (this.origin.token) {
      headers['Authorization'] = `Bearer ${this.origin.token}`;
    }
    const init: RequestInit = { method, headers };
    if (body !== undefined) {
      headers['Content-Type'] = 'application/json';
      init.body = JSON.stringify(body);
    }
    let response: Response;
    let text: string;
    try {
      response = await fetch(this.origin.admin + this.base + path, init);
      text = await response.text();
    } catch (error) {
      throw new MockError(`${verb}: ${this.unreachable(error as Error)}`);
    }
    if (!response.ok) {
      throw refusal(verb, response, text);
    }
    if (text === '') {
      return undefined as T;
    }
    return (isJSON(response) ? JSON.parse(text) : text) as T;
  }

  private unreachable(error: Error): string {
    const ended = this.origin.ended();
    if (ended) {
      return ended;
    }
    const cause = error.cause instanceof Error ? error.cause.message : error.message;
    return `no answer from ${this.origin.admin}: ${cause}. Check that a cariqa-mock server is running there.`;
  }
}

function isJSON(response: Response): boolean {
  return /[/+]json\b/.test(response.headers.get('Content-Type') ?? '');
}

function refusal(verb: string, response: Response, text: string): MockError {
  let problem: Problem = {};
  if (isJSON(response)) {
    problem = JSON.parse(text) as Problem;
  }
  let message = problem.detail ?? (text.trim() || `status ${response.status}`);
  if (problem.field && !message.includes(problem.field)) {
    message = `${problem.field}: ${message}`;
  }
  if (response.status === 401) {
    message += ' The kit takes the token from --admin-token in args, from CARIQA_MOCK_ADMIN_TOKEN, or from adminToken of connect().';
  }
  return new MockError(`${verb}: ${message}`, response.status, problem.field);
}

/** quoted returns a call of the kit for messages. */
export function quoted(name: string, ...args: unknown[]): string {
  const shown = args.filter((arg) => arg !== undefined).map((arg) => JSON.stringify(arg));
  return `${name}(${shown.join(', ')})`;
}
