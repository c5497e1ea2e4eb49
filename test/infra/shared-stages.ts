import { STAGES as OWN } from '../../lib/stages/stages';
import { neutralInput } from '../../lib/tools/changes/compact-template';
import { adopted, prod, STAGES } from '../support/stages';
import { regional, withImages } from './inputs';
import { synthesise } from './templates';

/** Those that several test files look at; whatever one file alone looks at it synthesises itself. */
export function synthesiseShared(): void {
  for (const [name, input] of Object.entries({ ...STAGES, regional, images: withImages, adopted }))
    synthesise(name, input);
  synthesise('prod', withImages);
  for (const [name, input] of [['prod', prod] as const, ...Object.entries(OWN)])
    synthesise('stage', neutralInput(name, input));
}
