import { CATALOGUE_DRILLS } from './catalogue-drills';
import { CONVERSATION_DRILLS } from './conversation-drills';
import type { Drill } from './drill';
import { NODE_DRILLS } from './node-drills';

/** Every drill by its name. */
export const DRILLS: Readonly<Record<string, Drill>> = { ...NODE_DRILLS, ...CATALOGUE_DRILLS, ...CONVERSATION_DRILLS };
