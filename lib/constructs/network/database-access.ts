import { Port, SecurityGroup, type ISecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import type { StageSettings } from '../../stages/settings';
import type { ExistingNetwork } from './existing-network';
import { SecretsManagerAccess } from './secrets-manager-access';

export interface DatabaseAccessProps {
  settings: StageSettings;
  network: ExistingNetwork;
  /** Worn by the functions, and owned by another stack. */
  clients: ISecurityGroup;
}

/**
 * The functions' ways to the database and, with a login by secret, to its password. Opens the database's own security group for
 * them, and them for it; nothing else of the database is touched.
 */
export class DatabaseAccess extends Construct {
  /** What a function that signs in needs in its environment beside the settings. */
  readonly environment: Readonly<Record<string, string>>;

  constructor(scope: Construct, id: string, { settings, network, clients }: DatabaseAccessProps) {
    super(scope, id);
    const { port, securityGroupId, secretArn } = settings.database;
    const group = SecurityGroup.fromSecurityGroupId(this, 'SecurityGroup', securityGroupId);
    group.addIngressRule(clients, Port.tcp(port), 'CarFin search and warm-up');
    clients.addEgressRule(group, Port.tcp(port), 'PostgreSQL over TLS');
    const route = settings.network.secretsManager;
    this.environment =
      secretArn === undefined || route === undefined
        ? {}
        : new SecretsManagerAccess(this, 'SecretsManager', { route, secretArn, network, clients }).environment;
  }
}
