import type { Operation } from '../http/operation';
import { CHAT_OPERATIONS } from './chat';
import { PREFERENCE_OPERATIONS } from './preferences';
import { getRecommendations } from './recommendations';
import { getHealth } from './get-health';
import { getImage } from './images';
import { searchVehicles } from './search-vehicles';
import { SESSION_OPERATIONS } from './sessions';
import { forgetUser } from './users';

/** Every operation of the API. The OpenAPI document, docs/api.md and the fuzzer take them from here. */
export const OPERATIONS: readonly Operation[] = [
  searchVehicles,
  getHealth,
  ...SESSION_OPERATIONS,
  ...CHAT_OPERATIONS,
  ...PREFERENCE_OPERATIONS,
  getRecommendations,
  forgetUser,
  getImage,
];
