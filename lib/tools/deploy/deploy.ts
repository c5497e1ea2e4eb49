import { stageStacks } from '../preflight/own-stacks';
import { typed } from '../../../lambda/diagnosis/typed';
import { TAKES_BACK } from '../../constructs/observability/alarm-table/composites';
import type { StageSettings } from '../../stages/settings';
import { doctor } from '../ops/commands/doctor';
import { pageTest } from '../ops/commands/page-test';
import { search } from '../ops/commands/search';
import { warm } from '../ops/commands/warm';
import type { Report } from '../ops/report/output';
import type { Target } from '../ops/stage/target';
import type { Finding } from '../preflight/finding';
import { findingsTable } from '../preflight/findings-table';
import { followStacks } from './progress';
import { stacksBefore } from './stacks-before';

/** What a deploy talks to: the account, the CDK command line, the stage, the terminal. */
export interface DeployParts {
  preflight: () => Promise<Finding[]>;
  /** Runs `cdk deploy` of the stage. @returns its exit code */
  cdk: () => Promise<number>;
  target: () => Target;
  tell: (line: string) => void;
}

export interface DeployOptions {
  preflight: boolean;
  /** Wakes people: at the first deploy, and where it is asked for. */
  pageTest: boolean;
  /** Without the canary: for a remedy, while an alarm fires. */
  atOnce: boolean;
}

/** A search that every table of used cars has an answer to. */
const FIRST_SEARCH = ['budgetMin=2500', 'budgetMax=3200', 'persona=working_mom'];

/**
 * Brings a stage up and proves it: preflight, cdk, doctor, the road of pages, the first search.
 * @returns whether all went well; what did not has been told with what to do next.
 * @throws Error for a stack that no deploy can start from, OperationError
 */
export async function deploy(
  stage: string,
  settings: StageSettings,
  options: DeployOptions,
  parts: DeployParts,
): Promise<boolean> {
  const { tell } = parts;
  if (options.preflight && !(await passed(stage, parts))) return false;
  const { region, cache } = settings;
  const stacks = stageStacks(cache.replicationGroupId);
  const existing = await stacksBefore(region, stacks, tell);
  const isFirst = existing.length < stacks.length;
  const canary = settings.canary && !isFirst && !options.atOnce;
  if (canary && !(await quiet(stage, parts))) return false;
  tell(
    isFirst
      ? '\n2/5 Deploy. The first one takes 20 to 30 minutes; most of it is ElastiCache making the nodes.'
      : `\n2/5 Deploy. An update of functions takes ${canary ? '13 to 16' : '3 to 6'} minutes; one of the ` +
          'cluster up to 15 for each node.',
  );
  const ended = new AbortController();
  const following = followStacks(region, stacks, tell, ended.signal);
  const code = await parts.cdk().finally(() => ended.abort());
  await following;
  if (code !== 0) {
    tell(
      `\nThe deploy failed (cdk ended with ${code}); above stands which resource and why. CloudFormation has ` +
        'taken this deploy back, what was served before is served still. Where CodeDeploy stopped it, an alarm ' +
        `fired while a tenth of the requests tried the new code: npm run ops -- alarms --stage ${stage}. Mend ` +
        `that, then again: npm run deploy -- ${stage}`,
    );
    return false;
  }
  return prove(parts, options.pageTest || isFirst);
}

async function passed(stage: string, { preflight, tell }: DeployParts): Promise<boolean> {
  tell('1/5 Preflight: reads the account, changes nothing.');
  const findings = await preflight();
  const open = findings.filter(({ level }) => level !== 'ok');
  tell(`${findings.length - open.length} of ${findings.length} are well.`);
  if (open.length > 0) tell(findingsTable(open));
  if (open.every(({ level }) => level !== 'problem')) return true;
  tell(`Nothing was deployed: first mend what has a ✖. Then again: npm run deploy -- ${stage}`);
  return false;
}

/** CodeDeploy begins nothing while an alarm fires that would take the deploy back. */
async function quiet(stage: string, { target, tell }: DeployParts): Promise<boolean> {
  const firing = (await target().alarms())
    .filter(({ name, state }) => state === 'ALARM' && TAKES_BACK.some((id) => id === name))
    .map(({ name }) => name);
  if (firing.length === 0) return true;
  tell(
    `\nNothing was deployed: ${firing.join(', ')} would take it back at once. Wait until people feel nothing ` +
      `more; or, if this deploy is the remedy, without the canary: npm run deploy -- ${stage} --at-once`,
  );
  return false;
}

/** Each step is taken whatever the one before found: they tell of different things. */
async function prove({ target: connect, tell }: DeployParts, wakes: boolean): Promise<boolean> {
  const target = connect();
  const show = (title: string, { text, exitCode }: Report) => {
    tell(`\n${title}\n${typed(text, target.name)}`);
    return exitCode === 0;
  };
  const healthy = show('3/5 Doctor, from inside the VPC:', await doctor(target, false));
  const paged = await testPages(target, wakes, tell);
  tell('\n5/5 The first search, from inside the VPC:');
  const { text: warmed } = await warm(target, {}, tell);
  const answered = show(warmed, await search(target, FIRST_SEARCH));
  tell(
    healthy && paged && answered
      ? typed('\nThe stage serves. Next, as the operator: npm run ops -- status', target.name)
      : typed('\nDeployed; what has a ✖ above is left to mend. Then: npm run ops -- doctor', target.name),
  );
  return healthy && paged && answered;
}

async function testPages(target: Target, wakes: boolean, tell: (line: string) => void): Promise<boolean> {
  const recipients = await target.recipients('pages');
  const confirmed = recipients.filter((each) => each.confirmed);
  if (confirmed.length === 0) {
    const asked = recipients.map(({ endpoint }) => endpoint).join(', ') || 'nobody';
    tell(
      typed(
        `\n4/5 Pages reach nobody yet: ${asked} must open the link in the mail from AWS (SNS). Then: npm run ` +
          'ops -- page-test --yes',
        target.name,
      ),
    );
    // Only a person can open a mail: no fault of the deploy.
    return true;
  }
  if (!wakes) {
    tell(`\n4/5 ${confirmed.length} of ${recipients.length} recipients are paged; --page-test would wake them.`);
    return true;
  }
  tell('\n4/5 The road of pages, by a test alarm: it may take minutes until SNS has counted.');
  const { text, exitCode } = await pageTest(target, 'pages', tell);
  tell(typed(text, target.name));
  return exitCode === 0;
}
