import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { generate } from 'selfsigned';

const DAY_MS = 86_400_000;

export interface CertificateFiles {
  caFile: string;
  certFile: string;
  keyFile: string;
}

/**
 * Makes a certificate authority and a server certificate that it signed, as PEM files in the folder.
 * @param options.hosts names and addresses of the server; `expired` makes a certificate whose time is over; `authority`
 * is the folder of another call whose authority signs this one too.
 */
export async function makeCertificates(
  folder: string,
  options: { hosts?: readonly string[]; expired?: boolean; authority?: string } = {},
): Promise<CertificateFiles> {
  const { hosts = ['127.0.0.1', 'localhost'], expired = false, authority: signer } = options;
  const inAYear = new Date(Date.now() + 365 * DAY_MS);
  const common = { keyType: 'ec', algorithm: 'sha256', notBeforeDate: new Date(Date.now() - 2 * DAY_MS) } as const;
  // Named apart: of two authorities with one name in a file, the wrong one may be tried.
  const name = `CarFin local authority ${randomBytes(4).toString('hex')}`;
  const authority =
    signer === undefined
      ? await generate([{ name: 'commonName', value: name }], {
          ...common,
          notAfterDate: inAYear,
          extensions: [
            { name: 'basicConstraints', cA: true, critical: true },
            { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
          ],
        })
      : authorityOf(signer);
  const server = await generate([{ name: 'commonName', value: hosts[0] ?? 'localhost' }], {
    ...common,
    notAfterDate: expired ? new Date(Date.now() - DAY_MS) : inAYear,
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: 'basicConstraints', cA: false },
      {
        name: 'subjectAltName',
        altNames: hosts.map((host) => (/^[\d.]+$/.test(host) ? { type: 7, ip: host } : { type: 2, value: host })),
      },
      // Cluster nodes are each other's clients.
      { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
    ],
  });
  const write = (file: string, pem: string) => {
    const whole = path.join(folder, file);
    // With the newline that it lacks, so that files can be put together.
    writeFileSync(whole, `${pem.trimEnd()}\n`, { mode: 0o600 });
    return whole;
  };
  write(AUTHORITY_KEY, authority.private);
  return {
    caFile: write(AUTHORITY, authority.cert),
    certFile: write('server.pem', server.cert),
    keyFile: write('server-key.pem', server.private),
  };
}

const AUTHORITY = 'ca.pem';
const AUTHORITY_KEY = 'ca-key.pem';

function authorityOf(folder: string): { cert: string; private: string } {
  const read = (file: string) => readFileSync(path.join(folder, file), 'utf8');
  return { cert: read(AUTHORITY), private: read(AUTHORITY_KEY) };
}
