import { DescribeCertificateCommand, type CertificateDetail } from '@aws-sdk/client-acm';
import type { StageSettings } from '../../lib/stages/settings';
import { attempt } from '../../lib/tools/preflight/attempt';
import { checkCertificate } from '../../lib/tools/preflight/certificate-check';
import { acm, named, settings } from './well-account';

const ARN = 'arn:aws:acm:ap-northeast-2:111122223333:certificate/0a1b2c3d-0000-4000-8000-000000000001';
const NAME = 'cars.carfin.kr';
const SUBJECT = 'certificate of the API';
const withName: StageSettings = { ...settings, api: { ...settings.api, domain: { name: NAME, certificateArn: ARN } } };

/** A certificate that is well, but for what is said. @param days until its end */
function arrange(changes: Partial<CertificateDetail> = {}, days = 200): void {
  const NotAfter = new Date(Date.now() + days * 86_400_000 + 3_600_000);
  const well: CertificateDetail = { DomainName: NAME, Status: 'ISSUED', Type: 'AMAZON_ISSUED', NotAfter };
  acm.on(DescribeCertificateCommand, { CertificateArn: ARN }).resolves({ Certificate: { ...well, ...changes } });
}

beforeEach(() => acm.reset());

const found = () => attempt(SUBJECT, () => checkCertificate(withName));

test.each<[string, Partial<CertificateDetail>]>([
  ['its name', {}],
  ['its name in capitals', { DomainName: 'Cars.CarFin.kr' }],
  ['a wildcard', { DomainName: '*.carfin.kr' }],
  ['one of several names', { DomainName: 'carfin.kr', SubjectAlternativeNames: ['carfin.kr', NAME] }],
])('one that is issued for %s is well', async (_, changes) => {
  arrange(changes);
  const [finding, ...others] = await found();
  expect(others).toStrictEqual([]);
  expect(finding).toMatchObject({
    level: 'ok',
    found: expect.stringMatching(/^issued for cars\.carfin\.kr, until 20\d\d-/) as unknown,
  });
});

test.each<[string, () => unknown, 'problem' | 'warning', RegExp, RegExp]>([
  [
    'no certificate',
    () => acm.on(DescribeCertificateCommand).rejects(named('ResourceNotFoundException')),
    'problem',
    /^there is no arn:aws:acm:\S+0001$/,
    /Set api\.domain\.certificateArn .*aws acm list-certificates --region ap-northeast-2 .*leave api\.domain out/,
  ],
  [
    'one that waits for its record',
    () => arrange({ Status: 'PENDING_VALIDATION' }),
    'problem',
    /^it is PENDING_VALIDATION, must be ISSUED$/,
    /aws acm describe-certificate --region ap-northeast-2 --certificate-arn arn:\S+0001 .*DomainValidationOptions/,
  ],
  ['a revoked one', () => arrange({ Status: 'REVOKED' }), 'problem', /^it is REVOKED/, /aws acm request-certificate/],
  [
    'one for another name',
    () => arrange({ DomainName: 'www.carfin.kr', SubjectAlternativeNames: ['carfin.kr'] }),
    'problem',
    /^it is for www\.carfin\.kr, carfin\.kr, and does not cover cars\.carfin\.kr$/,
    /correct api\.domain\.name/,
  ],
  ['a wildcard of two labels', () => arrange({ DomainName: '*.kr' }), 'problem', /does not cover/, /certificateArn/],
  [
    'one that has ended',
    () => arrange({ Type: 'IMPORTED' }, -1),
    'problem',
    /^it has ended: until 20/,
    /import the next one under the same ARN/,
  ],
  [
    'one that ACM has not renewed',
    () => arrange({}, 29),
    'warning',
    /^until 20\S+, 29 days$/,
    /ACM has not renewed it; .*aws acm describe-certificate .*RenewalSummary/,
  ],
  [
    'no permission',
    () => acm.on(DescribeCertificateCommand).rejects(named('AccessDeniedException')),
    'problem',
    /^it could not be looked at: AccessDeniedException/,
    /Allow the deployer this read-only action/,
  ],
])('%s is found, with what to do', async (_, prepare, level, says, advice) => {
  prepare();
  const [finding, ...others] = await found();
  expect(others).toStrictEqual([]);
  expect(finding?.level).toBe(level);
  expect(finding?.found).toMatch(says);
  expect(finding?.advice).toMatch(advice);
});

test('30 days are enough; without a name of its own nothing is asked', async () => {
  arrange({}, 30);
  expect((await found()).map(({ level }) => level)).toEqual(['ok']);
  acm.resetHistory();
  const { domain, ...api } = withName.api;
  expect(domain).toBeDefined();
  expect(await checkCertificate({ ...withName, api })).toStrictEqual([]);
  expect(acm.calls()).toHaveLength(0);
});
