import { App, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { CarFinStage } from '../../lib/carfin-stage';
import { PROJECT_ROOT } from '../../lib/functions/bundle';
import { prod } from '../../lib/stages/prod';
import type { StageInput } from '../../lib/stages/settings';
import cdkJson from '../../cdk.json';

/** Every option that the committed stages leave out: an API for the internet, key readers, a login by secret, autoscaling. */
export const regional: StageInput = {
  ...prod,
  api: {
    exposure: 'regional',
    callers: [],
    oidc: {
      issuer: 'oidc.web-host.example',
      audience: 'https://carfin.example',
      subject: 'project:carfin:environment:production',
    },
  },
  keyReaders: { securityGroupIds: ['sg-0eeeeeeeeeeeeee99'], roleArns: ['arn:aws:iam::111122223333:role/analyst'] },
  database: { ...prod.database, secretArn: 'arn:aws:secretsmanager:ap-northeast-2:111122223333:secret:carfin-AbCdEf' },
  network: { ...prod.network, secretsManager: { by: 'new-endpoint' } },
  cache: { ...prod.cache, shards: 3, autoScaling: { minShards: 1, maxShards: 6, targetCpuPercent: 60 } },
};

/** A stage without bundles, with the same feature flags as a deploy. */
export function synthesise(name: string, input: StageInput): CarFinStage {
  const app = new App({ context: { ...cdkJson.context, 'aws:cdk:enable-path-metadata': false } });
  return new CarFinStage(app, name, input, () => Code.fromAsset(`${PROJECT_ROOT}/lambda/contract`));
}

export const stacksOf = (stage: CarFinStage): Stack[] => [stage.cache, stage.service];

/**
 * A template without what changes with code or CDK's helpers: hashes of assets, of versions and of deployments, and runtimes of
 * helper functions.
 */
export function normalised(stack: Stack): unknown {
  const template = Template.fromStack(stack).toJSON() as {
    Parameters?: unknown;
    Rules?: Record<string, unknown>;
    Resources: Record<string, { Type: string }>;
  };
  delete template.Parameters;
  if (template.Rules) delete template.Rules.CheckBootstrapVersion;
  const text = JSON.stringify(template)
    .replace(/[0-9a-f]{64}/g, 'HASH')
    .replace(/(CurrentVersion[0-9A-F]{8})[0-9a-f]{32}/g, '$1HASH')
    .replace(/(Deployment[0-9A-F]{8})[0-9a-f]{32}/g, '$1HASH')
    .replace(/(Trigger[A-Za-z0-9]*)[0-9a-f]{32}/g, '$1HASH');
  const result = JSON.parse(text) as typeof template;
  for (const [id, resource] of Object.entries(result.Resources)) {
    if (/CustomResourceProvider.*Handler/.test(id)) result.Resources[id] = { Type: resource.Type };
  }
  return result;
}
