import type { StageInput } from './settings';
import { stagesIn } from './stage-file';

/** The user's stages by name, production first: each file <name>.yaml of this folder is one. */
export const STAGES: Readonly<Record<string, StageInput>> = stagesIn(__dirname);
