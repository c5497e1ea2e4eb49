import { heartbeat } from './heartbeat';

export const handler = () => heartbeat();
