import type { components } from './admin';
import type { Control } from './control';
import { MockError } from './errors';

type Schemas = components['schemas'];

/** A Fault is an injected fault. It is used up when it has applied as often as it should. */
export class Fault {
  readonly id: string;
  private readonly control: Control;

  /** @internal */
  constructor(id: string, control: Control) {
    this.id = id;
    this.control = control;
  }

  /** state returns the fault as it is now: how many calls it has hit, and how many are left. */
  async state(): Promise<Schemas['Fault']> {
    const { faults } = await this.control.call<Schemas['FaultList']>('fault.state()', 'GET', '/faults');
    const own = faults.find((fault) => fault.id === this.id);
    if (own === undefined) {
      throw new MockError(`fault.state(): fault ${this.id} has been removed`);
    }
    return own;
  }

  /** hits returns how many calls the fault has hit. */
  async hits(): Promise<number> {
    return (await this.state()).hits;
  }

  /** remove removes the fault. */
  async remove(): Promise<void> {
    await this.control.call('fault.remove()', 'DELETE', `/faults/${encodeURIComponent(this.id)}`);
  }
}
