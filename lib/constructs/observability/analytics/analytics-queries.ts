import { CfnQueryDefinition } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { FunctionName } from '../../../../lambda/contract/functions';
import { ANSWERING, BUSINESS_QUESTIONS } from './questions';

/** The business questions as saved queries of CloudWatch Logs Insights, in a folder named as the replication group. */
export class AnalyticsQueries extends Construct {
  constructor(scope: Construct, id: string, folder: string, logGroupOf: (name: FunctionName) => string) {
    super(scope, id);
    for (const { id: name, query, functions = ANSWERING } of BUSINESS_QUESTIONS) {
      // Not CDK's own QueryDefinition: its QueryString knows no `unnest`.
      new CfnQueryDefinition(this, name, {
        name: `${folder}/${name}`,
        queryString: query,
        logGroupNames: functions.map((each) => logGroupOf(each)),
      });
    }
  }
}
