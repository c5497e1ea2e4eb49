import { ofNode } from '../../../../lambda/contract/metric-term';
import { EXIT, OperationError } from '../../ops/report/errors';
import { answerOf } from '../../../../lambda/diagnosis/answer';
import { DAY, roleChanges } from '../feeds/happenings';
import type { BoardSystem } from '../feeds/system';
import type { NodePage } from '../shown';

const DAY_MS = 86_400_000;
const NEWEST = 20;

/**
 * A node's last day: when its role changed, and what it took long for.
 * @throws OperationError if there is no such node
 */
export async function nodePage(
  { target, clock }: Pick<BoardSystem, 'target' | 'clock'>,
  id: string,
): Promise<NodePage> {
  if (!target.nodeIds.includes(id))
    throw new OperationError(`There is no node "${id}"; there are ${target.nodeIds.join(', ')}.`, EXIT.usage);
  const [roles, slow] = await Promise.all([
    answerOf('metrics', () => target.series([ofNode(id, 'IsMaster', 'Maximum')], DAY)),
    answerOf('slow log', () => target.slowCommands(id, Date.now() - DAY_MS)),
  ]);
  const at = clock();
  return {
    id,
    at,
    changes: roles.known ? roleChanges(id, roles.value[0] ?? [], at, DAY).reverse() : null,
    slow: slow.known ? slow.value.slice(-NEWEST).reverse() : null,
    unanswered: [roles, slow].flatMap((each) => (each.known ? [] : [each.why])),
  };
}
