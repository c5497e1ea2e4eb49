import { Peer, Port, SecurityGroup, type SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { ENV } from '../../../lambda/contract/environment';
import { PORT } from '../cache/cache-security-groups';
import type { ValkeyCache } from '../cache/valkey-cache';
import type { ImageSettings } from '../../stages/image-settings';
import { existingSubnets, type ExistingNetwork } from './existing-network';
import { closedGroup } from '../closed-group';

interface ImageAccessProps {
  images: ImageSettings;
  availabilityZones: readonly string[];
  network: ExistingNetwork;
  cache: ValkeyCache;
}

/**
 * The way out of the VPC that photos need, for their function alone: a security group and subnets of its own, so that
 * what talks to the database and to people's data still reaches nothing outside.
 */
export class ImageAccess extends Construct {
  readonly subnets: SubnetSelection;
  readonly securityGroup: SecurityGroup;
  /** What the function needs beside the variables of every function. */
  readonly environment: Readonly<Record<string, string>>;

  constructor(scope: Construct, id: string, { images, availabilityZones, network, cache }: ImageAccessProps) {
    super(scope, id);
    this.subnets = existingSubnets(this, images.subnetIds, availabilityZones);
    this.securityGroup = closedGroup(
      this,
      'SecurityGroup',
      network.vpc,
      'CarFin photos: out to their origin, and to Valkey',
    );
    // By its id, so that the rules stand in this stack: the cluster's knows nothing of photos.
    const nodes = SecurityGroup.fromSecurityGroupId(this, 'Nodes', cache.nodes.securityGroupId);
    nodes.addIngressRule(this.securityGroup, Port.tcp(PORT), 'Valkey over TLS');
    this.securityGroup.addEgressRule(nodes, Port.tcp(PORT), 'Valkey over TLS');
    for (const destination of images.destinations) {
      const peer = destination.startsWith('pl-') ? Peer.prefixList(destination) : Peer.ipv4(destination);
      this.securityGroup.addEgressRule(peer, Port.HTTPS, `Photos from ${images.origin}`);
    }
    this.environment = {
      [ENV.imageOrigin]: images.origin,
      [ENV.imagePath]: images.path,
      [ENV.imagePhotoPattern]: images.photoPattern,
      [ENV.imageMemoryMib]: String(images.memoryMib),
    };
  }
}
