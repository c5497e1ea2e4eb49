import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect, createServer } from 'node:tls';
import { makeCertificates } from '../../../../lib/tools/engines/certificates';
import { listen } from '../../../../lib/tools/engines/loopback';

const folders: string[] = [];
const newFolder = () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'carfin-certificates-'));
  folders.push(folder);
  return folder;
};
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** @returns what a client that trusts only this authority finds at 127.0.0.1: `trusted`, or the code of its refusal. */
async function handshake(certFile: string, keyFile: string, caFile: string): Promise<string> {
  const server = createServer({ cert: readFileSync(certFile), key: readFileSync(keyFile) });
  const client = connect({ host: '127.0.0.1', port: await listen(server), ca: readFileSync(caFile) });
  const outcome = await new Promise<string>((resolve) => {
    client.once('secureConnect', () => resolve('trusted'));
    client.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code ?? 'no code'));
  });
  client.destroy();
  server.close();
  return outcome;
}

test.each([
  ['for this machine', {}, 'trusted'],
  ['whose time is over', { expired: true }, 'CERT_HAS_EXPIRED'],
  ['for another host', { hosts: ['valkey.example.com'] }, 'ERR_TLS_CERT_ALTNAME_INVALID'],
])('a certificate %s: %s gives %s', async (_, options, expected) => {
  const { certFile, keyFile, caFile } = await makeCertificates(newFolder(), options);
  expect(await handshake(certFile, keyFile, caFile)).toBe(expected);
  expect(statSync(keyFile).mode & 0o777).toBe(0o600);
});

test('a certificate of another authority is refused', async () => {
  const [{ certFile, keyFile }, { caFile }] = await Promise.all([
    makeCertificates(newFolder()),
    makeCertificates(newFolder()),
  ]);
  expect(await handshake(certFile, keyFile, caFile)).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
});

test('of two authorities in one file each is trusted', async () => {
  const both = await Promise.all([makeCertificates(newFolder()), makeCertificates(newFolder())]);
  const authorities = path.join(newFolder(), 'authorities.pem');
  writeFileSync(authorities, both.map(({ caFile }) => readFileSync(caFile, 'utf8')).join(''));
  for (const { certFile, keyFile } of both) expect(await handshake(certFile, keyFile, authorities)).toBe('trusted');
});
