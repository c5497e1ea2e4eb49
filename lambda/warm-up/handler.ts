import { toldErrors } from '../telemetry/told';
import { createWarmUpFunction } from './warm-up-function';

export const handler = toldErrors(createWarmUpFunction().handler);
