import { GetTopicAttributesCommand, SNSClient } from '@aws-sdk/client-sns';
import type { StageSettings } from '../../stages/settings';
import { ok, problem, warning, type Finding } from './finding';
import { allows, policyDocument } from './policy';

const SUBJECT = 'pages';

/** Whether a page wakes anybody, and whether the topics that exist let CloudWatch publish. */
export async function checkPages({ region, pages, cache }: StageSettings): Promise<Finding | Finding[]> {
  if (pages.length === 0 && cache.retainData)
    return warning(
      SUBJECT,
      'a page is a mail, which wakes nobody',
      'Name a webhook, a number or a topic in pages (docs/operations.md, Who is woken).',
    );
  const topics = pages.flatMap(({ topic }) => topic ?? []);
  const sns = new SNSClient({ region });
  const found = await Promise.all(topics.map((topic) => checkTopic(sns, topic)));
  return [...found.flat(), ...(pages.length > 0 ? [ok(SUBJECT, `${pages.length} channels beside the mails`)] : [])];
}

async function checkTopic(sns: SNSClient, topic: string): Promise<Finding[]> {
  const { Attributes = {} } = await sns.send(new GetTopicAttributesCommand({ TopicArn: topic }));
  const { Statement } = policyDocument.parse(JSON.parse(Attributes.Policy ?? '{"Statement":[]}'));
  const admits = Statement.some(
    (statement) =>
      allows(statement, /^(sns:(publish|\*)|\*)$/i) &&
      (statement.Principal === '*' ||
        Object.values(statement.Principal ?? {})
          .flat()
          .some((each) => each === '*' || each === 'cloudwatch.amazonaws.com')),
  );
  const key = Attributes.KmsMasterKeyId;
  return [
    ...(admits
      ? []
      : [
          problem(
            SUBJECT,
            `the policy of ${topic} does not let CloudWatch publish`,
            "Allow sns:Publish to cloudwatch.amazonaws.com with aws:SourceAccount of this stage's account.",
          ),
        ]),
    ...(key === undefined || key === '' ? [] : [keyFinding(topic, key)]),
  ];
}

/** CloudWatch encrypts what it publishes with the topic's key (SNS guide, sns-key-management). */
function keyFinding(topic: string, key: string): Finding {
  return key.endsWith('alias/aws/sns')
    ? problem(
        SUBJECT,
        `${topic} is encrypted with alias/aws/sns, which CloudWatch may not use`,
        'Encrypt it with a key of yours whose policy lets cloudwatch.amazonaws.com kms:Decrypt and ' +
          'kms:GenerateDataKey*.',
      )
    : warning(
        SUBJECT,
        `${topic} is encrypted with ${key}`,
        'Its policy must let cloudwatch.amazonaws.com kms:Decrypt and kms:GenerateDataKey*; prove it after the ' +
          'deploy with page-test.',
      );
}
