import { toldErrors } from '../telemetry/told';
import { heartbeat } from './heartbeat';

export const handler = toldErrors(() => heartbeat());
