import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeTemporaryFolder } from '../../engines/run-folder';
import { ENV } from '../../../../lambda/contract/environment';
import { makeCertificates } from '../../engines/certificates';
import type { Fault } from '../lab/fault';
import { AdminConnections } from '../lab/admin-connections';
import type { Lab } from '../lab/lab';

const signOut = (lab: Lab) => lab.cluster.everywhere('CLIENT', 'KILL', 'USER', 'search');

/** Changes the user of the search function on every node, and ends its connections. */
const changeUser =
  (...rules: string[]) =>
  async (lab: Lab) => {
    await lab.cluster.everywhere('ACL', 'SETUSER', 'search', ...rules);
    await signOut(lab);
  };

const restoreUser = ({ cluster }: Lab) => cluster.restoreUser('search');

const admins = new AdminConnections();
let folder = '';

/** Every node shows another certificate from its next connection on; those of the functions are ended. */
async function showCertificate(lab: Lab, options?: Parameters<typeof makeCertificates>[1]): Promise<void> {
  folder = makeTemporaryFolder('certificates');
  const { certFile, keyFile, caFile } = await makeCertificates(folder, options);
  const both = readFileSync(lab.cluster.caFile, 'utf8') + readFileSync(caFile, 'utf8');
  writeFileSync(path.join(folder, 'authorities.pem'), both);
  await admins.open(lab);
  await admins.everywhere('CONFIG', 'SET', 'tls-cert-file', certFile, 'tls-key-file', keyFile);
  await admins.everywhere('CLIENT', 'KILL', 'USER', 'search');
}

async function showOwnCertificate(lab: Lab): Promise<void> {
  const own = path.dirname(lab.cluster.caFile);
  const files = ['tls-cert-file', path.join(own, 'server.pem'), 'tls-key-file', path.join(own, 'server-key.pem')];
  await admins.everywhere('CONFIG', 'SET', ...files);
  admins.close();
  rmSync(folder, { recursive: true, force: true });
  await lab.cluster.untilOk();
}

/** Who signs in, with what, over which certificate. */
export const ACCESS_FAULTS: readonly Fault[] = [
  {
    name: 'password-rotated',
    what: 'a new password and every connection ended, twice a second',
    begin: () => Promise.resolve(),
    meanwhile: async (lab) => {
      await lab.cluster.rotatePassword('search');
      await signOut(lab);
      await sleep(500);
    },
    end: () => Promise.resolve(),
  },
  {
    name: 'password-wrong',
    what: 'connections ended and the password refused (WRONGPASS)',
    begin: changeUser('resetpass', '>another'),
    end: restoreUser,
  },
  {
    name: 'password-wrong-at-cold-start',
    what: 'processes start while their password is refused',
    begin: changeUser('resetpass', '>another'),
    cold: {},
    end: restoreUser,
  },
  { name: 'user-off', what: 'the user of the function switched off', begin: changeUser('off'), end: restoreUser },
  {
    name: 'reads-forbidden',
    what: 'reading forbidden (NOPERM)',
    begin: changeUser('-hmget', '-get', '-hgetall'),
    end: restoreUser,
  },
  {
    name: 'writes-forbidden',
    what: 'scripts and writes forbidden (NOPERM)',
    begin: changeUser('-eval', '-evalsha', '-set', '-hset'),
    end: restoreUser,
  },
  {
    name: 'certificate-expired',
    what: 'processes that trust its authority meet an expired certificate',
    begin: (lab) => showCertificate(lab, { expired: true }),
    cold: { extra: () => Promise.resolve({ [ENV.valkeyCaFile]: path.join(folder, 'authorities.pem') }) },
    end: showOwnCertificate,
  },
  {
    name: 'certificate-foreign',
    what: 'connections ended and the next certificate of a foreign authority',
    begin: (lab) => showCertificate(lab),
    end: showOwnCertificate,
  },
];
