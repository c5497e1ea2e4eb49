import { RemovalPolicy } from 'aws-cdk-lib';
import type { RestApi } from 'aws-cdk-lib/aws-apigateway';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnLoggingConfiguration, CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import type { StageSettings } from '../../stages/settings';
import { namedArn } from '../named-arn';
import { webAclMetric } from '../observability/alarmed-stage';

/**
 * Requests from one address in five minutes, 400 a second: a web host is one address for all its visitors. Below the
 * 500 a second at which the API itself refuses, so that no address can take it all.
 */
const RATE_LIMIT = 120_000;

/**
 * Rules of each managed group that only count: they would refuse what people write (WAF guide,
 * aws-managed-rule-groups-baseline).
 */
const MANAGED: Readonly<Record<string, readonly string[]>> = {
  // Bodies above 8 KB, and text with markup or paths. The function bounds and checks each body, and never renders one.
  AWSManagedRulesCommonRuleSet: [
    'SizeRestrictions_BODY',
    'CrossSiteScripting_BODY',
    'GenericLFI_BODY',
    'GenericRFI_BODY',
    'EC2MetaDataSSRF_BODY',
  ],
  AWSManagedRulesKnownBadInputsRuleSet: [],
  AWSManagedRulesAmazonIpReputationList: [],
};

/** Headers that sign a request in, or that a client fills with words of its own. */
const PRIVATE_HEADERS = ['authorization', 'x-amz-security-token', 'idempotency-key', 'cookie', 'referer'] as const;

const visibility = (metricName: string): CfnWebACL.VisibilityConfigProperty => ({
  metricName,
  cloudWatchMetricsEnabled: true,
  sampledRequestsEnabled: false,
});

/** AWS's groups of rules first, then the rate of one address. */
const RULES: CfnWebACL.RuleProperty[] = [
  ...Object.entries(MANAGED).map(([name, counting], priority) => ({
    name,
    priority,
    overrideAction: { none: {} },
    statement: {
      managedRuleGroupStatement: {
        vendorName: 'AWS',
        name,
        ruleActionOverrides: counting.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
      },
    },
    visibilityConfig: visibility(name),
  })),
  {
    name: 'rate',
    priority: Object.keys(MANAGED).length,
    action: { block: {} },
    statement: { rateBasedStatement: { aggregateKeyType: 'IP', limit: RATE_LIMIT } },
    visibilityConfig: visibility('rate'),
  },
];

/** WAF in front of an API that the internet can reach. */
export class WebProtection extends Construct {
  constructor(scope: Construct, id: string, api: RestApi, settings: StageSettings) {
    super(scope, id);
    const acl = new CfnWebACL(this, 'Acl', {
      scope: 'REGIONAL',
      defaultAction: { allow: {} },
      visibilityConfig: visibility(webAclMetric(settings.cache.replicationGroupId)),
      // What a rule has matched would stand in the log too, bodies included.
      dataProtectionConfig: {
        dataProtections: [
          { action: 'SUBSTITUTION', field: { fieldType: 'BODY' } },
          { action: 'SUBSTITUTION', field: { fieldType: 'QUERY_STRING' } },
          { action: 'SUBSTITUTION', field: { fieldType: 'SINGLE_HEADER', fieldKeys: [...PRIVATE_HEADERS] } },
        ],
      },
      rules: RULES,
    });
    this.writeLog(acl, settings);
    new CfnWebACLAssociation(this, 'Association', {
      webAclArn: acl.attrArn,
      resourceArn: api.deploymentStage.stageArn,
    });
  }

  private writeLog(acl: CfnWebACL, settings: StageSettings): void {
    const log = new LogGroup(this, 'Log', {
      // WAF writes only to groups whose name begins so.
      logGroupName: `aws-waf-logs-${settings.cache.replicationGroupId}`,
      retention: settings.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    new CfnLoggingConfiguration(this, 'Logging', {
      resourceArn: acl.attrArn,
      logDestinationConfigs: [namedArn(this, 'logs', 'log-group', log.logGroupName)],
      redactedFields: [
        { uriPath: {} },
        { queryString: {} },
        ...PRIVATE_HEADERS.map((name) => ({ singleHeader: { Name: name } })),
      ],
    });
  }
}
