import type { SettingPath } from '../../stages/find-commands';

/** What a setting is, and what a deploy with another value does. */
export interface SettingNote {
  what: string;
  changed: string;
}

const IN_PLACE = 'in place';
const NEW_STAGE = 'another stage: new stacks beside the old ones, which stay';
const API = 'in place; the API is deployed anew';
const FUNCTIONS = 'in place; the functions start anew';

const note = (what: string, changed = IN_PLACE): SettingNote => ({ what, changed });

/** The page of the settings is made of these and of the schema; a setting without a note does not compile. */
export const SETTING_NOTES: Readonly<Record<SettingPath, SettingNote>> = {
  account: note('The AWS account', NEW_STAGE),
  region: note('The Region', NEW_STAGE),
  'network.vpcId': note("The database's VPC", 'refused by AWS: make another stage'),
  'network.availabilityZones': note('Zones of the nodes and the functions', FUNCTIONS),
  'network.subnetIds': note(
    'One subnet for each zone, in their order',
    `${FUNCTIONS}; nodes in a subnet that is left must move first`,
  ),
  'network.secretsManager.by': note('How functions reach Secrets Manager; only with `database.secretArn`'),
  'network.secretsManager.securityGroupId': note('Group of the endpoint that exists; gets a rule'),
  'network.secretsManager.destinations': note('Where NAT lets the functions go, port 443'),
  'network.secretsManager.reason': note('Why these addresses are open; becomes the description of the rule'),
  'database.instanceIdentifier': note('Name of the RDS for PostgreSQL instance'),
  'database.endpoint': note('Its host name', FUNCTIONS),
  'database.port': note('Its port', FUNCTIONS),
  'database.name': note('The database that holds the table', FUNCTIONS),
  'database.securityGroupId': note('Its security group; gets one rule for the functions'),
  'database.resourceId': note('Its resource id: the login by IAM names it'),
  'database.user': note('The role that reads the table (docs/deploy.md, step 2)', FUNCTIONS),
  'database.secretArn': note('Login by the password of this secret; without it by IAM, the better choice', FUNCTIONS),
  'cache.replicationGroupId': note('Name of the cluster, and first part of every other name', NEW_STAGE),
  'cache.nodeType': note('Size of a node', 'in place, node by node; writes fail for seconds at each failover'),
  'cache.engineVersion': note('Version of Valkey', 'in place, node by node; there is no way back'),
  'cache.durability': note(
    'Valkey 9.0 and newer: whether a write waits for a log across zones',
    'UNVERIFIED: choose before the first deploy',
  ),
  'cache.shards': note('Shards', 'in place, online; as the only change of that deploy'),
  'cache.replicasPerShard': note('Replicas of each shard', IN_PLACE),
  'cache.multiAz': note('Replicas lie in other zones than their primaries'),
  'cache.snapshotRetentionDays': note('Days that snapshots are kept'),
  'cache.snapshotWindow': note('When the daily snapshot is taken, UTC'),
  'cache.maintenanceWindow': note('When AWS may replace or patch a node, UTC'),
  'cache.retainData': note('A final snapshot is kept, and deletion refused'),
  'cache.autoScaling.minShards': note('Fewest shards'),
  'cache.autoScaling.maxShards': note('Most shards'),
  'cache.autoScaling.targetCpuPercent': note("CPU of the primaries' engines to hold, %"),
  'cache.globalDatastore.suffix': note('Second half of the id of the copy in other Regions', 'replaces the datastore'),
  'cache.globalDatastore.id': note('Its id, an output of the first deploy'),
  'cache.globalDatastore.secondaries': note(
    'The other Regions, with VPC, zones and subnets',
    'adds or removes clusters there',
  ),
  'cache.readOnlyKeyPatterns': note('Search may not write the index (`%R~` patterns)'),
  'api.exposure': note('Through an endpoint of the VPC, or from the internet with IAM and WAF', 'another URL'),
  'api.callers': note('Roles and users that may call, by ARN or as `{ principal, scopes }`', API),
  'api.otherAccounts': note('Accounts whose roles and users may be callers too', API),
  'api.logRole': note('Whether a deploy makes the role for logs that the account has for all its APIs, or it exists'),
  'api.domain.name': note(
    'A name for the API that outlives its id: callers use it',
    'another URL; the record in DNS is yours',
  ),
  'api.domain.certificateArn': note("Certificate of ACM that covers the name, in the stage's account and Region"),
  'api.vpcEndpointId': note('An execute-api endpoint that exists; without it one is made', API),
  'api.vpcEndpointSecurityGroupId': note('Group of that endpoint; gets a rule for each caller'),
  'api.callerSecurityGroupIds': note('Groups of the callers that the endpoint does not admit yet'),
  'api.privateDns': note('Private DNS of the endpoint that is made: hides public APIs from the VPC'),
  'api.oidc.issuer': note('Issuer of the web host’s tokens, without https://'),
  'api.oidc.audience': note('Audience of the tokens'),
  'api.oidc.subject': note('Subject of the tokens: project and environment'),
  'api.oidc.provider': note('`exists` where the account has a provider for the issuer: it is left as it is'),
  'api.oidc.scopes': note('What the web host may: `search`, `conversation`, `erase`', API),
  'images.origin': note('Where the photos lie', FUNCTIONS),
  'images.path': note('How the photo column becomes a path there', FUNCTIONS),
  'images.photoPattern': note('Regular expression of the photos that are asked for', FUNCTIONS),
  'images.subnetIds': note('One subnet for each zone, with a route out through NAT', FUNCTIONS),
  'images.destinations': note('Where the images function may go, port 443'),
  'images.memoryMib': note("Photos' share of Valkey's memory, MiB", FUNCTIONS),
  'keyReaders.securityGroupIds': note('Groups from which others may read keys'),
  'keyReaders.roleArns': note('Roles that may connect as the read-only user'),
  'concurrency.search.most': note('Most environments of search at once'),
  'concurrency.search.alwaysWarm': note('Environments of search that are kept warm'),
  'concurrency.conversation.most': note('Most environments of conversation at once'),
  'concurrency.conversation.alwaysWarm': note('Environments of conversation that are kept warm'),
  'concurrency.events.most': note('Most environments that wait for events at once'),
  'concurrency.events.alwaysWarm': note('Environments of events that are kept warm'),
  freshnessSeconds: note('How often the warm-up looks whether the table has changed, s; below 60 it costs more'),
  canary: note(
    'Whether a tenth of the requests tries new code of search and conversation for ten minutes, and an alarm ' +
      'that people feel takes the deploy back',
    'from the next deploy on',
  ),
  logRetention: note('Days that logs are kept'),
  'audit.retention': note('Days that the audit log is kept: who read, changed or removed what people said'),
  'audit.readerArns': note('Roles that may read the audit log; nobody without it'),
  alarmEmails: note('Who gets a mail of every alarm; each confirms one once'),
  noticeEmails: note('Who gets what can wait for the morning; `alarmEmails` unless given'),
  pages: note(
    'What wakes, beside the mail: a list of `{ webhook }`, `{ sms }`, `{ topic }` or `{ email }`; none wakes nobody',
  ),
  'chat.webhook': note('Secret with the URL of a chat (Slack or what takes the same) that gets first messages'),
  runbookUrl: note('Where docs/runbooks can be read by whoever is woken: alarms link there'),
  monthlyBudgetUsd: note('The estimate may not exceed it, USD a month'),
  budgetTag: note('Key of the tag by which AWS counts what the stage costs, and pages beyond `monthlyBudgetUsd`'),
  tags: note('Tags of everything that can have some'),
};
