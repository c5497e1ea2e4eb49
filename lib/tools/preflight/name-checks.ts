import { CloudControlClient, GetResourceCommand } from '@aws-sdk/client-cloudcontrol';
import type { StageSettings } from '../../stages/settings';
import { ok, problem, warning, type Finding } from './finding';
import { OwnResources } from './own-stacks';
import { plannedNames, type PlannedName } from './planned-names';
import { plannedResources } from './planned-resources';

/** Cloud Control admits few calls a second. */
const AT_ONCE = 4;
/** Of a type that Cloud Control can't read. */
const UNREADABLE = ['UnsupportedActionException', 'TypeNotFoundException'];

/** A name that somebody else uses makes the deploy fail half-way; what this stage's own stacks hold is fine. */
export async function checkNames(settings: StageSettings, stage: string): Promise<Finding[]> {
  const own = await OwnResources.of(settings);
  const names = plannedNames(plannedResources(stage, settings), settings);
  const others = names.filter(({ type, identifier }) => !own.has(type, identifier));
  const client = new CloudControlClient({ region: settings.region, retryMode: 'adaptive' });
  const findings: Finding[] = [];
  for (let i = 0; i < others.length; i += AT_ONCE)
    findings.push(...(await Promise.all(others.slice(i, i + AT_ONCE).map((name) => look(client, name)))).flat());
  const held = names.length - others.length;
  return [
    ...findings,
    ...(findings.length === 0
      ? [ok('names', `${others.length} are free${held === 0 ? '' : `, ${held} are this stage's own`}`)]
      : []),
  ];
}

async function look(client: CloudControlClient, { type, identifier }: PlannedName): Promise<Finding[]> {
  try {
    await client.send(new GetResourceCommand({ TypeName: type, Identifier: identifier }));
    return [problem('names', `${type} ${identifier} exists, and not by this stage's stacks`, adviceFor(type))];
  } catch (error) {
    const { name } = error as Error;
    if (name === 'ResourceNotFoundException') return [];
    if (UNREADABLE.includes(name))
      return [warning('names', `whether ${type} ${identifier} exists could not be read`, 'Look by hand.')];
    throw error;
  }
}

function adviceFor(type: string): string {
  if (type === 'AWS::Logs::LogGroup')
    return (
      'Delete it, if nobody needs what it holds (aws logs delete-log-group), or set cache.replicationGroupId to ' +
      'another name.'
    );
  if (type === 'AWS::IAM::OIDCProvider')
    return (
      'An account has one for an issuer: set api.oidc.provider to exists, and see that api.oidc.audience is ' +
      'among its client ids (aws iam get-open-id-connect-provider).'
    );
  return (
    'Set cache.replicationGroupId to another name: every name begins with it, and two clusters can stand side by ' +
    'side.'
  );
}
