import { Fn } from 'aws-cdk-lib';
import {
  BasePathMapping,
  CfnBasePathMappingV2,
  CfnDomainNameAccessAssociation,
  CfnDomainNameV2,
  DomainName,
  EndpointType,
  SecurityPolicy,
  type RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { InterfaceVpcEndpoint, type IInterfaceVpcEndpoint } from 'aws-cdk-lib/aws-ec2';
import { AnyPrincipal, Effect, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { StageSettings } from '../../stages/settings';

interface ApiDomainProps {
  domain: NonNullable<StageSettings['api']['domain']>;
  api: RestApi;
  /** Of a private API. */
  vpcEndpoint?: IInterfaceVpcEndpoint;
}

/**
 * A name for the API that stays when its id changes. Requests by it meet the API's own policy as well; the default name
 * goes on working beside it. The record in DNS belongs to who owns the zone.
 */
export class ApiDomain extends Construct {
  readonly url: string;
  /** What the record must lead to; of an endpoint that exists it is not known here. */
  readonly target: string | undefined;

  constructor(scope: Construct, id: string, { domain, api, vpcEndpoint }: ApiDomainProps) {
    super(scope, id);
    this.url = `https://${domain.name}`;
    this.target = vpcEndpoint === undefined ? this.regional(domain, api) : this.private(domain, api, vpcEndpoint);
  }

  private regional({ name, certificateArn }: ApiDomainProps['domain'], restApi: RestApi): string {
    const domainName = new DomainName(this, 'Name', {
      domainName: name,
      certificate: Certificate.fromCertificateArn(this, 'Certificate', certificateArn),
      endpointType: EndpointType.REGIONAL,
      securityPolicy: SecurityPolicy.TLS_1_2,
    });
    new BasePathMapping(this, 'Mapping', { domainName, restApi });
    return domainName.domainNameAliasDomainName;
  }

  /** As the API Gateway guide does it (apigateway-private-custom-domains-cfn). */
  private private(
    { name, certificateArn }: ApiDomainProps['domain'],
    api: RestApi,
    vpcEndpoint: IInterfaceVpcEndpoint,
  ): string | undefined {
    const { vpcEndpointId } = vpcEndpoint;
    const { attrDomainNameArn: domainNameArn } = new CfnDomainNameV2(this, 'Name', {
      domainName: name,
      certificateArn,
      endpointConfiguration: { types: [EndpointType.PRIVATE] },
      securityPolicy: SecurityPolicy.TLS_1_2,
      policy: throughEndpointOnly(vpcEndpointId),
    });
    const stage = api.deploymentStage;
    new CfnBasePathMappingV2(this, 'Mapping', {
      domainNameArn,
      restApiId: api.restApiId,
      stage: stage.stageName,
    }).node.addDependency(stage);
    new CfnDomainNameAccessAssociation(this, 'Association', {
      domainNameArn,
      accessAssociationSource: vpcEndpointId,
      accessAssociationSourceType: 'VPCE',
    });
    if (!(vpcEndpoint instanceof InterfaceVpcEndpoint)) return undefined;
    // `<zone>:<name>`, the Regional name first.
    return Fn.select(1, Fn.split(':', Fn.select(0, vpcEndpoint.vpcEndpointDnsEntries)));
  }
}

/** Of the name alone, which denies everybody by default. Who may call stands in the API's own policy. */
function throughEndpointOnly(vpcEndpointId: string): PolicyDocument {
  const everything = {
    principals: [new AnyPrincipal()],
    actions: ['execute-api:Invoke'],
    resources: ['execute-api:/*'],
  };
  return new PolicyDocument({
    statements: [
      new PolicyStatement(everything),
      new PolicyStatement({
        ...everything,
        effect: Effect.DENY,
        conditions: { StringNotEquals: { 'aws:SourceVpce': vpcEndpointId } },
      }),
    ],
  });
}
