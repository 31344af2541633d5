export { version } from './binary';
export { Clock } from './clock';
export { MockError } from './errors';
export { Fault } from './fault';
export { Mock, type WorldOptions } from './mock';
export type { Proxy } from './proxy';
export type { Body } from './request';
export { Session, type CDR } from './session';
export { connect, start, type ConnectOptions, type StartOptions } from './start';
export {
  World, type Answer, type Call, type DebtSpec, type Environment, type Explanation, type FaultSpec, type Filter, type Intent,
  type Removal, type SessionDetail, type Station, type User,
} from './world';
