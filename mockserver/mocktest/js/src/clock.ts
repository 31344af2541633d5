import type { components } from './admin';
import { quoted, type Control } from './control';
import { MockError } from './errors';

type Move = components['schemas']['ClockMove'];
type State = components['schemas']['Clock'];

/** The time of a world. It only moves forward: to go back, reset the world. */
export class Clock {
  private readonly control: Control;

  /** @internal */
  constructor(control: Control) {
    this.control = control;
  }

  /** now returns the world's time. */
  async now(): Promise<Date> {
    return new Date((await this.state()).now);
  }

  /** state returns the world's time, whether it is frozen, and its speed. */
  async state(): Promise<State> {
    return this.control.call<State>('clock.state()', 'GET', '/clock');
  }

  /**
   * advance moves the time forward by a duration, such as '10m' or '1h30m', or a
   * number of milliseconds. Everything that is due until then happens.
   */
  async advance(duration: string | number): Promise<Date> {
    return this.move(quoted('clock.advance', duration), { advance: typeof duration === 'number' ? `${duration}ms` : duration });
  }

  /** set moves the time forward to a moment. */
  async set(time: Date | string): Promise<Date> {
    return this.move(quoted('clock.set', time), { set: typeof time === 'string' ? time : time.toISOString() });
  }

  /** freeze stops the time; advance and set still move it. */
  async freeze(): Promise<Date> {
    return this.move('clock.freeze()', { freeze: true });
  }

  /** run lets a frozen clock run again. */
  async run(): Promise<Date> {
    return this.move('clock.run()', { freeze: false });
  }

  /** speed sets how many seconds the clock moves per second. It does not start a frozen clock. */
  async speed(factor: number): Promise<Date> {
    if (!Number.isFinite(factor)) {
      throw new MockError(`clock.speed: want a number, not ${factor}`); // JSON has no such number: the clock would keep its speed
    }
    return this.move(quoted('clock.speed', factor), { speed: factor });
  }

  private async move(verb: string, move: Move): Promise<Date> {
    const state = await this.control.call<State>(verb, 'PUT', '/clock', move);
    return new Date(state.now);
  }
}
