import { ACMClient, DescribeCertificateCommand, type CertificateDetail } from '@aws-sdk/client-acm';
import type { StageSettings } from '../../stages/settings';
import { orNothing } from '../text/aws-errors';
import { ok, problem, warning, type Finding } from './finding';

const SUBJECT = 'certificate of the API';
const DAY_MS = 86_400_000;
/** ACM renews its own earlier than that (ACM guide, managed-renewal): one that has fewer days left was not renewed. */
const SOON_DAYS = 30;

/** Whether the certificate of the API's own name is there, issued, for that name, and not about to end. */
export async function checkCertificate({ region, api: { domain } }: StageSettings): Promise<Finding | Finding[]> {
  if (domain === undefined) return [];
  const { name, certificateArn } = domain;
  const list =
    `aws acm list-certificates --region ${region} ` +
    '--query "CertificateSummaryList[].[DomainName,CertificateArn,Status]"';
  const client = new ACMClient({ region });
  const answer = await orNothing(client.send(new DescribeCertificateCommand({ CertificateArn: certificateArn })));
  const found = answer?.Certificate;
  if (found === undefined)
    return problem(
      SUBJECT,
      `there is no ${certificateArn}`,
      `Set api.domain.certificateArn to one of ${region}: ${list}; or leave api.domain out.`,
    );
  return (
    statusFinding(found, certificateArn, region) ??
    nameFinding(found, name, list) ??
    endFinding(found, name, certificateArn, region)
  );
}

/** API Gateway takes one that is issued, and no other. */
function statusFinding({ Status }: CertificateDetail, arn: string, region: string): Finding | undefined {
  if (Status === 'ISSUED') return undefined;
  return problem(
    SUBJECT,
    `it is ${Status ?? 'in no state'}, must be ISSUED`,
    Status === 'PENDING_VALIDATION'
      ? 'Make the record that ACM waits for: ' +
          `aws acm describe-certificate --region ${region} --certificate-arn ${arn} ` +
          '--query "Certificate.DomainValidationOptions[].ResourceRecord"'
      : `Request another (aws acm request-certificate --region ${region} --validation-method DNS ` +
          '--domain-name <name>) and set api.domain.certificateArn to it.',
  );
}

function nameFinding({ DomainName = '', SubjectAlternativeNames = [] }: CertificateDetail, name: string, list: string) {
  const names = [...new Set([DomainName, ...SubjectAlternativeNames])].filter((each) => each !== '');
  if (names.some((each) => covers(each.toLowerCase(), name))) return undefined;
  return problem(
    SUBJECT,
    `it is for ${names.join(', ')}, and does not cover ${name}`,
    `Set api.domain.certificateArn to one that does (${list}), or correct api.domain.name.`,
  );
}

/** A wildcard stands for one label and no more (ACM guide, acm-certificate-characteristics). */
function covers(certified: string, name: string): boolean {
  return certified === name || (certified.startsWith('*.') && certified.slice(1) === name.slice(name.indexOf('.')));
}

function endFinding({ NotAfter, Type }: CertificateDetail, name: string, arn: string, region: string): Finding {
  if (NotAfter === undefined) return ok(SUBJECT, `issued for ${name}`);
  const days = Math.floor((NotAfter.getTime() - Date.now()) / DAY_MS);
  const until = `until ${NotAfter.toISOString().slice(0, 10)}`;
  if (days >= SOON_DAYS) return ok(SUBJECT, `issued for ${name}, ${until}`);
  const way =
    Type === 'AMAZON_ISSUED'
      ? 'ACM has not renewed it; see why, and keep its record in DNS: ' +
        `aws acm describe-certificate --region ${region} --certificate-arn ${arn} --query "Certificate.RenewalSummary"`
      : 'ACM renews none that was imported; import the next one under the same ARN: ' +
        `aws acm import-certificate --region ${region} --certificate-arn ${arn} ` +
        '--certificate fileb://… --private-key fileb://…';
  return days < 0 ? problem(SUBJECT, `it has ended: ${until}`, way) : warning(SUBJECT, `${until}, ${days} days`, way);
}
