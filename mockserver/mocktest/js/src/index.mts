export { Clock, connect, Fault, Mock, MockError, Session, start, version, World } from './index.js';
export type {
  Answer, Body, Call, CDR, ConnectOptions, DebtSpec, Environment, Explanation, FaultSpec, Filter, Intent, Proxy, Removal, SessionDetail, Station,
  StartOptions, User, WorldOptions,
} from './index.js';
