import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import { Architecture, Function as LambdaFunction, Runtime, type FunctionProps } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { WATCHERS, type WatcherName } from '../../../lambda/contract/functions';
import type { StageSettings } from '../../stages/settings';
import type { CodeSource } from './code';

/** Where it stands, and what becomes of an invocation that fails. */
type Options =
  ('vpc' | 'vpcSubnets' | 'securityGroups') | ('environmentEncryption' | 'onFailure' | 'retryAttempts' | 'maxEventAge');

interface WatcherFunctionProps extends Pick<FunctionProps, Options> {
  name: WatcherName;
  settings: StageSettings;
  code: CodeSource;
  role: IRole;
  environment: Record<string, string>;
}

/** A function beside the stage's own work, with its log. Ids of what it makes are those of its scope. */
export function watcherFunction(scope: Construct, props: WatcherFunctionProps): LambdaFunction {
  const { name, settings, code, role, environment, ...options } = props;
  const { description, timeoutSeconds, memoryMb, environments } = WATCHERS[name];
  const functionName = `${settings.cache.replicationGroupId}-${name}`;
  const logGroup = new LogGroup(scope, 'Log', {
    logGroupName: `/aws/lambda/${functionName}`,
    retention: settings.logRetention,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  logGroup.grantWrite(role);
  return new LambdaFunction(scope, 'Function', {
    functionName,
    description,
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    handler: 'index.handler',
    code: code(name, settings.region),
    memorySize: memoryMb,
    timeout: Duration.seconds(timeoutSeconds),
    role,
    logGroup,
    reservedConcurrentExecutions: environments,
    environment,
    ...options,
  });
}
