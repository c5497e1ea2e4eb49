import { dev } from './dev';
import { prod } from './prod';
import type { StageInput } from './settings';

/** Every stage by its name. */
export const STAGES: Readonly<Record<string, StageInput>> = { prod, dev };
