import { Match } from 'aws-cdk-lib/assertions';
import { prod } from '../support/stages';
import { Account } from './iam/account';
import { regional } from './inputs';
import { OPTIONS } from './options';
import { synthesise, type SynthesisedStage } from './templates';

const NAME = 'cars.carfin.example';
const options = (name: string) => synthesise(name, OPTIONS[name] ?? prod);
const outputs = ({ service }: SynthesisedStage) =>
  service.template.toJSON().Outputs as Record<string, { Value: unknown } | undefined>;

test('callers of a stage with a domain get the domain, without the API’s stage; its heartbeat needs no record', () => {
  for (const stage of [synthesise('regional', regional), options('nat'), options('existing-endpoints')]) {
    expect(outputs(stage).ApiUrl?.Value).toBe(`https://${NAME}`);
    stage.service.template.hasResourceProperties('AWS::SSM::Parameter', { Value: `https://${NAME}` });
    const [heartbeat] = Object.values(
      stage.service.template.findResources('AWS::Lambda::Function', {
        Properties: { FunctionName: 'carfin-prod-heartbeat' },
      }),
    ) as { Properties: { Environment: unknown } }[];
    expect(JSON.stringify(heartbeat?.Properties.Environment)).toMatch(/API_URL.*execute-api.*\/live/);
  }
});

test('a regional domain leads to the API, by TLS 1.2 and newer, and says where its record must lead', () => {
  const stage = synthesise('regional', regional);
  stage.service.template.hasResourceProperties('AWS::ApiGateway::DomainName', {
    DomainName: NAME,
    EndpointConfiguration: { Types: ['REGIONAL'] },
    SecurityPolicy: 'TLS_1_2',
  });
  stage.service.template.resourceCountIs('AWS::ApiGateway::BasePathMapping', 1);
  expect(JSON.stringify(outputs(stage).ApiDomainTarget)).toContain('RegionalDomainName');
});

test.each(['nat', 'existing-endpoints'])(
  'a private domain (%s) leads to the API by its endpoint, and by no other',
  (name) => {
    const stage = options(name);
    const { template } = stage.service;
    template.hasResourceProperties('AWS::ApiGateway::DomainNameV2', {
      DomainName: NAME,
      EndpointConfiguration: { Types: ['PRIVATE'] },
      SecurityPolicy: 'TLS_1_2',
    });
    template.hasResource('AWS::ApiGateway::BasePathMappingV2', { DependsOn: Match.anyValue() });
    const account = new Account(stage);
    const [domain] = account.values.all('AWS::ApiGateway::DomainNameV2');
    const [association] = account.values.all('AWS::ApiGateway::DomainNameAccessAssociation');
    if (domain === undefined || association === undefined) throw new Error('A private domain needs both.');
    const { AccessAssociationSource, DomainNameArn } = account.values.resolve(
      association.stack,
      association.Properties,
    ) as Record<string, string>;
    expect(DomainNameArn).toBe(account.values.refOf(domain));
    const asks = (vpce: string | undefined) =>
      account.allows({
        principal: { kind: 'AWS', id: 'arn:aws:iam::111122223333:role/carfin-agents' },
        action: 'execute-api:Invoke',
        resource: `${DomainNameArn ?? ''}/v1/health`,
        context: vpce === undefined ? {} : { 'aws:SourceVpce': vpce },
      });
    expect([asks(AccessAssociationSource), asks('vpce-0123456789abcdef9'), asks(undefined)]).toEqual([
      true,
      false,
      false,
    ]);
    // The name of an endpoint that exists is not known here.
    expect(outputs(stage).ApiDomainTarget === undefined).toBe(name === 'existing-endpoints');
  },
);

test('a stage without one keeps the name that AWS gave', () => {
  const stage = synthesise('prod', prod);
  expect(outputs(stage).ApiDomainTarget).toBeUndefined();
  expect(JSON.stringify(outputs(stage).ApiUrl)).toContain('execute-api');
});
