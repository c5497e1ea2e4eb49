import { appendFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { STAGES } from '../../lib/stages/stages';
import type { StageInput } from '../../lib/stages/settings';
import { changesBetween, clusterLoss } from '../../lib/tools/changes/changes';
import { baseOf, Committed, STACKS, titleOf, type StackName } from '../../lib/tools/changes/committed';
import { compactTemplate, neutralInput, type CompactTemplate } from '../../lib/tools/changes/compact-template';
import { changesText, type StageChanges } from '../../lib/tools/changes/diff';
import { applied, differences, type Differences } from '../../lib/tools/changes/stage-differences';
import { adopted, prod } from '../support/stages';
import { TEMPLATES_FOLDER } from './global-setup';
import { CHANGES_FILE } from './global-teardown';
import { snapshotText } from './snapshot-text';
import { synthesise } from './templates';

/** The user's own stages: only here do tests read them. */
const NAMES = Object.keys(STAGES);
const BASE = baseOf(NAMES) ?? '';
/** What was committed, read before a run with -u writes it anew. */
const committed = new Committed(BASE);

function compact(name: string, input: StageInput, stack: StackName): CompactTemplate {
  const synthesised = synthesise('stage', neutralInput(name, input));
  return compactTemplate(synthesised[stack].template, synthesised.settings);
}

function templateOf(stage: string, stack: StackName): CompactTemplate {
  const input = STAGES[stage];
  if (input === undefined) throw new Error(`There is no stage ${stage}`);
  return compact(stage, input, stack);
}

function changesOf(stage: string, stack: StackName) {
  const before = committed.template(stage, stack);
  return before === undefined ? undefined : changesBetween(before, templateOf(stage, stack));
}

const CASES = NAMES.flatMap((stage) => STACKS.map((stack) => [titleOf(stage, stack), stage, stack] as const));

test.each(CASES)('%s', (_, stage, stack) => {
  const template = templateOf(stage, stack);
  const shown = stage === BASE ? template : differences(templateOf(BASE, stack), template);
  const loss = clusterLoss(changesOf(stage, stack) ?? []);
  // Before the snapshot is compared, so that -u does not write over it.
  if (loss !== undefined && process.env.REPLACE_CLUSTER !== stage)
    throw new Error(
      `A deploy would replace the cluster of ${stage} and lose everything in it: ${loss}. Take the change back. ` +
        `If the loss is meant: REPLACE_CLUSTER=${stage} npm run test:snapshots -- -u`,
    );
  expect(snapshotText(shown)).toMatchSnapshot();
});

afterAll(() => {
  const found: StageChanges[] = NAMES.map((stage) => {
    const changes = STACKS.map((stack) => changesOf(stage, stack));
    return { stage, changes: changes.some((each) => each !== undefined) ? changes.flatMap((x) => x ?? []) : undefined };
  });
  const folder = process.env[TEMPLATES_FOLDER];
  if (folder === undefined || found.every(({ changes }) => changes?.length === 0)) return;
  const text =
    `A deploy would change this (npm run diff):\n${changesText(found)}\n` +
    'If that is meant: npm run test:snapshots -- -u\n';
  appendFileSync(path.join(folder, CHANGES_FILE), text);
});

const OTHERS = NAMES.filter((stage) => stage !== BASE).flatMap((stage) =>
  STACKS.map((stack) => [stack, stage] as const),
);

// Who has one stage has none beside it, and Jest takes no empty table.
if (OTHERS.length > 0)
  test.each(OTHERS)('the snapshot of the %s stack of %s says all of it', (stack, stage) => {
    const [base, other] = [templateOf(BASE, stack), templateOf(stage, stack)];
    const written = parse(snapshotText(differences(base, other))) as Differences;
    expect(applied(parse(snapshotText(base)) as CompactTemplate, written)).toEqual(other);
  });

test.each(STACKS)('ids and names of an account leave the snapshot of the %s stack as it is', (stack) => {
  const { account, network, database, alarmEmails, tags } = adopted;
  const region = prod.region;
  const own: StageInput = {
    ...prod,
    account,
    network: { ...network, availabilityZones: prod.network.availabilityZones },
    database: { ...database, port: prod.database.port, endpoint: `cars.c0ffee000000.${region}.rds.amazonaws.com` },
    cache: { ...prod.cache, replicationGroupId: 'my-cars' },
    api: {
      ...prod.api,
      exposure: 'private',
      callers: [`arn:aws:iam::${account}:role/agents`],
      callerSecurityGroupIds: ['sg-0123456789abcdef4'],
    },
    alarmEmails,
    tags,
  };
  expect(compact('prod', own, stack)).toEqual(compact('prod', prod, stack));
});
