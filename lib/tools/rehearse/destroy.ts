import assert from 'node:assert/strict';
import { CloudFormationClient, UpdateTerminationProtectionCommand } from '@aws-sdk/client-cloudformation';
import { CLIENT } from './emulator';
import { cdk, well } from './programs';
import type { Rehearsal } from './rehearsal';
import { clusterIfAny, GROUP, stackNames } from './state';

/** Once in passing destroys nothing of either stack; whoever takes the protection off both, means it. */
export async function destroyTwice({ assembly }: Rehearsal): Promise<string> {
  const destroy = () => cdk('destroy', 'prod/*', '--app', assembly, '--force');
  const before = await stackNames();
  const refused = await destroy();
  assert.notEqual(refused.code, 0, refused.output);
  assert.match(refused.output, /TerminationProtection/);
  assert.deepEqual(await stackNames(), before, 'nothing is gone after a destroy that was refused');
  for (const StackName of before)
    await new CloudFormationClient(CLIENT).send(
      new UpdateTerminationProtectionCommand({ StackName, EnableTerminationProtection: false }),
    );
  await well(destroy());
  assert.deepEqual(await stackNames(), []);
  assert.equal(await clusterIfAny(), undefined);
  return `${before.join(' and ')}, with ${GROUP}'s nodes, are gone`;
}
