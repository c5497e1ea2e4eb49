import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import { Architecture, Function as LambdaFunction, Runtime, type FunctionProps } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import {
  FUNCTIONS,
  WATCHERS,
  type FunctionName,
  type ScaledFunctionName,
  type WatcherName,
} from '../../../lambda/contract/functions';
import type { StageSettings } from '../../stages/settings';
import type { CodeSource } from './code';

/** What is the same for every function, or stands in the table. */
type Decided =
  | 'functionName'
  | 'runtime'
  | 'architecture'
  | 'handler'
  | 'code'
  | 'memorySize'
  | 'timeout'
  | 'logGroup'
  | 'reservedConcurrentExecutions';

interface LoggedFunctionProps extends Omit<FunctionProps, Decided> {
  name: FunctionName | WatcherName;
  settings: StageSettings;
  code: CodeSource;
  role: IRole;
}

/**
 * A function of the tables in lambda/contract/functions.ts, with its log. Ids of what it makes are those of its scope.
 */
export function loggedFunction(scope: Construct, props: LoggedFunctionProps): LambdaFunction {
  const { name, settings, code, ...options } = props;
  const { description, timeoutSeconds, memoryMb, environments } = { ...FUNCTIONS, ...WATCHERS }[name];
  const functionName = `${settings.cache.replicationGroupId}-${name}`;
  const logGroup = new LogGroup(scope, 'Log', {
    logGroupName: `/aws/lambda/${functionName}`,
    retention: settings.logRetention,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  logGroup.grantWrite(props.role);
  return new LambdaFunction(scope, 'Function', {
    functionName,
    description,
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    handler: 'index.handler',
    code: code(name, settings.region),
    memorySize: memoryMb,
    timeout: Duration.seconds(timeoutSeconds),
    logGroup,
    reservedConcurrentExecutions:
      environments === 'stage' ? settings.concurrency[name as ScaledFunctionName].most : environments,
    ...options,
  });
}
