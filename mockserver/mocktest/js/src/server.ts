import { spawn, type ChildProcess } from 'node:child_process';
import { MockError } from './errors';

const startTimeout = 30_000; // milliseconds
const stopTimeout = 8_000; // more than the server takes for running requests
const keptOutput = 8_192; // characters

/** Where a proxy listens, and the certificate that its clients have to trust. */
export interface ProxyGreeting {
  url: string;
  ca: string;
}

/** Where a server listens. */
interface Greeting {
  url: string;
  admin: string;
  /** The proxy, if there is one. */
  proxy: ProxyGreeting | undefined;
}

/** A Server is the process of a server. */
export class Server {
  readonly pid: number | undefined;
  private readonly child: ChildProcess;
  private readonly gone: Promise<void>;
  private stdout = '';
  private stderr = '';
  private how = ''; // it ended
  private stopping: Promise<void> | undefined;
  private changed: () => void = () => undefined;

  /** The server stops when its standard input ends, and so with this process. */
  constructor(private readonly path: string, args: readonly string[]) {
    const env = { ...process.env };
    delete env['CARIQA_MOCK_PORT_FILE']; // of another server
    this.child = spawn(path, args, { stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true, env });
    this.pid = this.child.pid;
    this.child.stdin?.on('error', () => undefined); // it may end first
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout = (this.stdout + text).slice(0, keptOutput);
      this.changed();
    });
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr = (this.stderr + text).slice(-keptOutput);
    });
    this.gone = new Promise((resolve) => {
      const end = (how: string): void => {
        this.how ||= how;
        this.changed();
        resolve();
      };
      this.child.once('error', (error) => end(`${path} cannot be executed: ${error.message}. Check that it is a program for this platform.`));
      this.child.once('close', (code, signal) => end(`cariqa-mock has ended with ${signal ?? `exit code ${code}`}${this.quoted()}`));
    });
  }

  /** ended returns how the server ended; empty while it runs. */
  ended(): string {
    return this.how;
  }

  private quoted(): string {
    const text = this.stderr.trim();
    return text === '' ? '.' : `:\n${text}`;
  }

  /** listening waits until the server listens and returns where. */
  async listening(): Promise<Greeting> {
    let timer: NodeJS.Timeout | undefined;
    try {
      const text = await new Promise<string>((resolve, reject) => {
        this.changed = () => {
          if (this.how !== '') {
            reject(new MockError(`start: ${this.how}`));
          } else if (this.stdout.includes('\n')) {
            resolve(this.stdout);
          }
        };
        timer = setTimeout(() => {
          reject(new MockError(`start: cariqa-mock is not listening after ${startTimeout / 1000} seconds${this.quoted()}`));
        }, startTimeout);
        this.changed();
      });
      return this.parse(text);
    } finally {
      clearTimeout(timer);
      this.changed = () => undefined;
    }
  }

  private parse(text: string): Greeting {
    const url = /^cariqa-mock listening on (https?:\/\/\S+)\n/.exec(text)?.[1];
    if (url === undefined) {
      throw new MockError(`start: ${this.path} is not a cariqa-mock that this kit knows. It printed: ${text.split('\n')[0]}`);
    }
    const [, proxy, ca] = /^\s*proxy\s+(http:\/\/\S+)\s+\(for clients that trust (.+)\)$/m.exec(text) ?? [];
    return { url, proxy: proxy && ca ? { url: proxy, ca } : undefined, admin: /^\s*console\s+(https?:\/\/[^\s/]+)/m.exec(text)?.[1] ?? url };
  }

  /** release lets this process end while the server runs. */
  release(): void {
    this.child.unref();
    for (const stream of [this.child.stdin, this.child.stdout, this.child.stderr]) {
      (stream as { unref?(): void } | null)?.unref?.();
    }
  }

  /** stop stops the server and waits until it has ended. */
  stop(): Promise<void> {
    this.stopping ??= this.end();
    return this.stopping;
  }

  private async end(): Promise<void> {
    if (this.how !== '') {
      return;
    }
    this.child.ref();
    this.child.stdin?.end();
    const timer = setTimeout(() => this.child.kill('SIGKILL'), stopTimeout);
    await this.gone;
    clearTimeout(timer);
    this.how = 'the server was stopped by stop().';
  }
}
