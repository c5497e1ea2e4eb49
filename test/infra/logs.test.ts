import { regional } from './inputs';
import { stacksOf, synthesise } from './templates';

interface Resource {
  Type: string;
  Properties: Record<string, unknown>;
}

/** A stage with everything that writes logs, WAF included. */
const stage = synthesise('regional', regional);
const resources = stacksOf(stage).flatMap(({ template }) =>
  Object.values(template.toJSON().Resources as Record<string, Resource>),
);
const ofType = (type: string) => resources.filter(({ Type }) => Type === type).map(({ Properties }) => Properties);

/**
 * What API Gateway can say of a request without a person in it (apigateway guide,
 * api-gateway-mapping-template-reference).
 */
const HARMLESS = [
  'requestId',
  'requestTimeEpoch',
  'identity.userArn',
  'httpMethod',
  'resourcePath',
  'status',
  'responseLatency',
  'integrationLatency',
  'error.responseType',
];

test('access logs name the resource of a request, and neither its path, its query nor its body', () => {
  const stages = ofType('AWS::ApiGateway::Stage');
  expect(stages).toHaveLength(1);
  for (const { AccessLogSetting } of stages as { AccessLogSetting: { Format: string } }[]) {
    const variables = [...AccessLogSetting.Format.matchAll(/\$(?:context|input|stageVariables)\.?([\w.]*)/g)];
    expect(variables.map(([, name]) => name)).toEqual(HARMLESS);
  }
});

test('no trace and no execution log of API Gateway, which hold whole URLs', () => {
  for (const { TracingEnabled, MethodSettings } of ofType('AWS::ApiGateway::Stage')) {
    expect(TracingEnabled).toBe(false);
    expect(MethodSettings).toEqual([expect.objectContaining({ LoggingLevel: 'OFF', DataTraceEnabled: false })]);
  }
});

test('WAF’s log has neither path, query, credentials nor what a rule has matched in a body', () => {
  const [logging] = ofType('AWS::WAFv2::LoggingConfiguration');
  expect(logging?.RedactedFields).toEqual(
    expect.arrayContaining([
      { UriPath: {} },
      { QueryString: {} },
      { SingleHeader: { Name: 'authorization' } },
      { SingleHeader: { Name: 'x-amz-security-token' } },
      { SingleHeader: { Name: 'idempotency-key' } },
    ]),
  );
  const [acl] = ofType('AWS::WAFv2::WebACL') as {
    DataProtectionConfig: { DataProtections: { Action: string; Field: { FieldType: string } }[] };
    VisibilityConfig: object;
    Rules: { VisibilityConfig: object }[];
  }[];
  const protectedFields = acl?.DataProtectionConfig.DataProtections.map(({ Action, Field }) => [
    Action,
    Field.FieldType,
  ]);
  expect(protectedFields).toEqual(['BODY', 'QUERY_STRING', 'SINGLE_HEADER'].map((field) => ['SUBSTITUTION', field]));
  for (const { VisibilityConfig } of [acl, ...(acl?.Rules ?? [])] as { VisibilityConfig: object }[])
    expect(VisibilityConfig).toMatchObject({ SampledRequestsEnabled: false });
});

test('nothing else records requests or packets, and every log ends', () => {
  const recording = resources.filter(({ Type }) =>
    /FlowLog|QueryLog|Trail|DeliveryStream|TrafficMirror|XRay/.test(Type),
  );
  expect(recording).toStrictEqual([]);
  const groups = ofType('AWS::Logs::LogGroup');
  expect(groups).toHaveLength(14);
  expect(groups.filter(({ RetentionInDays }) => RetentionInDays === undefined)).toStrictEqual([]);
});

test('audit lines go to a log with its own key and retention, and only they leave the functions’ logs', () => {
  const filters = ofType('AWS::Logs::SubscriptionFilter') as { FilterName: string; FilterPattern: string }[];
  expect(filters.map(({ FilterName }) => FilterName).sort()).toEqual(
    ['conversation', 'events', 'operations'].map((name) => `carfin-prod-audit-writer-${name}`),
  );
  for (const { FilterPattern } of filters) expect(FilterPattern).toBe('{ $.audit = "*" }');
  const audit = ofType('AWS::Logs::LogGroup').filter(
    ({ LogGroupName }) => LogGroupName === '/carfin/carfin-prod/audit',
  );
  expect(audit).toEqual([expect.objectContaining({ RetentionInDays: 731, KmsKeyId: expect.anything() as unknown })]);
});

test('no template has the secret of the pseudonyms; the audit’s key encrypts the functions’ variables', () => {
  const withSecret = ofType('AWS::Lambda::Function').filter(({ Environment }) =>
    JSON.stringify(Environment ?? {}).includes('PEOPLE_KEY'),
  );
  expect(withSecret).toHaveLength(4);
  for (const { Environment, KmsKeyArn } of withSecret) {
    const { Variables } = Environment as { Variables: Record<string, unknown> };
    expect(JSON.stringify(Variables.PEOPLE_KEY)).toMatch(/\{\{resolve:secretsmanager:/);
    expect(KmsKeyArn).toEqual({ 'Fn::ImportValue': expect.stringMatching(/AuditKey\w+Arn/) as string });
  }
});
