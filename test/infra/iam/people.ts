import { SCOPES, type Caller, type Scope } from '../../../lib/stages/api-settings';
import type { SynthesisedStage } from '../templates';
import type { Account } from './account';
import type { Delivery } from './deliveries';
import type { Context } from './statement';

const STRANGER = 'arn:aws:iam::444455556666:role/x';

/** A request of each scope. */
const ASKED: Readonly<Record<Scope, string>> = {
  search: 'GET/v1/vehicles/search',
  conversation: 'POST/v1/sessions',
  erase: 'DELETE/v1/users/kim',
};

/** Callers of the API by scope, readers of keys, the web host, the operator and the owner of the key. */
export function peoplesDeliveries(account: Account, stage: SynthesisedStage): Delivery[] {
  const { settings, service, cache } = stage;
  const { values } = account;
  const { api, keyReaders } = settings;
  const at = (pattern: string) => values.at(service.stackName, pattern);
  const webHost = api.exposure === 'regional' && api.oidc !== undefined ? api.oidc : undefined;
  const heartbeat = values
    .all('AWS::Lambda::Function')
    .filter(({ Properties }) => String(Properties.FunctionName).endsWith('-heartbeat'))
    .map((each) => values.text(each.stack, each.Properties.Role));
  const callers: Caller[] = [
    ...api.callers,
    ...heartbeat.map((principal): Caller => ({ principal, scopes: ['search'] })),
    ...(webHost === undefined
      ? []
      : [{ principal: values.output(service.stackName, 'WebHostRoleArn'), scopes: webHost.scopes }]),
  ];
  const rows = callers.flatMap((caller) => callerRows(account, caller, api.exposure === 'private'));
  if (webHost !== undefined) {
    const [provider] = values.all('AWS::IAM::OIDCProvider');
    const context: Context = {
      [`${webHost.issuer}:aud`]: webHost.audience,
      [`${webHost.issuer}:sub`]: webHost.subject,
    };
    rows.push({
      what: 'token of the web host -> its role',
      request: {
        principal: { kind: 'Federated', id: provider === undefined ? '' : values.arnOf(provider) },
        action: 'sts:AssumeRoleWithWebIdentity',
        resource: values.output(service.stackName, 'WebHostRoleArn'),
        context,
      },
      twins: { 'another project': { context: { ...context, [`${webHost.issuer}:sub`]: 'project:other' } } },
    });
  }
  const readers = keyReaders.roleArns.length === 0 ? undefined : values.output(cache.stackName, 'KeyReaderRoleArn');
  for (const id of readers === undefined ? [] : keyReaders.roleArns)
    rows.push({
      what: `${id} -> the role of key readers`,
      request: { principal: { kind: 'AWS', id }, action: 'sts:AssumeRole', resource: readers ?? '', context: {} },
      twins: { 'another role': { principal: { kind: 'AWS', id: at('arn:aws:iam::A:role/other') } } },
    });
  for (const resource of readers === undefined ? [] : ['replicationgroup:GROUP', 'user:GROUP-key-reader'])
    rows.push({
      what: 'key readers -> Valkey',
      request: {
        principal: { kind: 'AWS', id: readers ?? '' },
        action: 'elasticache:Connect',
        resource: at('arn:aws:elasticache:R:A:') + resource.replace('GROUP', settings.cache.replicationGroupId),
        context: {},
      },
      twins: {
        'as search': { resource: at('arn:aws:elasticache:R:A:user:') + `${settings.cache.replicationGroupId}-search` },
      },
    });
  return rows;
}

function callerRows(account: Account, { principal, scopes }: Caller, isPrivate: boolean): Delivery[] {
  const { values } = account;
  const [api] = values.all('AWS::ApiGateway::RestApi');
  if (api === undefined) throw new Error('The stage has no API.');
  const [endpoint] = values
    .all('AWS::EC2::VPCEndpoint')
    .filter(({ Properties }) => JSON.stringify(Properties.ServiceName).includes('execute-api'));
  const through = isPrivate && endpoint !== undefined ? values.refOf(endpoint) : undefined;
  const resourceOf = (asked: string) => `${account.apiArn(api)}/live/${asked}`;
  const refused = SCOPES.filter((scope) => !scopes.includes(scope));
  const context: Context = through === undefined ? {} : { 'aws:SourceVpce': through };
  const own = principal.replace(/(role|user)\/.*/, 'role/other');
  return scopes.map((scope) => ({
    what: `${principal} -> API, ${scope}`,
    request: {
      principal: { kind: 'AWS', id: principal },
      action: 'execute-api:Invoke',
      resource: resourceOf(ASKED[scope]),
      context,
    },
    ...(through === undefined ? {} : { through }),
    twins: {
      'another role of the account': { principal: { kind: 'AWS', id: own } },
      'another account': { principal: { kind: 'AWS', id: STRANGER } },
      ...Object.fromEntries(
        refused.map((each) => [`${each}, which it may not`, { resource: resourceOf(ASKED[each]) }]),
      ),
      ...(through === undefined ? {} : { 'not through the endpoint': { context: { 'aws:SourceVpce': 'vpce-other' } } }),
    },
  }));
}
