import { rmSync } from 'node:fs';
import path from 'node:path';
import type { Redis } from 'iovalkey';
import type { ValkeyUser } from '../../../lambda/contract/access';
import { makeCertificates } from '../engines/certificates';
import { makeTemporaryFolder } from '../engines/run-folder';
import type { Breakage, Stores } from './breakage';

type Settings = Readonly<Record<string, string | number>>;

/** Ends the connections of search, so that it must connect and sign in anew. */
const SIGN_OUT = ['CLIENT', 'KILL', 'USER', 'search'] as const;

/**
 * Other settings of every node; healed, they are what they were. Over connections made before, since some let no new
 * one in.
 * @param then a command that every node gets once it has them
 */
export function configured(
  settings: Settings | ((stores: Stores) => Promise<Settings>),
  then?: readonly [string, ...string[]],
): Breakage {
  let admins: Redis[] = [];
  let before: string[][] = [];
  const everyone = <T>(ask: (admin: Redis, i: number) => Promise<T>) => Promise.all(admins.map(ask));
  return {
    begin: async (stores) => {
      const wanted = typeof settings === 'function' ? await settings(stores) : settings;
      admins = stores.cluster.nodes.map((node) => node.connect());
      await everyone((admin) => admin.connect());
      before = await everyone((admin) => admin.call('CONFIG', 'GET', ...Object.keys(wanted)) as Promise<string[]>);
      await everyone((admin) => admin.call('CONFIG', 'SET', ...Object.entries(wanted).flat()));
      if (then !== undefined) await everyone((admin) => admin.call(...then));
    },
    end: async ({ cluster }) => {
      await everyone((admin, i) => admin.call('CONFIG', 'SET', ...(before[i] ?? [])));
      for (const admin of admins) admin.disconnect();
      await cluster.untilOk();
    },
  };
}

/** Every node shows another certificate, and search connects anew. */
export function certified(by: 'a foreign authority' | 'its own authority, expired'): Breakage {
  let folder = '';
  const other = configured(async ({ cluster }) => {
    folder = makeTemporaryFolder('certificates');
    const own = by === 'a foreign authority' ? {} : { authority: path.dirname(cluster.caFile), expired: true };
    const { certFile, keyFile } = await makeCertificates(folder, own);
    return { 'tls-cert-file': certFile, 'tls-key-file': keyFile };
  }, SIGN_OUT);
  return {
    begin: other.begin,
    end: async (stores) => {
      await other.end?.(stores);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Other rules for a user on every node (ACL SETUSER); it must sign in anew. */
export const userChanged = (user: ValkeyUser, ...rules: readonly string[]): Breakage => ({
  begin: async ({ cluster }) => {
    await cluster.everywhere('ACL', 'SETUSER', user, ...rules);
    await cluster.everywhere('CLIENT', 'KILL', 'USER', user);
  },
  end: ({ cluster }) => cluster.restoreUser(user),
});
