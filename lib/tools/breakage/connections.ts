import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from '../example-data/random';
import type { Breakage, Stores } from './breakage';
import type { Network } from './network';
import { ENDINGS, type TcpProxy } from './proxy';

/** Stores that are reached through proxies. */
export type ProxiedStores = Stores & { readonly network: Network };

const pass = async ({ network, cluster }: ProxiedStores) => {
  network.set('pass');
  await cluster.untilOk();
};

/** What the proxies do with everything; see {@link Network.set}. */
export const network = (...modes: Parameters<Network['set']>): Breakage<ProxiedStores> => ({
  begin: ({ network: proxies }) => proxies.set(...modes),
  end: pass,
});

/** All connections to Valkey reset five times a second. */
export const flapping: Breakage<ProxiedStores> = {
  meanwhile: async ({ network: proxies }) => {
    proxies.dropAll();
    await sleep(200);
  },
  end: pass,
};

/** The servers' side of each connection to Valkey ends, and the client hears nothing of it. */
export const halfOpen: Breakage<ProxiedStores> = {
  begin: ({ network: proxies }) => {
    for (const proxy of proxies.valkey) proxy.halfOpen();
  },
  end: pass,
};

/**
 * Bytes of replies that a connection may get: from within its handshake to within a table, spread over the magnitudes.
 */
const MOST_BYTES_LOG2 = 21;
const BETWEEN_ENDS_MS = 100;

/** Connections end by FIN, RST, silence or garbage, at any byte of any conversation. @param which are ended so */
export function endings(which: (proxies: Network) => readonly TcpProxy[]): Breakage<ProxiedStores> {
  const random = new Random(3);
  return {
    meanwhile: async ({ network: proxies }) => {
      for (const proxy of which(proxies)) {
        proxy.endAfter(Math.round(2 ** (random.next() * MOST_BYTES_LOG2)), random.pick(ENDINGS));
        // Who is connected connects anew, and meets it.
        if (random.integer(0, 3) === 0) proxy.dropAll();
      }
      await sleep(BETWEEN_ENDS_MS);
    },
    end: async (stores) => {
      for (const proxy of which(stores.network)) {
        proxy.endAfter(undefined);
        // Those that were garbled or fell silent are half open, the replicas' too.
        proxy.dropAll();
      }
      await pass(stores);
      await stores.refill();
    },
  };
}
