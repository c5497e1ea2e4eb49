import { CfnResource, CfnRule, Fn, Stage, type Stack, Tags } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { acknowledgeRules } from './constructs/rules/acknowledged-rules';
import { CacheStack } from './cache-stack';
import { bundledCode, type CodeSource } from './constructs/functions/code';
import { memberNodes } from './constructs/observability/member-nodes';
import { budgetViolation } from './cost/budget';
import { SecondaryCacheStack } from './secondary-cache-stack';
import { ServiceStack } from './service-stack';
import { exampleSettings } from './stages/example-values';
import { InvalidSettingsError, parseSettings } from './stages/parse-settings';
import type { StageInput, StageSettings } from './stages/settings';
import type { SettingViolation } from './stages/violation';

/** One stage in one account: `npx cdk deploy 'prod/*'`. */
export class CarFinStage extends Stage {
  readonly settings: StageSettings;
  readonly cache: CacheStack;
  readonly service: ServiceStack;
  readonly secondaries: readonly SecondaryCacheStack[];

  /** @throws InvalidSettingsError at synth, with everything that AWS would refuse. */
  constructor(scope: Construct, stageName: string, input: StageInput, code: CodeSource = bundledCode) {
    const settings = parseSettings(stageName, input, [budgetViolation, (own) => takenName(own, scope)]);
    const env = { account: settings.account, region: settings.region };
    super(scope, stageName, { env });
    this.settings = settings;
    const names = (stack: string) => ({ stackName: `${settings.cache.replicationGroupId}-${stack}`, env });
    this.cache = new CacheStack(this, 'cache', settings, {
      ...names('cache'),
      description: 'CarFin: ElastiCache for Valkey beside the RDS database',
    });
    this.service = new ServiceStack(this, 'service', settings, stageName, this.cache, code, {
      ...names('service'),
      // As the cluster's: destroying both begins with this one, and would stop only after it was gone.
      terminationProtection: settings.cache.retainData,
      description: 'CarFin: search API and warm-up',
    });
    const tooMany = tooManyResources(this.service, settings);
    if (tooMany !== undefined) throw new InvalidSettingsError(stageName, input, [tooMany]);
    this.secondaries = this.secondaryStacks();
    acknowledgeRules(this, settings);
    for (const stack of [this.cache, this.service, ...this.secondaries]) refuseExamples(stack, input);
    for (const [name, value] of Object.entries(settings.tags)) Tags.of(this).add(name, value);
  }

  /** None until the global datastore's id is known: AWS makes it. */
  private secondaryStacks(): SecondaryCacheStack[] {
    const { account, cache } = this.settings;
    const { id, secondaries = [] } = cache.globalDatastore ?? {};
    if (id === undefined) return [];
    return secondaries.map((secondary) => {
      const stack = new SecondaryCacheStack(this, `secondary-${secondary.region}`, this.settings, secondary, id, {
        stackName: `${cache.replicationGroupId}-secondary`,
        env: { account, region: secondary.region },
        description: 'CarFin: a cluster that follows the one of another Region',
      });
      stack.addStackDependency(this.cache);
      return stack;
    });
  }
}

/** Two stages of one name have stacks of one name: a deploy of one would change the other. */
function takenName({ account, region, cache }: StageSettings, scope: Construct): SettingViolation | undefined {
  const { replicationGroupId } = cache;
  const other = scope.node.children
    .filter((each) => each instanceof CarFinStage)
    .find(
      ({ settings }) =>
        settings.cache.replicationGroupId === replicationGroupId &&
        settings.account === account &&
        settings.region === region,
    );
  return other === undefined
    ? undefined
    : {
        setting: 'cache.replicationGroupId',
        rule:
          `is that of stage ${other.stageName} already, in the same account and Region: a deploy of this one would ` +
          'change its stacks',
        received: replicationGroupId,
      };
}

/** CloudFormation's quota of a template (UserGuide, cloudformation-limits), and every node has alarms of its own. */
const MOST_RESOURCES = 500;

function tooManyResources(stack: Stack, { cache }: StageSettings): SettingViolation | undefined {
  const count = stack.node.findAll().filter((each) => CfnResource.isCfnResource(each)).length;
  if (count <= MOST_RESOURCES) return undefined;
  return {
    setting: 'cache.shards',
    rule:
      `makes ${count} resources of one template, which may have ${MOST_RESOURCES}: each of the ` +
      `${memberNodes(cache).length} nodes has its own alarms. Fewer shards of a larger cache.nodeType hold as ` +
      'much',
    received: cache.shards,
  };
}

/**
 * CloudFormation checks rules before it creates anything; this one fails while a setting still has its example value.
 */
function refuseExamples(stack: Stack, input: StageInput): void {
  const examples = exampleSettings(input);
  if (examples.length === 0) return;
  new CfnRule(stack, 'ExampleSettings', {
    assertions: [
      {
        assert: Fn.conditionEquals('example', 'real'),
        assertDescription:
          `These settings still have their example values: ${examples.join(', ')}. docs/deploy.md says where ` +
          'each comes from.',
      },
    ],
  });
}
