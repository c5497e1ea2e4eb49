import type { Operation } from './http/operation';
import { CHAT_OPERATIONS } from './conversation/chat/operations';
import { PREFERENCE_OPERATIONS } from './conversation/preferences/operations';
import { getRecommendations } from './conversation/recommendations/operations';
import { getHealth } from './search/get-health';
import { getOpenApi } from './search/get-openapi';
import { getImage } from './images/get-image';
import { searchVehicles } from './search/search-vehicles';
import { SESSION_OPERATIONS } from './conversation/sessions/operations';
import { forgetUser } from './conversation/forgetting/forget-user';

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
  getOpenApi,
];
