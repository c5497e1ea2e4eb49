import { CfnGuardValidator } from '@cdklabs/cdk-validator-cfnguard';
import { Validations, type App } from 'aws-cdk-lib';
import { AwsSolutionsChecks, NIST80053R5Checks } from 'cdk-nag';

/** Rules of AWS Control Tower that do not fit here, with the reason. */
const UNFIT = {
  'ct-apigateway-pr-1':
    'Execution logs name whole paths: ids of people and sessions. The access log has one line a request.',
  'ct-apigateway-pr-2': 'A segment of API Gateway holds the whole URL, ids and typed words. The functions are traced.',
  'ct-cloudwatch-pr-1':
    'The windows of one burn rate speak through their composite alarm; a test holds every other alarm to an action.',
  'ct-cloudwatch-pr-2': 'Retention is a setting of the stage; the logs hold nothing that must be kept for a year.',
  'ct-cloudwatch-pr-3':
    'CloudWatch Logs encrypts with keys of its own; the logs hold no query, no body and no key of a person.',
  'ct-kms-pr-3':
    "The key policy delegates to IAM of the account, CDK's default; no principal outside the account may " +
    'create grants.',
  'ct-lambda-pr-2':
    'It does not understand a source ARN that is a reference; every permission here names one service and one ARN.',
  'ct-lambda-pr-3': 'It does not understand imported security groups; every function is in the VPC.',
  'ct-sqs-pr-1': 'The only queue is the dead-letter queue.',
} as const;

/**
 * Checks every template at synth: cdk-nag's AwsSolutions and NIST 800-53 packs, and AWS Control Tower's Guard rules.
 */
export function addRulePacks(app: App): void {
  Validations.of(app).addPlugins(
    new AwsSolutionsChecks(app),
    new NIST80053R5Checks(app),
    new CfnGuardValidator({ controlTowerRulesEnabled: true, disabledRules: Object.keys(UNFIT) }),
  );
}
