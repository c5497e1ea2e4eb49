import { diagnose, stateOf } from '../../ops/commands/diagnose';
import { optionOf, typed } from '../../../../lambda/diagnosis/typed';
import { cacheFolderForAnotherTerminal } from '../../engines/cache-folder';
import type { Cause } from '../../../../lambda/diagnosis/causes';
import type { Evidence } from '../../ops/diagnose/evidence';
import type { BoardSystem } from '../feeds/system';
import type { AlarmPage } from '../shown';
import { renderRunbook } from './runbook';

/** An alarm's page with what `diagnose` gathers now. @param name as the alarm table has it @throws OperationError */
export async function alarmPage({ target, definition, typedFor }: BoardSystem, name: string): Promise<AlarmPage> {
  const { data } = await diagnose(target, name);
  const { alarm, firing, causes, complaints, unanswered } = data as Omit<Evidence, 'causes'> & { causes: Cause[] };
  const node = target.nodeIds.find((id) => firing.some((each) => each.endsWith(id))) ?? target.nodeIds[0];
  return {
    name: alarm.name,
    // Its page stands below.
    told: stateOf(alarm).replace(/ Runbook: .*$/, ''),
    before: optionOf(typedFor) === '--local' ? (cacheFolderForAnotherTerminal()[0]?.trim() ?? null) : null,
    command: typed(`npm run ops -- diagnose ${alarm.name}`, typedFor),
    causes: causes.map(({ cause, because, next, risk }) => ({ cause, because, next: typed(next, typedFor), risk })),
    complaints,
    unanswered: unanswered.map((each) => typed(each, typedFor)),
    runbook: renderRunbook(definition.alarms.get(alarm.name)?.runbook ?? '', optionOf(typedFor), node),
  };
}
