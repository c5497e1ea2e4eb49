import type { StageInput } from './settings';
import { namesOf, stagesIn } from './stage-file';

/** Where the settings files are: this folder, or the one that CARFIN_STAGES names. */
export const STAGES_FOLDER = process.env.CARFIN_STAGES ?? __dirname;

/** The user's stages by name, production first: each file <name>.yaml of the folder is one. */
export const STAGES: Readonly<Record<string, StageInput>> = stagesIn(STAGES_FOLDER);

/** Their names, without the files that asking for would refuse. */
export const STAGE_NAMES: readonly string[] = namesOf(STAGES);
