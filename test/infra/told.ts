import { parseSettings } from '../../lib/stages/parse-settings';
import type { StageInput } from '../../lib/stages/settings';

/** What is said of settings that can't be deployed; `nothing` where they can. */
export function told(input: StageInput): string {
  try {
    parseSettings('prod', input);
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing';
}
