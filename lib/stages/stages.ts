import type { StageInput } from './settings';
import { stagesIn } from './stage-file';

/** Where the settings files are: this folder, or the one that CARFIN_STAGES names. */
export const STAGES_FOLDER = process.env.CARFIN_STAGES ?? __dirname;

/** The user's stages by name, production first: each file <name>.yaml of the folder is one. */
export const STAGES: Readonly<Record<string, StageInput>> = stagesIn(STAGES_FOLDER);
