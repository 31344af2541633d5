import type { components } from './admin';
import { quoted, type Control } from './control';

type Schemas = components['schemas'];

/** What the CDR of a session says; what is left out follows from the charge point and the card. */
export interface CDR {
  /** The energy in kWh, with at most three decimals. */
  kwh?: number | string;
  /** How the final charge ends. */
  charge?: 'succeed' | 'fail' | 'authenticate';
}

/** A charging session. Its methods are what a station and an operator do to it. */
export class Session {
  readonly id: string;
  private readonly control: Control;
  private readonly path: string;

  /** @internal */
  constructor(id: string, control: Control) {
    this.id = id;
    this.control = control;
    this.path = `/sessions/${encodeURIComponent(id)}`;
  }

  /** state returns everything known about the session. */
  async state(): Promise<Schemas['SessionDetail']> {
    return this.control.call(this.verb('state'), 'GET', this.path);
  }

  /** stop ends an active session, as the station would. */
  async stop(): Promise<Schemas['Session']> {
    return this.control.call(this.verb('stop'), 'POST', `${this.path}/stop`, {});
  }

  /** cdr delivers the final record of a session that has ended. */
  async cdr(record: CDR = {}): Promise<Schemas['Session']> {
    const body = record.kwh === undefined ? record : { ...record, kwh: String(record.kwh) };
    return this.control.call(this.verb('cdr', record), 'POST', `${this.path}/cdr`, body);
  }

  /** meter sends a meter reading: the total in kWh, which never falls. */
  async meter(kwh: number | string): Promise<Schemas['Session']> {
    return this.control.call(this.verb('meter', kwh), 'POST', `${this.path}/meter`, { kwh: String(kwh) });
  }

  private verb(name: string, ...args: unknown[]): string {
    return `${quoted('session', this.id)}.${quoted(name, ...args)}`;
  }
}
