import { Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import type { StageSettings } from '../../stages/settings';
import type { ExistingNetwork } from './existing-network';
import { SecretsManagerAccess } from './secrets-manager-access';
import { closedGroup } from '../closed-group';

interface DatabaseAccessProps {
  settings: StageSettings;
  network: ExistingNetwork;
}

/**
 * The functions' ways to the database and, with a login by secret, to its password. Opens the database's own security
 * group for them, and them for it; nothing else of the database is touched.
 */
export class DatabaseAccess extends Construct {
  /** What a function that signs in needs in its environment beside the settings. */
  readonly environment: Readonly<Record<string, string>>;
  /**
   * Worn by the functions that ask the database, and by nobody else: who wears the cluster's published group does not
   * reach it.
   */
  readonly clients: SecurityGroup;

  constructor(scope: Construct, id: string, { settings, network }: DatabaseAccessProps) {
    super(scope, id);
    const { port, securityGroupId, secretArn } = settings.database;
    this.clients = closedGroup(
      this,
      'Clients',
      network.vpc,
      `Functions of ${settings.cache.replicationGroupId} that ask the database`,
    );
    const group = SecurityGroup.fromSecurityGroupId(this, 'SecurityGroup', securityGroupId);
    group.addIngressRule(this.clients, Port.tcp(port), 'CarFin search and warm-up');
    this.clients.addEgressRule(group, Port.tcp(port), 'PostgreSQL over TLS');
    const route = settings.network.secretsManager;
    this.environment =
      secretArn === undefined || route === undefined
        ? {}
        : new SecretsManagerAccess(this, 'SecretsManager', { route, secretArn, network, clients: this.clients })
            .environment;
  }
}
