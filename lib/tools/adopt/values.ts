import type { Account, FoundSubnet } from './account';

/** A setting with its value, where that comes from, and what else was possible. */
export interface FoundValue {
  path: string;
  value: unknown;
  comment: string;
}

/** What nobody can read from an account. */
export interface Said {
  callers?: string[] | undefined;
  callerSecurityGroupIds?: string[] | undefined;
  emails?: string[] | undefined;
  budget?: number | undefined;
}

/** What a settings file says already, and the account does not decide. */
interface Existing {
  exposure: string | undefined;
  /** Of a stage that is there: under another name it would be another stage beside the first. */
  replicationGroupId: string | undefined;
}

/** Free addresses that functions, nodes and endpoints want in a subnet. */
const ADDRESSES = 24;

/**
 * @returns the settings that the account and its user decide, in the order of the file.
 * @throws Error if the VPC has no room in two zones
 */
export function foundValues(stage: string, found: Account, said: Said, has?: Existing): FoundValue[] {
  const values: Values = [
    { path: 'account', value: found.account, comment: 'of the credentials' },
    { path: 'region', value: found.region, comment: 'of the credentials, or --region' },
    ...networkValues(found),
    ...databaseValues(found),
    {
      path: 'cache.replicationGroupId',
      value: has?.replicationGroupId ?? freeName(`carfin-${stage}`, found.clusters),
      comment: `free; taken in this Region: ${listed(found.clusters)}`,
    },
    ...apiValues(found, said, has),
    said.emails && { path: 'alarmEmails', value: said.emails, comment: 'as given (--email)' },
    said.budget === undefined
      ? undefined
      : { path: 'monthlyBudgetUsd', value: said.budget, comment: 'as given (--budget)' },
  ];
  return values.filter((each) => each !== undefined && each !== false);
}

/** What may or may not be there. */
type Values = (FoundValue | undefined | false)[];

function networkValues(found: Account): Values {
  const subnets = subnetsOf(found);
  const others = found.subnets.filter((each) => !subnets.includes(each)).map(({ id, zone }) => `${id} (${zone})`);
  const free = subnets.map(({ freeAddresses }) => freeAddresses).join(', ');
  return [
    { path: 'network.vpcId', value: found.vpcId, comment: `the database's VPC` },
    {
      path: 'network.availabilityZones',
      value: subnets.map(({ zone }) => zone),
      comment: 'of the subnets, in their order',
    },
    {
      path: 'network.subnetIds',
      value: subnets.map(({ id }) => id),
      comment: `most free addresses (${free}); also possible: ${listed(others)}`,
    },
  ];
}

function databaseValues({ database }: Account): Values {
  const from = `from the RDS instance ${database.instanceIdentifier}`;
  const [group = '', ...moreGroups] = database.securityGroupIds;
  return [
    { path: 'database.instanceIdentifier', value: database.instanceIdentifier, comment: 'as given' },
    { path: 'database.endpoint', value: database.endpoint, comment: from },
    { path: 'database.port', value: database.port, comment: from },
    database.name === undefined
      ? undefined
      : { path: 'database.name', value: database.name, comment: `${from}: the one that it was created with` },
    { path: 'database.securityGroupId', value: group, comment: `${from}; also worn: ${listed(moreGroups)}` },
    { path: 'database.resourceId', value: database.resourceId, comment: from },
  ];
}

function apiValues(found: Account, said: Said, has?: Existing): Values {
  // A regional API passes no endpoint.
  const isRegional = has?.exposure === 'regional';
  const [endpoint, ...others] = isRegional ? [] : found.apiEndpoints;
  // A file that exists has its callers; a new one begins with whoever asks the database today.
  const asksToday = has === undefined && found.clients.length > 0;
  const callerGroups = said.callerSecurityGroupIds ?? (asksToday ? found.clients : undefined);
  const groupsFrom = said.callerSecurityGroupIds
    ? 'as given (--caller-group)'
    : `admitted by ${found.database.securityGroupIds[0] ?? ''} to the database; others by --caller-group`;
  return [
    said.callers && { path: 'api.callers', value: said.callers, comment: 'as given (--caller)' },
    endpoint && {
      path: 'api.vpcEndpointId',
      value: endpoint.id,
      comment:
        'exists in the VPC; a second one would cost as much again. Others: ' + listed(others.map(({ id }) => id)),
    },
    endpoint && {
      path: 'api.vpcEndpointSecurityGroupId',
      value: endpoint.groupIds[0] ?? '',
      comment: `of ${endpoint.id}: gets a rule for each of callerSecurityGroupIds`,
    },
    !isRegional &&
      callerGroups && {
        path: 'api.callerSecurityGroupIds',
        value: callerGroups,
        comment: `${groupsFrom}; the VPC has ${listed(found.groups.map(({ id, name }) => `${id} (${name})`))}`,
      },
  ];
}

const listed = (names: readonly string[]) => (names.length === 0 ? 'none' : names.slice(0, 12).join(', '));

/** The roomiest subnet of each zone, of the two roomiest zones. */
function subnetsOf({ vpcId, subnets }: Account): FoundSubnet[] {
  const best = new Map<string, FoundSubnet>();
  for (const subnet of subnets)
    if (subnet.freeAddresses >= ADDRESSES && !best.has(subnet.zone)) best.set(subnet.zone, subnet);
  const chosen = [...best.values()].slice(0, 2).sort((a, b) => (a.zone < b.zone ? -1 : 1));
  if (chosen.length === 2) return chosen;
  const has = subnets.map(({ id, zone, freeAddresses }) => `${id} in ${zone} with ${freeAddresses}`);
  throw new Error(
    `${vpcId} needs subnets with ${ADDRESSES} free addresses in two zones; it has ${listed(has)}. Make one in ` +
      'another zone, and run this again.',
  );
}

function freeName(wanted: string, taken: readonly string[]): string {
  const base = wanted.slice(0, 18).replace(/-$/, '');
  for (let n = 1; ; n++) {
    const name = n === 1 ? base : `${base}-${n}`;
    if (!taken.includes(name)) return name;
  }
}
