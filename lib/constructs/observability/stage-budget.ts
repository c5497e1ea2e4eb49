import { ArnFormat, Stack } from 'aws-cdk-lib';
import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import { Construct } from 'constructs';
import type { AlarmTopic } from './alarm-topic';

interface StageBudgetProps {
  /** Of the budget; one of an account. */
  name: string;
  usd: number;
  tag: { key: string; value: string };
  /** Who is told that it is used up, and who that it will be. */
  pages: AlarmTopic;
  notices: AlarmTopic;
}

/**
 * What AWS really bills of a stage, beside the estimate that synth holds: told when it is used up, and before, when it
 * will be.
 */
export class StageBudget extends Construct {
  constructor(scope: Construct, id: string, { name, usd, tag, pages, notices }: StageBudgetProps) {
    super(scope, id);
    const budgetArn = Stack.of(this).formatArn({
      service: 'budgets',
      region: '',
      resource: 'budget',
      resourceName: name,
      arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    });
    for (const topic of [pages, notices]) topic.admit('budgets.amazonaws.com', budgetArn);
    const tell = (notificationType: 'ACTUAL' | 'FORECASTED', topic: AlarmTopic) => ({
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
