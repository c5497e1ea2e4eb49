import { ArnFormat, Stack } from 'aws-cdk-lib';
import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

export interface StageBudgetProps {
  /** Of the budget; one of an account. */
  name: string;
  usd: number;
  tag: { key: string; value: string };
  /** Who is told that it is used up, and who that it will be. */
  pages: Topic;
  notices: Topic;
}

/** What AWS really bills of a stage, beside the estimate that synth holds: told when it is used up, and before, when it will be. */
export class StageBudget extends Construct {
  constructor(scope: Construct, id: string, { name, usd, tag, pages, notices }: StageBudgetProps) {
    super(scope, id);
    const stack = Stack.of(this);
    const budgetArn = stack.formatArn({
      service: 'budgets',
      region: '',
      resource: 'budget',
      resourceName: name,
      arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    });
    // Without it nothing arrives (Cost Management guide, budgets-sns-policy).
    for (const topic of [pages, notices])
      topic.addToResourcePolicy(
        new PolicyStatement({
          principals: [new ServicePrincipal('budgets.amazonaws.com')],
          actions: ['sns:Publish'],
          resources: [topic.topicArn],
          conditions: { StringEquals: { 'aws:SourceAccount': stack.account }, ArnLike: { 'aws:SourceArn': budgetArn } },
        }),
      );
    const tell = (notificationType: 'ACTUAL' | 'FORECASTED', topic: Topic) => ({
      notification: {
        notificationType,
        comparisonOperator: 'GREATER_THAN',
        threshold: 100,
        thresholdType: 'PERCENTAGE',
      },
      subscribers: [{ subscriptionType: 'SNS', address: topic.topicArn }],
    });
    new CfnBudget(this, 'Budget', {
      budget: {
        budgetName: name,
        budgetType: 'COST',
        timeUnit: 'MONTHLY',
        budgetLimit: { amount: usd, unit: 'USD' },
        costFilters: { TagKeyValue: [`user:${tag.key}$${tag.value}`] },
      },
      notificationsWithSubscribers: [tell('ACTUAL', pages), tell('FORECASTED', notices)],
    });
  }
}
