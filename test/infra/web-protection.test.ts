import { OPERATIONS } from '../../lambda/every-operation';
import { regional } from './inputs';
import { synthesise } from './templates';

/** A part of a request that a rule reads. */
type Part = 'BODY' | 'QUERYARGUMENTS' | 'QUERYSTRING' | 'URIPATH';
interface ManagedRule {
  name: string;
  part: Part;
  blocks: (text: string) => boolean;
}

const XSS = /<\s*(script|img|iframe|svg|b|a|div)\b|on(error|load|click)\s*=|javascript:/i;
const LFI = /\.\.\/|\/etc\/passwd/;
const RFI = /\b(https?|ftp):\/\/\d+\.\d+\.\d+\.\d+/i;
const SSRF = /169\.254\.169\.254/;
const longer = (bytes: number) => (text: string) => Buffer.byteLength(text) > bytes;
const has = (pattern: RegExp) => (text: string) => pattern.test(text);

/**
 * What AWSManagedRulesCommonRuleSet is documented to block in what callers write (WAF guide,
 * aws-managed-rule-groups-baseline): the sizes are the guide's, the patterns stand for texts that it names or that were
 * seen to be blocked.
 */
const RULES: readonly ManagedRule[] = [
  { name: 'SizeRestrictions_BODY', part: 'BODY', blocks: longer(8_192) },
  { name: 'SizeRestrictions_QUERYSTRING', part: 'QUERYSTRING', blocks: longer(2_048) },
  { name: 'SizeRestrictions_URIPATH', part: 'URIPATH', blocks: longer(1_024) },
  ...(['BODY', 'QUERYARGUMENTS', 'URIPATH'] as const).flatMap((part): ManagedRule[] => [
    { name: `CrossSiteScripting_${part}`, part, blocks: has(XSS) },
    { name: `GenericLFI_${part}`, part, blocks: has(LFI) },
    { name: `GenericRFI_${part}`, part, blocks: has(RFI) },
    { name: `EC2MetaDataSSRF_${part}`, part, blocks: has(SSRF) },
  ]),
];

/** What people and agents may write, and mean nothing by it. */
const INNOCENT = [
  '아이가 둘이라 카시트 두 개가 들어가는 차를 찾아요. 예산은 2,500만원 이하!',
  "SELECT a car FROM the list WHERE price < 3000; -- I'm a DBA, sorry; DROP me a line",
  'Is <b>3,000</b> enough for a <a href="x">Sorento</a>? <img src=x onerror=alert(1)> said the page',
  'The log says ../../config and /etc/passwd, what is that?',
  'My photos are at http://192.0.2.7/car.jpg and http://169.254.169.254/x',
  '{"nested": {"json": "and \\"quotes\\""}}',
  '🚗'.repeat(200),
];

interface AclRule {
  Name: string;
  Statement: {
    ManagedRuleGroupStatement?: { Name: string; RuleActionOverrides?: { Name: string; ActionToUse: object }[] };
    RateBasedStatement?: { Limit: number; AggregateKeyType: string };
  };
}
const { template } = synthesise('regional', regional).service;
const [acl] = Object.values(template.findResources('AWS::WAFv2::WebACL')) as {
  Properties: { Rules: AclRule[]; VisibilityConfig: { MetricName: string } };
}[];
const rules = acl?.Properties.Rules ?? [];
const counting = rules.flatMap(({ Statement }) =>
  (Statement.ManagedRuleGroupStatement?.RuleActionOverrides ?? [])
    .filter(({ ActionToUse }) => 'Count' in ActionToUse)
    .map(({ Name }) => Name),
);
const blocking = (part: Part, text: string, passed: readonly string[] = counting) =>
  RULES.filter((rule) => rule.part === part && rule.blocks(text) && !passed.includes(rule.name)).map(
    ({ name }) => name,
  );

test.each(INNOCENT)('a body that says %s passes, and would not without the exceptions of this stage', (text) => {
  expect(blocking('BODY', text)).toStrictEqual([]);
});

test('without the exceptions some innocent text is blocked by each rule that only counts', () => {
  const bodies = [...INNOCENT, 'x'.repeat(8_193)];
  const blocked = new Set(bodies.flatMap((text) => blocking('BODY', text, [])));
  expect([...blocked].sort()).toEqual([...counting].sort());
});

test("every operation's largest allowed body passes", () => {
  const sizes = OPERATIONS.map(({ mostBodyBytes = 16_384 }) => mostBodyBytes);
  expect(Math.max(...sizes)).toBeGreaterThan(8_192);
  for (const bytes of sizes) expect(blocking('BODY', '가'.repeat(Math.floor(bytes / 3)))).toStrictEqual([]);
});

test('what the API takes in path and query holds nothing that a rule blocks', () => {
  const query =
    'budgetMax=999999&budgetMin=0&familyType=family&includeLease=true&limit=100&offset=9900&persona=family' +
    '&usage=commuting';
  expect(blocking('QUERYSTRING', query)).toStrictEqual([]);
  for (const value of query.split('&')) expect(blocking('QUERYARGUMENTS', value)).toStrictEqual([]);
  expect(blocking('URIPATH', `/live/v1/sessions/${'a'.repeat(128)}/parts/${'b'.repeat(128)}`)).toStrictEqual([]);
  expect(blocking('URIPATH', '/live/v1/images/carpicture01/pic1234/12345678_001.jpg')).toStrictEqual([]);
});

test('a web host, one address for all its visitors, may send 400 requests a second', () => {
  const limits = rules.flatMap(({ Statement }) => Statement.RateBasedStatement?.Limit ?? []);
  expect(limits).toEqual([120_000]);
});

test('neither path, query, body nor a credential stands in its log', () => {
  const [logging] = Object.values(template.findResources('AWS::WAFv2::LoggingConfiguration')) as {
    Properties: { RedactedFields: Record<string, unknown>[] };
  }[];
  const redacted = JSON.stringify(logging?.Properties.RedactedFields);
  for (const field of ['UriPath', 'QueryString', 'authorization', 'x-amz-security-token'])
    expect(redacted).toContain(field);
  expect(JSON.stringify(acl?.Properties)).toContain('"FieldType":"BODY"');
});

test('what it blocks is counted under the name that the alarm reads', () => {
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    AlarmName: 'carfin-prod-Blocked',
    Namespace: 'AWS/WAFV2',
    MetricName: 'BlockedRequests',
    Dimensions: [
      { Name: 'Region', Value: 'ap-northeast-2' },
      { Name: 'Rule', Value: 'ALL' },
      { Name: 'WebACL', Value: acl?.Properties.VisibilityConfig.MetricName },
    ],
  });
});

test('the API takes no TLS older than 1.2', () => {
  template.hasResourceProperties('AWS::ApiGateway::RestApi', { SecurityPolicy: 'SecurityPolicy_TLS13_1_2_PQ_2025_09' });
});
