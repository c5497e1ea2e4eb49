import type { StageInput } from '../../lib/stages/settings';
import { prod } from '../support/stages';

/**
 * Every option that the committed stages leave out: an API for the internet, key readers, a login by secret,
 * autoscaling.
 */
export const regional: StageInput = {
  ...prod,
  api: {
    exposure: 'regional',
    callers: [],
    domain: {
      name: 'cars.carfin.example',
      certificateArn: 'arn:aws:acm:ap-northeast-2:111122223333:certificate/0e0e0e0e-0000-4000-8000-000000000001',
    },
    oidc: {
      issuer: 'oidc.web-host.example',
      audience: 'https://carfin.example',
      subject: 'project:carfin:environment:production',
    },
  },
  keyReaders: { securityGroupIds: ['sg-0eeeeeeeeeeeeee99'], roleArns: ['arn:aws:iam::111122223333:role/analyst'] },
  database: { ...prod.database, secretArn: 'arn:aws:secretsmanager:ap-northeast-2:111122223333:secret:carfin-AbCdEf' },
  network: { ...prod.network, secretsManager: { by: 'new-endpoint' } },
  cache: { ...prod.cache, shards: 3, autoScaling: { minShards: 1, maxShards: 6, targetCpuPercent: 60 } },
  audit: { readerArns: ['arn:aws:iam::111122223333:role/privacy-officer'] },
  budgetTag: 'stage',
  // Every way to wake somebody.
  pages: [
    { webhook: 'arn:aws:secretsmanager:ap-northeast-2:111122223333:secret:pagerduty-AbCdEf' },
    { sms: '+821000000000' },
    { topic: 'arn:aws:sns:ap-northeast-2:111122223333:oncall' },
    { email: 'second@carfin.example' },
  ],
  chat: { webhook: 'arn:aws:secretsmanager:ap-northeast-2:111122223333:secret:chat-AbCdEf' },
  // Of six shards.
  monthlyBudgetUsd: 2_500,
};

/** Photos, and with them the one function that may reach out of the VPC. */
export const withImages = {
  ...prod,
  images: {
    origin: 'https://photos.carfin.example',
    path: '/{photo}001.jpg',
    photoPattern: 'carpicture\\d{2}/pic\\d{4}/\\d{1,10}_',
    subnetIds: ['subnet-0eeeeeeeeeeeeee1e', 'subnet-0eeeeeeeeeeeeee1f'],
    destinations: ['0.0.0.0/0'],
  },
} satisfies StageInput;
