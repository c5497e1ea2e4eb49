import { toldErrors } from '../telemetry/told';
import { createOperationsFunction } from './operations-function';

export const handler = toldErrors(createOperationsFunction().handler);
