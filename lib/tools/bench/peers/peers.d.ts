/**
 * What is used of the peers, which only `npm run bench:peers` installs: the type check of everybody else goes without
 * them.
 */

declare module 'bentocache' {
  interface Store {
    useL1Layer(driver: unknown): Store;
    useL2Layer(driver: unknown): Store;
    useBus(bus: unknown): Store;
  }
  export const bentostore: () => Store;
  export class BentoCache {
    constructor(options: { default: string; stores: Record<string, unknown> });
    getOrSet<T>(options: { key: string; ttl: number; factory: () => Promise<T> }): Promise<T>;
    disconnectAll(): Promise<void>;
  }
}

declare module 'bentocache/drivers/redis' {
  export const redisDriver: (options: { connection: unknown; prefix: string }) => unknown;
  export const redisBusDriver: (options: { connection: unknown }) => unknown;
}

declare module 'bentocache/drivers/memory' {
  export const memoryDriver: (options: { maxItems: number }) => unknown;
}

declare module 'keyv' {
  export class Keyv {
    constructor(options: { store: unknown; throwOnErrors?: boolean });
  }
}

declare module '@keyv/valkey' {
  export default class KeyvValkey {
    constructor(client: unknown, options: { useRedisSets: boolean });
    on(event: 'error', listener: () => void): void;
    disconnect(): Promise<void>;
  }
}

declare module 'cache-manager' {
  import type { Keyv } from 'keyv';
  export const createCache: (options: { stores: Keyv[] }) => {
    wrap: <T>(key: string, work: () => Promise<T>, ttl: number) => Promise<T>;
  };
}

declare module 'async-cache-dedupe' {
  export const createCache: (options: { ttl: number; storage: { type: 'redis'; options: { client: unknown } } }) => {
    define: <A, R>(
      name: string,
      options: { serialize: (argument: A) => string },
      work: (argument: A) => Promise<R>,
    ) => { search: (argument: A) => Promise<R> };
  };
}

declare module 'ioredis' {
  export { Cluster } from 'iovalkey';
}
