import { FUNCTION_NAMES } from '../../../../lambda/contract/functions';
import type { AlarmCauses } from '../../../../lambda/contract/causes';
import { kindOf, type AlarmedStage } from './alarm';
import { COMPOSITES } from './composites';
import { alarmTable } from './table';

/** A stage that has every kind of alarm. */
const EVERY_KIND: AlarmedStage = {
  name: '',
  groupId: '',
  nodes: ['node'],
  freshnessSeconds: 60,
  nodeType: 'cache.t3.medium',
  hasReplicas: true,
  environments: Object.fromEntries(FUNCTION_NAMES.map((name) => [name, 1])),
  deadLetterQueue: '',
  webAcl: { metric: '', region: '' },
};

/** What the rows of the table say of causes, for whoever looks for the cause of an alarm that fires. */
export const ALARM_CAUSES: AlarmCauses = {
  causes: Object.fromEntries(alarmTable(EVERY_KIND).map(({ id, causes }) => [kindOf(id), causes])),
  parts: Object.fromEntries(COMPOSITES.map(({ id, of }) => [id, of])),
};
